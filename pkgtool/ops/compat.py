"""Whose behaviour counts where versions of Helm differ."""

LATEST = "helm4.2"
"""The version of Helm whose behaviour is ours."""
