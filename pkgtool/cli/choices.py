"""What may stand at a place of a command line: releases, charts, versions, repositories, words.

Completion must never get in the way: whatever goes wrong, there is just nothing to choose from.

Source: Helm v4 `pkg/cmd` (`ValidArgsFunction` of each command).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from pkgtool.cli.current import current_settings
from pkgtool.settings import Settings

FILES, NO_SPACE, NO_FILES = 0, 2, 4
"""Directives, which shells add up: complete paths as well, put no space behind, no paths."""

NO_MORE = "_activeHelp_ This command does not take any more arguments (but may accept flags)."


class Choices(NamedTuple):
    """What may be typed, and what the shell is to do with it."""

    lines: tuple[str, ...] = ()
    """Words, each with a tab and a description behind it where there is one."""
    directive: int = NO_FILES


class Typed(NamedTuple):
    """What stands before the cursor."""

    words: tuple[str, ...]
    """Arguments of the command, flags taken out."""
    flags: Mapping[str, str]
    """Flags that were given, by their long name; those that are on or off have no value."""
    incomplete: str
    """The word under the cursor."""

    @property
    def takes_name(self) -> bool:
        """Whether a name comes before the chart."""
        return not ({"--generate-name", "--name"} & self.flags.keys())


Chooser = Callable[[Typed], Choices]
NOTHING = Choices()
ANY_FILE = Choices(directive=FILES)


def first(chooser: Chooser) -> Chooser:
    """Return the chooser for the first word, behind which there are no more."""
    return lambda typed: chooser(typed) if not typed.words else Choices((NO_MORE,))


def words(names: Iterable[str]) -> Chooser:
    """Return a chooser of fixed words."""
    lines = tuple(names)
    return lambda _: Choices(lines)


def no_words(typed: Typed) -> Choices:
    """Choose nothing: the command takes no words."""
    del typed
    return Choices((NO_MORE,))


def nothing(typed: Typed) -> Choices:
    """Choose nothing: nobody can know it."""
    del typed
    return NOTHING


def any_file(typed: Typed) -> Choices:
    """Let the shell choose a path."""
    del typed
    return ANY_FILE


def plugins(typed: Typed) -> Choices:
    """Choose a plugin that is a command and does not stand there already; shells filter."""
    from pkgtool.wiring.plugins import open_plugins  # noqa: PLC0415

    found = [each for each in open_plugins(current_settings()) if each.is_command]
    return Choices(
        tuple(
            f"{each.name}\t{each.metadata.help.short}"
            for each in found
            if each.name not in typed.words
        )
    )


def releases(typed: Typed) -> Choices:
    """Choose a release of the namespace that does not stand there already."""
    from pkgtool.cli.session import onlooker  # noqa: PLC0415
    from pkgtool.ops.list import ListOptions, list_releases  # noqa: PLC0415

    settings = current_settings()
    if not _has_records(settings):
        return NOTHING
    found = list_releases(onlooker(settings), settings.namespace, ListOptions(limit=0)).releases
    return Choices(
        tuple(
            f"{each.name}\t{each.chart.metadata.name}-{each.chart.metadata.version}"
            f" -> {each.status.value}"
            for each in found
            if each.name not in typed.words
        )
    )


def revisions(typed: Typed) -> Choices:
    """Choose a revision of the release that was typed."""
    from pkgtool.cli.session import onlooker  # noqa: PLC0415
    from pkgtool.ops.history import history  # noqa: PLC0415

    settings = current_settings()
    if not typed.words or not _has_records(settings):
        return NOTHING
    found = history(onlooker(settings), typed.words[0], settings.namespace)
    return Choices(
        tuple(
            f"{each.revision}\tApp: {each.chart.metadata.app_version}, "
            f"Chart: {each.chart.metadata.name}-{each.chart.metadata.version}"
            for each in found
        )
    )


def rolled_back(typed: Typed) -> Choices:
    """Choose a release, then one of its revisions."""
    if len(typed.words) > 1:
        return Choices((NO_MORE,))
    return revisions(typed) if typed.words else releases(typed)


def upgraded(typed: Typed) -> Choices:
    """Choose a release, then a chart."""
    if len(typed.words) > 1:
        return Choices((NO_MORE,))
    return charts(typed) if typed.words else releases(typed)


def installed(typed: Typed) -> Choices:
    """Choose a chart, behind the name that is made up."""
    return charts(typed) if len(typed.words) == int(typed.takes_name) else NOTHING


def charts(typed: Typed) -> Choices:
    """Choose a chart of a repository, or a path."""
    from pkgtool.wiring.repos import open_repos  # noqa: PLC0415

    repos = open_repos(current_settings())
    name, slash, _ = typed.incomplete.partition("/")
    if not slash:
        lines = tuple(f"{each.name}/" for each in repos.repositories.entries)
        return Choices((*lines, "oci://", "https://", "http://", "file://"), NO_SPACE)
    if name not in [each.name for each in repos.repositories.entries]:
        return ANY_FILE
    index = repos.index(repos.repositories.find(name))
    return Choices(
        tuple(
            f"{name}/{each.name}\t{each.text('description')}".rstrip("\t")
            for each in index.newest()
        )
    )


def versions(place: int) -> Chooser:
    """Return the chooser of a version of the chart that is the word at `place`, and the last one.

    Where a release name may be made up, it is the word before.
    """

    def choose(typed: Typed) -> Choices:
        at = place if typed.takes_name else 0
        if len(typed.words) != at + 1:
            return NOTHING
        return _versions_of(typed.words[at])

    return choose


def _versions_of(reference: str) -> Choices:
    from pkgtool.wiring.repos import open_repos  # noqa: PLC0415

    name, _, chart = reference.partition("/")
    repos = open_repos(current_settings())
    index = repos.index(repos.repositories.find(name))
    return Choices(
        tuple(
            f"{each.version}\tApp: {each.text('appVersion')}, Created: {_day(each.text('created'))}"
            + (" (deprecated)" if each.fields.get("deprecated") is True else "")
            for each in index.versions(chart)
        )
    )


def _day(written: str) -> str:
    """Return a day as Helm writes it here: `June 27, 2018`."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return "unknown"
    return f"{at:%B} {at.day}, {at.year}"


