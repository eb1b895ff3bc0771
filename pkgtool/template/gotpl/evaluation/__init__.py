"""Run the tree of a template as closures: exact, and soon ready."""
