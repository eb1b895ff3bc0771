"""Programs that add commands, ways to fetch, and post-renderers, as Helm 4's plugins do.

A plugin is a folder with a `plugin.yaml`. `manifest` and `legacy` read it, `find` looks for plugins,
`command` decides what is started, `run` starts it; `source` gets a plugin from where it is offered,
`install` puts it in its place.
"""
