"""Release records at rest, and the lease that says who may write them."""
