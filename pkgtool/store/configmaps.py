"""Keep release records as ConfigMaps, in Helm's own form.

For those who may not read Secrets; everybody who reads ConfigMaps sees the values.

Source: Helm v4 `pkg/storage/driver/cfgmaps.go`. See ADR 0006.
"""

from functools import partial

from pkgtool.store.objects import Form, ObjectStore

CONFIG_MAP = Form(
    kind="ConfigMap",
    fields={},
    wrap=lambda data: data.decode("ascii"),
    unwrap=lambda payload: payload.encode("ascii"),
)
"""A ConfigMap holds text, so the record goes in as it is."""

ConfigMapStore = partial(ObjectStore, CONFIG_MAP)
"""`ConfigMapStore(cluster, clock=…)`: release records as ConfigMaps of a cluster."""
