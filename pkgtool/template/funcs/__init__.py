"""Sprig's and Helm's template functions, pure, one module per family, for both engines."""
