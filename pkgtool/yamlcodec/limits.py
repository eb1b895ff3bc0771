"""How much a text may ask for, before it is refused.

Nobody writes such documents by hand; they come from attacks and from runaway generators.
Helm's own limits are 10 000 levels and a ratio of aliases, which lets 100 kB become 1 GB.

Source: `spec/reliability.md` §2.4.
"""

DOCUMENT_BYTES = 16 * 1024 * 1024
"""Size of one text; callers that read larger files by design (an index) pass their own."""

DEPTH = 256
"""Levels of mappings and sequences, aliases expanded."""

NODES = 10_000_000
"""Scalars, mappings and sequences of one document, aliases expanded."""

EXPANSION = 100
"""How many nodes aliases may add for each node written so far; Helm has the same ratio."""

EXPANSION_FREE = 10_000
"""Nodes that aliases may add to any document, however small."""

EXPANDED_BYTES = 64 * 1024 * 1024
"""Characters that aliases may add."""

DIRECTIVES = 64
"""Lines that look like `%TAG`: libyaml compares each with all before it."""
