"""The embedded cluster: Kubernetes objects in one SQLite file, for machines without a cluster."""
