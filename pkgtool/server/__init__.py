"""The repository server: an index and tarballs over HTTP."""
