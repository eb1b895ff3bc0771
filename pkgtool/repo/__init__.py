"""Charts at rest: the index, fetching and verifying, publishing."""
