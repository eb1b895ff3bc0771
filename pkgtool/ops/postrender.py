"""Let another program change the manifests of a chart before they are read.

A post-renderer gets all of them as one stream, hooks included, and what it prints takes their place.
It is a plugin, or as in Helm 3 any program.

Source: Helm v4 `pkg/postrenderer`; Helm v3 `pkg/postrender/exec.go` for programs.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pkgtool.errors import PkgtoolError, PluginFailed, ProcessTimedOut, ProcessUnusable
from pkgtool.manifest.parse import Rendered
from pkgtool.manifest.postrender import merge_documents, part_documents
from pkgtool.ops.walk import Postrender
from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import USUAL_TIMEOUT_S, Starter, run_postrenderer
from pkgtool.process import run_process

_SHOWN_CHARACTERS = 4096

Run = Callable[[bytes], bytes]


class Program(NamedTuple):
    """A program that is no plugin."""

    path: str
    arguments: Sequence[str]


def plugin_postrender(plugin: Plugin, arguments: Sequence[str], starter: Starter) -> Postrender:
    """Return what sends manifests through `plugin`."""
    return _postrender(plugin.name, lambda data: run_postrenderer(plugin, arguments, data, starter))


def program_postrender(program: Program, starter: Starter) -> Postrender:
    """Return what sends manifests through a program."""
    return _postrender(program.path, lambda data: _run_program(program, data, starter))


def _postrender(name: str, run: Run) -> Postrender:
    def change(files: Sequence[Rendered]) -> Sequence[Rendered]:
        merged = merge_documents(files).encode()
        try:
            answer = run(merged)
        except PkgtoolError as error:
            # All that it says is said again.
            raise _failed(error.what, error.hint) from None
        if not answer.strip():
            raise _failed(
                f'post-renderer "{name}" produced empty output',
                "it must print the manifests that it wants, all of them",
            )
        return part_documents(_text(answer, name))

    return change


def _run_program(program: Program, data: bytes, starter: Starter) -> bytes:
    try:
        done = run_process(
            [program.path, *program.arguments],
            env=starter.environ,
            data=data,
            timeout_s=starter.timeout_s or USUAL_TIMEOUT_S,
        )
    except ProcessTimedOut as error:
        raise PluginFailed(
            f"error while running command {program.path}: {error.what}",
            hint="PKGTOOL_PLUGIN_TIMEOUT is how many seconds it may take",
        ) from error
    except ProcessUnusable as error:
        raise PluginFailed(
            f"error while running command {program.path}: {error.what}", hint=error.hint
        ) from error
    if done.status:
        words = done.words[-_SHOWN_CHARACTERS:]
        raise PluginFailed(
            f"error while running command {program.path}. error output:\n{words}\n: "
            f"exit status {done.status}"
        )
    if done.err:
        starter.say(done.words)
    return done.out


def _text(answer: bytes, name: str) -> str:
    try:
        return answer.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _failed(
            f'post-renderer "{name}" printed what is no text (byte {error.start})',
            "it must print YAML, as UTF-8",
        ) from error


def _failed(what: str, hint: str) -> PluginFailed:
    return PluginFailed(f"error while running post render on files: {what}", hint=hint)
