"""Turn parsed flags into the values that verbs take.

A command receives its flags as one mapping, because the groups are long; only this module picks
them apart.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pkgtool.chart.model import Chart
from pkgtool.cli.globals import current_settings
from pkgtool.cli.output import note
from pkgtool.cli.signals import heed_signals
from pkgtool.errors import UsageError
from pkgtool.ops.charts import ChartSource, open_chart
from pkgtool.ops.dependency import update_dependencies
from pkgtool.ops.operation import RolloutOptions
from pkgtool.ops.session import Session
from pkgtool.ops.walk import WalkOptions
from pkgtool.repo.http import Credentials
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.template.codecache import CodeCache
from pkgtool.values.inputs import ValueInputs, merge_inputs
from pkgtool.wiring import open_code_cache, open_repos, open_session, read_input

Flags = Mapping[str, Any]


def user_values(flags: Flags) -> Mapping[str, Any]:
    """Return what the values flags say, merged in Helm's order.

    Raises:
        ValuesError, InputError: A flag or file cannot be used.
    """
    inputs = ValueInputs(
        files=tuple(name for entry in flags["values"] for name in entry.split(",")),
        set_json=flags["set_json"],
        set=flags["set_"],
        set_string=flags["set_string"],
        set_file=flags["set_file"],
        set_literal=flags["set_literal"],
    )
    return merge_inputs(inputs, read_input)


def chart_source(reference: str, flags: Flags) -> ChartSource:
    """Return where the chart `reference` comes from."""
    return ChartSource(
        reference,
        version=flags["version"],
        repo_url=flags["repo"],
        credentials=credentials(flags),
        devel=flags["devel"],
    )


def credentials(flags: Flags) -> Credentials:
    """Return who to be at a repository."""
    return Credentials(
        username=flags["username"],
        password=flags["password"],
        cert_file=flags["cert_file"],
        key_file=flags["key_file"],
        ca_file=flags["ca_file"],
        insecure=flags["insecure_skip_tls_verify"],
        everywhere=flags["pass_credentials"],
    )


def wanted_chart(reference: str, flags: Flags) -> Chart:
    """Return the chart that the command line names, its dependencies fetched on demand."""
    repos = open_repos(current_settings())
    if flags.get("dependency_update") and Path(reference).is_dir():
        update_dependencies(Path(reference), repos, at=datetime.now(UTC))
    chart = open_chart(chart_source(reference, flags), repos)
    if chart.metadata.deprecated:
        note("WARNING: This chart is deprecated")
    return chart


def walk_settings(flags: Flags) -> WalkOptions:
    """Return how a chart is rendered and judged."""
    return WalkOptions(
        validate=not flags["no_validation"],
        strict=flags["strict"],
        schema=not flags["skip_schema_validation"],
        subchart_notes=flags["render_subchart_notes"],
        enable_dns=flags["enable_dns"],
    )


def rollout_settings(flags: Flags) -> RolloutOptions:
    """Return how an operation treats the cluster and the history.

    Raises:
        UsageError: `--wait` is none of its words.
    """
    undo = bool(flags.get("rollback_on_failure"))
    strategy = _wait_strategy(flags["wait"])
    if undo and strategy == "hookOnly":
        strategy = "watcher"
    kept = flags.get("history_max")
    return RolloutOptions(
        hooks=not flags["no_hooks"],
        wait=WaitPolicy(strategy, timeout_s=flags["timeout"], jobs=flags["wait_for_jobs"]),
        force_conflicts=flags["force"],
        take_ownership=bool(flags.get("take_ownership")),
        undo_on_failure=undo,
        create_namespace=bool(flags.get("create_namespace")),
        max_history=current_settings().max_history if kept is None else kept,
        description=flags["description"],
    )


def _wait_strategy(text: str) -> Any:
    words = {"true": "watcher", "false": "hookOnly"}
    strategy = words.get(text, text)
    if strategy not in ("watcher", "hookOnly", "legacy"):
        raise UsageError(
            f'invalid wait input "{text}". Valid inputs are watcher, hookOnly, and legacy'
        )
    return strategy


def dry_run(flags: Flags) -> bool:
    """Tell whether `--dry-run` was asked for.

    Raises:
        UsageError: It is none of its words.
    """
    words = {"none": False, "false": False, "client": True, "server": True, "true": True}
    if flags["dry_run"] not in words:
        raise UsageError(
            f'invalid dry-run value ("{flags["dry_run"]}"). Must be "none", "server", or "client"'
        )
    return words[flags["dry_run"]]


def labels_of(text: str) -> dict[str, str]:
    """Return `a=b,c=d` as a mapping.

    Raises:
        UsageError: An entry has no `=`.
    """
    pairs = [entry.partition("=") for entry in text.split(",") if entry]
    for key, equals, _ in pairs:
        if not equals or not key:
            raise UsageError(f"invalid label {key!r}: write KEY=VALUE")
    return {key: value for key, _, value in pairs}


def session() -> Session:
    """Return the session of this command line; compiled templates are kept when it ends.

    From here on a signal ends the command in an orderly way.
    """
    heed_signals()
    return open_session(current_settings(), say=note, cache=code_cache())


def code_cache() -> CodeCache:
    """Return the cache of compiled templates, written when the command's output is out."""
    cache = open_code_cache(current_settings())
    click.get_current_context().find_root().call_on_close(cache.flush)
    return cache


def parse_labels(text: str) -> Mapping[str, str | None]:
    """Return labels to set, with `None` for those to remove (`key=null`)."""
    return {key: None if value == "null" else value for key, value in labels_of(text).items()}
