"""Gather what a render may know: chart, values, release facts, capabilities, lookup.

All I/O that a template can ask for is in here as a callable, so rendering itself stays pure.

Source: Helm v4 `pkg/chart/common/util/values.go` (`ToRenderValues`).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pkgtool.chart.model import Chart
from pkgtool.template.capabilities import Capabilities

Lookup = Callable[[str, str, str, str], Mapping[str, Any]]
"""`lookup(api_version, kind, namespace, name)`: the live object, a List when `name` is empty,
or an empty mapping when there is none."""


def lookup_nothing(api_version: str, kind: str, namespace: str, name: str) -> Mapping[str, Any]:
    """Answer every lookup with nothing, as offline commands do."""
    del api_version, kind, namespace, name
    return {}


class ReleaseFacts(NamedTuple):
    """What templates may know of the release that is being made."""

    name: str
    namespace: str = "default"
    revision: int = 1
    is_upgrade: bool = False

    @property
    def is_install(self) -> bool:
        """Whether this is the first revision; the opposite of an upgrade."""
        return not self.is_upgrade


class RenderContext(NamedTuple):
    """Everything a render depends on: equal contexts give equal text."""

    chart: Chart
    """With only the dependencies in use, under their aliases."""
    values: Mapping[str, Any]
    """Coalesced for the whole tree: a subchart's are under its key."""
    release: ReleaseFacts
    capabilities: Capabilities
    lookup: Lookup = lookup_nothing
    lint: bool = False
    """While linting, `required` and `fail` do not stop the render."""
    enable_dns: bool = False
    """Whether `getHostByName` may ask the network."""
    chart_struct: bool = False
    """Whether `.Chart` is a struct, as in Helm 3: without unknown fields, written with JSON's keys."""
    private: bool = True
    """Whether users had a part in `values`, or a cluster in `lookup`: what is made of them is then not kept
    on the disk."""
