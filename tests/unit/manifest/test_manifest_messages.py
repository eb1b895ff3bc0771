"""What a user reads when objects are wrong: whole messages, kept as files."""

from collections.abc import Callable

import pytest

from pkgtool.errors import ManifestError
from pkgtool.manifest.model import ManifestSet
from pkgtool.manifest.validate import validate_manifests

CASES = {
    "manifest-not-yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n data: {}\n",
    "manifest-not-an-object": "Welcome to the release!\n",
    "manifest-without-kind": "apiVersion: v1\nmetadata: {name: a}\n",
    "manifest-duplicate": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n"
    ),
    "manifest-invalid": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n"
        "  replicas: two\n  template:\n    spec:\n      containers:\n"
        "        - name: web\n          imgae: nginx\n"
        "---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
    ),
    "manifest-kind-unknown": "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n",
}


@pytest.mark.parametrize("name", CASES)
def test_messages_say_what_where_and_what_next(
    name: str, parse: Callable[..., ManifestSet], golden: Callable[[str, str], None]
) -> None:
    with pytest.raises(ManifestError) as caught:
        validate_manifests(parse(CASES[name]), kube_version="1.36", strict=True)

    golden(f"errors/{name}.txt", f"{caught.value}\n")
