"""Turn parsed flags into how an operation treats a cluster and the history."""

from collections.abc import Iterable, Mapping

from pkgtool.cli.current import current_settings
from pkgtool.cli.params import Flags
from pkgtool.errors import UsageError
from pkgtool.manifest.names import metadata_faults
from pkgtool.ops.attempt import RolloutOptions
from pkgtool.rollout.wait import WaitPolicy


def rollout_settings(flags: Flags) -> RolloutOptions:
    """Return how an operation treats the cluster and the history."""
    undo = bool(flags.get("rollback_on_failure"))
    strategy = flags["wait"]
    if undo and strategy == "hookOnly":
        strategy = "watcher"
    if current_settings().driver == "memory":
        # Its cluster does nothing that could be waited for.
        strategy = "hookOnly"
    kept = flags.get("history_max")
    return RolloutOptions(
        hooks=not flags["no_hooks"],
        wait=WaitPolicy(strategy, timeout_s=flags["timeout"], jobs=flags["wait_for_jobs"]),
        force_conflicts=flags["force_conflicts"] or flags["force_replace"],
        take_ownership=bool(flags.get("take_ownership")),
        undo_on_failure=undo,
        cleanup_on_failure=bool(flags.get("cleanup_on_fail")),
        create_namespace=bool(flags.get("create_namespace")),
        max_history=current_settings().max_history if kept is None else kept,
        description=flags["description"],
        server_side=flags["server_side"],
    )


def labels_of(texts: Iterable[str]) -> dict[str, str]:
    """Return `a=b,c=d` as a mapping.

    Raises:
        UsageError: An entry has no `=`, or Kubernetes would refuse it.
    """
    pairs = [entry.partition("=") for text in texts for entry in text.split(",") if entry]
    for key, equals, _ in pairs:
        if not equals or not key:
            raise UsageError(f"invalid label {key!r}: write KEY=VALUE")
    labels = {key: value for key, _, value in pairs}
    for (_, key), fault in metadata_faults({"labels": labels}):
        raise UsageError(f"invalid label {key!r}: {fault}")
    return labels


def parse_labels(texts: Iterable[str]) -> Mapping[str, str | None]:
    """Return labels to set, with `None` for those to remove (`key=null`)."""
    return {key: None if value == "null" else value for key, value in labels_of(texts).items()}
