"""Files become a `Chart`: load, check, ignore, resolve dependencies, pack."""
