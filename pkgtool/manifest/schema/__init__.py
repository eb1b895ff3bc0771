"""Schemas of Kubernetes' own kinds and of a chart's custom resources, and how to walk them."""
