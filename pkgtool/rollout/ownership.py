"""Say whose an object is: Helm's marks on live objects, and ours on hooks.

Helm marks the objects of a release with a label and two annotations; hooks carry none of them.
So that a hook that a killed attempt left behind can be told from a stranger, and one that still
runs can be watched again instead of being run twice, hooks carry an annotation of ours.

Source: Helm v4 `pkg/action/validate.go`; `spec/reliability.md` F13, F15.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pkgtool.cluster.protocol import Body, Cluster
from pkgtool.errors import NotOwned
from pkgtool.manifest.model import Manifest, ResourceId

MANAGED_BY = "app.kubernetes.io/managed-by"
RELEASE_NAME = "meta.helm.sh/release-name"
RELEASE_NAMESPACE = "meta.helm.sh/release-namespace"
HOOK_RUN = "pkgtool/hook-run"
"""On a hook: `namespace/release/attempt/event`."""


class Owner(NamedTuple):
    """The attempt on whose behalf a plan is carried out."""

    name: str
    namespace: str
    revision: int
    attempt: str = ""
    """Tells runs of the same hook apart; empty means one run per revision and event.
    `test` hooks run again and again, so their verb says which run it is."""

    @property
    def labels(self) -> dict[str, str]:
        """Labels that an object of the release has."""
        return {MANAGED_BY: "Helm"}

    @property
    def annotations(self) -> dict[str, str]:
        """Annotations that an object of the release has."""
        return {RELEASE_NAME: self.name, RELEASE_NAMESPACE: self.namespace}

    def hook_run(self, event: str) -> str:
        """Name this attempt's run of the hooks of `event`."""
        return f"{self._hooks}{self.attempt or f'v{self.revision}'}/{event}"

    @property
    def _hooks(self) -> str:
        return f"{self.namespace}/{self.name}/"

    def owns(self, live: Body) -> bool:
        """Tell whether a live object carries the marks of this release."""
        return not any(_faults(live, self)) or self.owns_hook(live)

    def owns_hook(self, live: Body) -> bool:
        """Tell whether a live object is a hook of this release that pkgtool ran."""
        return run_of_hook(live).startswith(self._hooks)


def marked(manifest: Manifest, owner: Owner) -> Body:
    """Return the object to send: with its namespace and the marks of `owner`."""
    return _with(manifest, labels=owner.labels, annotations=owner.annotations)


def marked_hook(manifest: Manifest, owner: Owner, event: str) -> Body:
    """Return the hook to send: with its namespace and the name of its run."""
    return _with(manifest, labels={}, annotations={HOOK_RUN: owner.hook_run(event)})


def run_of_hook(live: Body) -> str:
    """Return the name of the run that made a live hook; empty when pkgtool did not."""
    return str(_texts(live, "annotations").get(HOOK_RUN, ""))


def annotation_of(live: Body, name: str) -> str:
    """Return an annotation of a live object, or an empty string."""
    return str(_texts(live, "annotations").get(name) or "")


def claimant(live: Body, owner: Owner) -> str:
    """Return the other release, as `namespace/name`, whose marks an object carries, or nothing."""
    whose = annotation_of(live, RELEASE_NAMESPACE), annotation_of(live, RELEASE_NAME)
    return "/".join(whose) if whose[1] and whose != (owner.namespace, owner.name) else ""


def check_ownership(
    manifests: Iterable[Manifest],
    cluster: Cluster,
    owner: Owner,
    *,
    known: Collection[ResourceId] = (),
    doing: str = "install",
) -> None:
    """Refuse to take over objects that do not carry this release's marks.

    Args:
        manifests: What is going to be applied.
        cluster: Where it may exist already.
        owner: Who wants to apply it.
        known: Objects that the release has for sure; of those, only the marks of another release
            count.
        doing: Helm's word for what cannot go on: `install` or `update`.

    Raises:
        NotOwned: Some belong to somebody else; all are listed, nothing was changed.
    """
    strangers = []
    for manifest in manifests:
        live = cluster.get(manifest.id)
        if live is None or (manifest.id in known and not claimant(live, owner)):
            continue
        # What was a hook of ours becomes an object of ours.
        if not owner.owns(live):
            faults = _faults(live, owner)
            strangers.append(
                f'{manifest.id.kind} "{manifest.id.name}" in namespace "{manifest.id.namespace}" '
                "exists and cannot be imported into the current release: "
                f"invalid ownership metadata; {'; '.join(faults)}"
            )
    if strangers:
        raise NotOwned(
            f"unable to continue with {doing}: " + "\n".join(strangers),
            hint="remove them, rename yours, or take them over with --take-ownership",
        )


def _faults(live: Body, owner: Owner) -> Iterator[str]:
    """Yield what is wrong with the marks of a live object, in Helm's words."""
    for part, expected in (("label", owner.labels), ("annotation", owner.annotations)):
        found = _texts(live, f"{part}s")
        for key, value in expected.items():
            if key not in found:
                yield f'{part} validation error: missing key "{key}": must be set to "{value}"'
            elif found[key] != value:
                yield (
                    f'{part} validation error: key "{key}" must equal "{value}": '
                    f'current value is "{found[key]}"'
                )


def _texts(live: Body, part: str) -> Mapping[str, Any]:
    metadata = live.get("metadata")
    found = metadata.get(part) if isinstance(metadata, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _with(manifest: Manifest, *, labels: Mapping[str, str], annotations: Mapping[str, str]) -> Body:
    metadata = dict(manifest.body.get("metadata") or {})
    if manifest.id.namespace:
        metadata["namespace"] = manifest.id.namespace
    for part, added in (("labels", labels), ("annotations", annotations)):
        merged = {**_texts(manifest.body, part), **added}
        if merged:
            metadata[part] = merged
    return {**manifest.body, "metadata": metadata}
