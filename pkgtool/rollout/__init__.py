"""Carry out a `Plan` against a cluster: waves, hooks, waiting."""
