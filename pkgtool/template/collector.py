"""Keep the garbage collector out of a render.

Parsed templates are many small objects that stay. Looking through them again and again for cycles
takes longer than making them.
"""

import gc


class CollectorPaused:
    """Without the collector inside of `with`; afterwards it is as it was."""

    __slots__ = ("_collects",)

    def __enter__(self) -> None:
        self._collects = gc.isenabled()
        gc.disable()

    def __exit__(self, *_error: object) -> None:
        if self._collects:
            gc.enable()
