"""Render, package, serve and install Kubernetes charts.

```python
import pkgtool

chart = pkgtool.load_chart(pkgtool.read_chart_files(Path("charts/hello")), name="hello")
around = pkgtool.Surroundings(pkgtool.ReleaseFacts("demo", "default"), pkgtool.open_engines())
for manifest in pkgtool.walk_chart(chart, {}, around, pkgtool.WalkOptions()).desired.manifests:
    print(manifest.id)
```

Names are imported when they are first used, so that `import pkgtool` costs nothing.
"""

from importlib import import_module

_HOMES = {
    "Chart": "chart.model",
    "InstallOptions": "ops.install",
    "Manifest": "manifest.model",
    "PkgtoolError": "errors",
    "Plan": "plan.model",
    "Release": "release.model",
    "ReleaseFacts": "template.context",
    "RolloutOptions": "ops.attempt",
    "Session": "ops.session",
    "Settings": "settings",
    "Status": "release.model",
    "Surroundings": "ops.walk",
    "UninstallOptions": "ops.uninstall",
    "UpgradeOptions": "ops.upgrade",
    "ValueInputs": "values.inputs",
    "WalkOptions": "ops.walk",
    "Walked": "ops.walk",
    "Wish": "ops.install",
    "history": "ops.history",
    "install": "ops.install",
    "load_chart": "chart.load",
    "merge_inputs": "values.inputs",
    "open_engines": "wiring.engines",
    "open_session": "wiring.releases",
    "pack_chart": "chart.pack",
    "read_chart_files": "chart.files",
    "read_settings": "settings",
    "rollback": "ops.rollback",
    "status": "ops.status",
    "uninstall": "ops.uninstall",
    "upgrade": "ops.upgrade",
    "walk_chart": "ops.walk",
}
"""Which module each public name comes from."""

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
