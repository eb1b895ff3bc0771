"""The command line: flags in, text out, errors to exit codes; no logic of its own."""
