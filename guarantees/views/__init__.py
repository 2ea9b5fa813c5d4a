"""The pages of Net Desk: the contractor's (applications, contracts) and the surety's (surety, review)."""
