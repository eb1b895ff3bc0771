"""Choose the adapters: `Settings` in, something that works out; the one place that names them.

One module per kind of thing that is opened, so that a command pays only for what it uses.
"""
