"""A previous release and the desired manifests become a `Plan`: decide first, act later."""
