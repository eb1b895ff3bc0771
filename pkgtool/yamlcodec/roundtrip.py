"""Read and write YAML that keeps its comments and layout: the one door to ruamel.yaml.

ruamel.yaml follows YAML 1.2 and would write `0644` and `1e25` in its own way. So here no plain
scalar is resolved: all of them are texts that are written as they were read. Only emptiness and `<<`
keep their meaning.

ruamel.yaml is slow to import: this module is imported by the first post-renderer.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.resolver import VersionedResolver

_NO_WIDTH = 1 << 30


def open_codec() -> YAML:
    """Return a reader and writer that keeps comments, quotes and the spelling of every scalar."""
    codec = YAML()
    codec.Resolver = _Verbatim
    codec.preserve_quotes = True
    codec.width = _NO_WIDTH
    return codec


class _Verbatim(VersionedResolver):
    """Takes every plain scalar for a text, except nothing at all and the merge key."""

    @property
    def versioned_resolver(self) -> Any:
        return {
            "": [("tag:yaml.org,2002:null", re.compile("^$"))],
            "<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))],
        }
