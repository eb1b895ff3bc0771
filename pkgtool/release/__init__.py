"""The record of an installed chart, and the rules over a list of its revisions."""
