"""Keep release records as Secrets, in Helm's own form.

Secrets are the default, because values may hold passwords.

Source: Helm v4 `pkg/storage/driver/secrets.go`. See ADR 0006.
"""

from base64 import b64decode, b64encode
from functools import partial

from pkgtool.store.objects import Form, ObjectStore

SECRET = Form(
    kind="Secret",
    fields={"type": "helm.sh/release.v1"},
    wrap=lambda data: b64encode(data).decode(),
    unwrap=lambda payload: b64decode(payload, validate=True),
)
"""A Secret as the API shows it: its data is base64 once more."""

SecretStore = partial(ObjectStore, SECRET)
"""`SecretStore(cluster, clock=…)`: release records as Secrets of a cluster."""
