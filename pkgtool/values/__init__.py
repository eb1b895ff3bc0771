"""Inputs become `Values`: defaults, files, `--set` flags and globals, merged by Helm's rules."""
