"""The surety's business: applying, reviewing, issuing. Enters D-Sure by `depositing`, `reporting` and `keys` only."""
