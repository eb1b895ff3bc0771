"""Run a render in a child process that may not do much, and may not do it for long.

Templates are programs that come from elsewhere. The engines count what they do; this is the second
fence, for what cannot be counted: memory, and calls into C that do not come back. The child is a
fork, so everything is there already; limits are set before the first template is read. What it
makes comes back over a pipe as plain data, never as a pickle. Where there is no `fork`, the render
runs in this process.

Lookups go back over the pipe: connections of the parent are not usable in a child.

Source: `spec/reliability.md` §2.5.
"""

import gc
import marshal
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from select import select
from time import monotonic
from typing import Any, NamedTuple, NoReturn, TypeVar

try:
    import resource
except ImportError:  # Windows, where there is no `fork` either
    resource = None  # type: ignore[assignment]

from pkgtool.errors import BudgetExceeded, PkgtoolError
from pkgtool.template.codecache import Want
from pkgtool.template.context import RenderContext
from pkgtool.template.origins import Origins
from pkgtool.template.parcel import pack, unpack
from pkgtool.template.protocol import Engine
from pkgtool.template.render import RenderedChart, engines_of, render_chart

Result = TypeVar("Result")
Ask = Callable[[Any], Any]
"""Send plain data to the parent and return its answer."""


class FenceLimits(NamedTuple):
    """What the child may use."""

    memory_bytes: int = 1024 * 1024 * 1024
    """Address space; more when the parent has nearly as much already."""
    cpu_s: int = 10
    wall_s: float = 20.0
    result_bytes: int = 64 * 1024 * 1024
    open_files: int = 64


DEFAULT_LIMITS = FenceLimits()


def render_fenced(
    context: RenderContext,
    engines: Mapping[str, Engine],
    *,
    subchart_notes: bool = False,
    lined: bool = False,
    limits: FenceLimits = DEFAULT_LIMITS,
) -> RenderedChart:
    """Do what `render_chart` does, inside the fence.

    Compiled code that the child added to the engines' caches is added to ours, and so is what it
    wants compiled.

    Raises:
        BudgetExceeded: The child needed more than `limits`; this process is not affected.
        TemplateError: As `render_chart`.
    """
    # Engines are made here, not in the child: what they import would be gone with it.
    used = [engines[name] for name in engines_of(context.chart) if name in engines]
    caches = list({id(each.cache): each.cache for each in used if each.cache is not None}.values())

    def work(ask: Ask) -> tuple[RenderedChart, list[tuple[dict[str, bytes], list[Want]]]]:
        inside = context._replace(lookup=lambda *names: ask(list(names)))
        chart = render_chart(inside, engines, subchart_notes=subchart_notes, lined=lined)
        return chart, [(cache.fresh(), cache.wanted()) for cache in caches]

    chart, news = _run(work, limits, lambda names: context.lookup(*names))
    for cache, (fresh, wanted) in zip(caches, news, strict=True):
        cache.absorb(fresh, wanted)
    if lined:
        return chart
    origins = Origins(lambda: render_fenced(context, engines, lined=True, limits=limits).files)
    files = [
        each if each.lines else each._replace(lines=origins.lines(each.path))
        for each in chart.files
    ]
    return chart._replace(files=tuple(files))


def run_fenced(function: Callable[[], Result], *, limits: FenceLimits = DEFAULT_LIMITS) -> Result:
    """Return what `function` returns, computed inside the fence.

    Args:
        function: Must return plain data, `RenderedChart` or `RenderedFile`, or raise an error
            of ours. It must not use connections of this process.
        limits: What it may use.

    Raises:
        BudgetExceeded: It needed more than `limits`; this process is not affected.
        PkgtoolError: As `function`.
    """
    return _run(lambda _ask: function(), limits, lambda _question: None)


def _run(work: Callable[[Ask], Result], limits: FenceLimits, answer: Ask) -> Result:
    if not hasattr(os, "fork"):
        return work(answer)
    read_end, child_write = os.pipe()
    child_read, write_end = os.pipe()
    # A thread of the parent may hold a lock at the fork; the child takes none of the parent's.
    child = os.fork()
    if child == 0:
        os.close(read_end)
        os.close(write_end)
        _be_child(work, limits, _Channel(child_read, child_write))
    os.close(child_write)
    os.close(child_read)
    channel = _Channel(read_end, write_end, deadline=monotonic() + limits.wall_s)
    try:
        result: Result = _converse(channel, answer, limits)
    finally:
        channel.close()
        with suppress(ProcessLookupError):
            # Its result is here, or it has had its time: nothing is lost.
            os.kill(child, 9)
        os.waitpid(child, 0)
    return result


