"""The verbs, one file each: a pipeline over the packages below, in arrow order."""
