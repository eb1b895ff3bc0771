"""Judge names of releases and of their labels, and make up a name when none is given.

A release name becomes part of object names and a label value, so it is a DNS name of at most 53
characters: Kubernetes allows 63, and ten are left for what charts append.

Source: Helm v4 `pkg/chart/common/util` and `pkg/action/install.go`; the words of the message are
Helm's, because scripts look for them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pkgtool.errors import ReleaseNameInvalid, UsageError

LIMIT_CHARACTERS = 53
"""The longest name that is allowed."""

SYSTEM_LABELS = ("name", "owner", "status", "version", "createdAt", "modifiedAt")
"""Labels of records that Helm derives; users may not set them."""

_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_ALLOWED = _ALPHANUMERIC | {"-"}

_ADJECTIVES = (
    "able amber ample brave brisk calm candid clever cosmic crisp dapper daring eager early easy "
    "fair fancy fleet fresh gentle giddy glad golden grand happy hardy honest humble jolly keen "
    "kind light lively loyal lucky mellow merry mighty modest neat nimble noble olive patient "
    "polite proud quick quiet rapid ready rosy royal rustic silent silver simple smooth snappy "
    "solid spry steady sunny swift tidy tranquil trusty upbeat velvet vivid warm wise witty zesty"
)
_ANIMALS = (
    "alpaca badger beaver bison bobcat camel caribou cheetah condor cougar crane dingo dolphin "
    "donkey eagle falcon ferret finch gazelle gecko gibbon goose gopher heron hippo ibex iguana "
    "jackal jaguar kestrel kiwi koala lemur leopard lizard llama lynx magpie manatee marmot "
    "marten mink moose narwhal newt ocelot orca osprey otter owl panda parrot pelican penguin "
    "puffin python quail quokka rabbit raccoon raven robin salmon seal sparrow squid stork swan "
    "tapir tiger toucan turtle walrus weasel whale wombat yak zebra"
)


def check_release_name(name: str) -> None:
    """Refuse names that Kubernetes would refuse later.

    Raises:
        ReleaseNameInvalid: `name` is empty, too long, or not a lower-case DNS name.
    """
    if not name:
        raise ReleaseNameInvalid(
            "no name provided", hint="give a release name, or use --generate-name"
        )
    if len(name) > LIMIT_CHARACTERS or not all(map(_is_label, name.split("."))):
        raise ReleaseNameInvalid(
            f"invalid release name, must match regex {_PATTERN} and the length must not be "
            f"longer than {LIMIT_CHARACTERS}",
            hint=_repaired(name),
        )


def check_name_of_release(name: str, words: str) -> None:
    """Refuse a name that no release can have, in the words of the verb that is to find it.

    Args:
        name: Of a release that should be there.
        words: What Helm says in front of the name.

    Raises:
        ReleaseNameInvalid: It is none.
    """
    try:
        check_release_name(name)
    except ReleaseNameInvalid as error:
        error.what = f"{words}: {name}"
        raise


def check_labels(names: Iterable[str]) -> None:
    """Refuse labels for a record that are Helm's own.

    Raises:
        UsageError: One of `names` is reserved.
    """
    if not set(SYSTEM_LABELS).isdisjoint(names):
        raise UsageError(
            "user supplied labels contains system reserved label name. "
            f"System labels: [{' '.join(SYSTEM_LABELS)}]"
        )


def generate_name(choice: Callable[[Sequence[str]], str]) -> str:
    """Return a name made of an adjective and an animal: `witty-otter`.

    Args:
        choice: Picks one of several words.
    """
    return f"{choice(_ADJECTIVES.split())}-{choice(_ANIMALS.split())}"


def name_from_chart(reference: str, at: datetime) -> str:
    """Return the name that Helm makes up for a release of the chart `reference`: `web-1735787045`."""
    base = reference.rstrip("/").rpartition("/")[2]
    stem = "chart" if base in ("", ".") else base.partition(".")[0]
    return f"{stem}-{int(at.timestamp())}"


def _is_label(label: str) -> bool:
    return bool(label) and _ALLOWED.issuperset(label) and not {label[0], label[-1]} & {"-"}


def _repaired(name: str) -> str:
    """Suggest the nearest name that is allowed, or nothing."""
    kept = "".join(c if c in _ALLOWED else "-" for c in name.lower())[:LIMIT_CHARACTERS].strip("-")
    return f"try {kept!r}" if kept and _ALPHANUMERIC & set(kept) else ""
