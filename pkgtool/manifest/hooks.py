"""Read from an object's annotations whether it is a hook, and when it runs.

An object with the annotation `helm.sh/hook` is not part of a release. If one of its events is
unknown, the object is dropped altogether, with a warning: that is what Helm does.

Source: Helm v4 `pkg/release/v1/util/manifest_sorter.go`.
"""

from collections.abc import Mapping

from pkgtool.manifest.model import Hook, Manifest

HOOK = "helm.sh/hook"
WEIGHT = "helm.sh/hook-weight"
DELETE_POLICY = "helm.sh/hook-delete-policy"
OUTPUT_LOG_POLICY = "helm.sh/hook-output-log-policy"

EVENTS = {
    "pre-install": "pre-install",
    "post-install": "post-install",
    "pre-delete": "pre-delete",
    "post-delete": "post-delete",
    "pre-upgrade": "pre-upgrade",
    "post-upgrade": "post-upgrade",
    "pre-rollback": "pre-rollback",
    "post-rollback": "post-rollback",
    "test": "test",
    # Helm 2 knew tests by their expected outcome.
    "test-success": "test",
}
"""Event by the word that charts use for it."""


def is_hook(annotations: Mapping[str, str]) -> bool:
    """Whether an object with `annotations` is meant as a hook."""
    return HOOK in annotations


def unknown_events(annotations: Mapping[str, str]) -> list[str]:
    """Return the words of `helm.sh/hook` that are no events; one is enough to never run."""
    return [word for word in _words(annotations[HOOK]) if word not in EVENTS]


def make_hook(manifest: Manifest, annotations: Mapping[str, str]) -> Hook:
    """Return `manifest` as the hook that its `annotations` describe."""
    words = _words(annotations[HOOK])
    return Hook(
        manifest=manifest,
        events=tuple(EVENTS[word] for word in words if word in EVENTS),
        weight=_weight(annotations.get(WEIGHT, "")),
        delete_policies=_words(annotations.get(DELETE_POLICY)),
        output_log_policies=_words(annotations.get(OUTPUT_LOG_POLICY)),
    )


def _words(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(word.strip().lower() for word in text.split(","))


def _weight(text: str) -> int:
    """Return a decimal integer; anything else counts as no weight, as in Helm."""
    digits = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    # The length is far above any weight in use, and far below where `int` gets slow.
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
