"""Kubernetes' own rules for objects, over a table: shared by every cluster of ours."""