def _converse(channel: "_Channel", answer: Ask, limits: FenceLimits) -> Any:
    """Answer the child's questions until it sends its result."""
    while True:
        kind, body = channel.receive(limits.result_bytes)
        if kind == b"?":
            channel.send(b"=", marshal.dumps(_answered(answer, body)))
        elif kind == b"=":
            return unpack(body)
        elif kind == b"!":
            raise unpack(body)
        else:
            raise RuntimeError(f"failed inside the fence\n{unpack(body)}")


def _answered(answer: Ask, body: bytes) -> tuple[bool, bytes]:
    try:
        return True, pack(answer(unpack(body)))
    except PkgtoolError as error:
        return False, pack(error)


def _be_child(work: Callable[[Ask], Any], limits: FenceLimits, channel: "_Channel") -> NoReturn:
    """Do the work, send what came of it, and end without any of the parent's clean-up."""
    status = 1
    try:
        # What the parent made is not searched for garbage: that would copy all its pages.
        gc.freeze()
        _limit(limits, channel)
        channel.send(*_outcome(work, channel, limits))
        status = 0
    finally:
        os._exit(status)


def _outcome(
    work: Callable[[Ask], Any], channel: "_Channel", limits: FenceLimits
) -> tuple[bytes, bytes]:
    def ask(question: Any) -> Any:
        channel.send(b"?", pack(question))
        ok, body = marshal.loads(channel.receive(limits.result_bytes)[1])  # noqa: S302
        if ok:
            return unpack(body)
        raise unpack(body)

    try:
        body = pack(work(ask))
    except PkgtoolError as error:
        return b"!", pack(error)
    except (MemoryError, RecursionError):
        return b"!", pack(_stopped("too much memory"))
    except Exception:  # noqa: BLE001 - a bug of ours: the parent raises it
        from traceback import format_exc  # noqa: PLC0415

        return b"x", pack(format_exc())
    if len(body) > limits.result_bytes:
        return b"!", pack(_stopped(f"more than {limits.result_bytes} bytes of output"))
    return b"=", body


def _stopped(why: str) -> BudgetExceeded:
    return BudgetExceeded(
        f"rendering was stopped: it needs {why}",
        hint="look for templates that repeat or call themselves without end",
    )


def _limit(limits: FenceLimits, channel: "_Channel") -> None:
    """Give up what rendering does not need."""
    sys.setrecursionlimit(5000)
    sys.dont_write_bytecode = True
    channel.close_all_others()
    memory = max(limits.memory_bytes, _address_space() + limits.memory_bytes // 2)
    for kind, soft in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, memory),
    ):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or soft < hard:
            # Some systems refuse some limits; the others still hold.
            with suppress(ValueError, OSError):
                resource.setrlimit(kind, (soft, soft))


def _address_space() -> int:
    """Return the bytes of address space in use, where the system says."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


class _Channel:
    """Messages over two pipes: one byte of kind, eight of length, the body."""

    def __init__(self, read_end: int, write_end: int, *, deadline: float | None = None) -> None:
        self._read_end = read_end
        self._write_end = write_end
        self._deadline = deadline

    def send(self, kind: bytes, body: bytes) -> None:
        left = memoryview(kind + len(body).to_bytes(8, "big") + body)
        try:
            while left:
                left = left[os.write(self._write_end, left) :]
        except BrokenPipeError:
            raise _stopped("more than it may have") from None

    def receive(self, limit_bytes: int) -> tuple[bytes, bytes]:
        head = self._exactly(9)
        length = int.from_bytes(head[1:], "big")
        if length > limit_bytes:
            raise _stopped(f"more than {limit_bytes} bytes of output")
        return head[:1], self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        pieces = []
        while count:
            self._wait()
            piece = os.read(self._read_end, min(count, 1 << 20))
            if not piece:
                raise _stopped("more memory or processor time than it may have")
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _wait(self) -> None:
        if self._deadline is not None:
            left = self._deadline - monotonic()
            if left <= 0 or not select([self._read_end], [], [], left)[0]:
                raise _stopped("more time than it may have")

    def close(self) -> None:
        os.close(self._read_end)
        os.close(self._write_end)

    def close_all_others(self) -> None:
        """Close every file but the standard ones and ours."""
        low, high = sorted((self._read_end, self._write_end))
        os.closerange(3, low)
        os.closerange(low + 1, high)
        os.closerange(high + 1, max(high + 2, 4096))