def repositories(typed: Typed) -> Choices:
    """Choose a repository that does not stand there already."""
    from pkgtool.places import Places  # noqa: PLC0415
    from pkgtool.repo.config import load_repositories  # noqa: PLC0415

    known = load_repositories(Places(current_settings()).repositories_found).entries
    return Choices(
        tuple(f"{each.name}\t{each.url}" for each in known if each.name not in typed.words)
    )


def variables(typed: Typed) -> Choices:
    """Choose a name of a setting."""
    from pkgtool.cli.env import settings_in_force  # noqa: PLC0415
    from pkgtool.cli.program import NAME, program_name  # noqa: PLC0415
    from pkgtool.wiring.environ import helm_settings  # noqa: PLC0415

    del typed
    settings = current_settings()
    ours = settings_in_force(settings) if program_name() == NAME else {}
    return Choices(tuple(sorted(helm_settings(settings) | ours)))


def error_codes(typed: Typed) -> Choices:
    """Choose an error code."""
    from pkgtool.docs import pages  # noqa: PLC0415

    del typed
    return Choices(tuple(sorted(path.stem for path in pages("reference/errors"))))


def namespaces(typed: Typed) -> Choices:
    """Choose a namespace of the cluster."""
    from pkgtool.wiring.releases import open_cluster  # noqa: PLC0415

    del typed
    settings = current_settings()
    if not _has_records(settings):
        return NOTHING
    found = open_cluster(settings).list("", "Namespace")
    return Choices(tuple(str(each["metadata"]["name"]) for each in found))


def _has_records(settings: Settings) -> bool:
    """Tell whether there is anything to ask; to look must not make it."""
    from pkgtool.places import Places  # noqa: PLC0415

    return settings.driver == "memory" or Places(settings).cluster_file.exists()
