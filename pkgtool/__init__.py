"""Render, package, serve and install Kubernetes charts."""
