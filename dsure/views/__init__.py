"""D-Sure's pages: the officer's, and the operator's."""
