"""Bytes by key: the port under chart repositories and caches."""
