"""Whatever comes in: a clear error, nothing stored, nothing half-written, and never a traceback."""

import contextlib
import gzip
import io
import resource
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest

CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja2\n"
CONFIGMAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
DEEP = "a: " + "[" * 100_000 + "\n"
BOMB = "".join(
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n",
        *(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")),
    ]
)
BROKEN = "a: [1,\nb: {\n"


def chart(shell: Any, **files: str) -> None:
    """Write a small chart called `web`; `__` in names stands for `/`, `_yaml` for `.yaml`."""
    shell.write("web/Chart.yaml", CHART)
    shell.write("web/templates/web.yaml", CONFIGMAP)
    for name, text in files.items():
        shell.write("web/" + name.replace("__", "/").replace("_yaml", ".yaml"), text)


def files_of(shell: Any) -> dict[str, bytes]:
    """Return every file in the home but caches and the cluster."""
    home = shell.folder.parent
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and ".cache" not in path.parts and "cluster.db" not in path.name
    }


def refused(shell: Any, *arguments: str, code: str, status: int = 1, **how: Any) -> str:
    """Run what must be refused with `code`; nothing may be stored or written."""
    before = files_of(shell)

    ran = shell.run(*arguments, **how)

    assert ran.status == status, f"{ran.status}: {ran.out}{ran.err}"
    assert ran.out == ""
    assert ran.err.startswith("Error: ")
    assert f"[{code}]" in ran.err
    assert len(ran.err) < 4000
    assert files_of(shell) == before
    if (shell.folder.parent / ".local").exists():
        assert shell.ok("list", "-A", "-q") == ""
    return str(ran.err)


def tgz(*members: tuple[str, bytes, dict[str, Any]]) -> bytes:
    """Return a gzipped tarball."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data, facts in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            for key, value in facts.items():
                setattr(entry, key, value)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


ARCHIVES = {
    "not an archive": b"hello\n" * 99,
    "empty": b"",
    "cut off": tgz(("web/Chart.yaml", CHART.encode(), {}))[:60],
    "no tar inside": gzip.compress(b"hello"),
    "climbs out": tgz(("web/../../up", b"x", {}), ("web/Chart.yaml", CHART.encode(), {})),
    "absolute": tgz(("/tmp/up", b"x", {}), ("web/Chart.yaml", CHART.encode(), {})),
    "a link": tgz(("web/Chart.yaml", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"})),
    "a device": tgz(("web/Chart.yaml", b"", {"type": tarfile.CHRTYPE})),
    "a bomb": tgz(("web/Chart.yaml", CHART.encode(), {}), ("web/x", bytes(30_000_000), {})),
}


@pytest.mark.parametrize("archive", ARCHIVES.values(), ids=ARCHIVES)
def test_archives(shell: Any, archive: bytes) -> None:
    (shell.folder / "web.tgz").write_bytes(archive)

    said = refused(shell, "install", "shop", "web.tgz", code="P103")

    assert "web.tgz" in said
    assert "hint: " in said


@pytest.mark.parametrize("text", [BROKEN, DEEP, BOMB], ids=["broken", "deep", "bomb"])
@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param("Chart_yaml", "P102", id="Chart.yaml"),
        pytest.param("values_yaml", "P102", id="values.yaml"),
        pytest.param("templates__bad_yaml", "P401", id="what a template makes"),
    ],
)
def test_yaml_of_charts(shell: Any, place: str, code: str, text: str) -> None:
    chart(shell, **{place: CHART + text if place == "Chart_yaml" else text})

    said = refused(shell, "install", "shop", "./web", code=code)

    assert place.replace("__", "/").replace("_yaml", ".yaml") in said
    assert "^" in said


@pytest.mark.parametrize("text", [BROKEN, DEEP, BOMB], ids=["broken", "deep", "bomb"])
def test_yaml_of_values(shell: Any, text: str) -> None:
    chart(shell)
    shell.write("mine.yaml", text)

    assert "mine.yaml:" in refused(shell, "install", "a", "./web", "-f", "mine.yaml", code="P200")
    assert "^" in refused(shell, "install", "a", "./web", "-f", "-", code="P200", stdin=text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BROKEN, id="broken"),
        pytest.param(DEEP, id="deep"),
        pytest.param(BOMB, id="bomb"),
        pytest.param("<html>no</html>", id="something else"),
    ],
)
def test_a_repository_that_serves_rubbish(
    shell: Any, text: str, rubbish: Callable[[bytes], str]
) -> None:
    url = rubbish(text.encode())

    assert "index" in refused(shell, "install", "a", "web", "--repo", url, code="P816")
    assert "index" in refused(shell, "repo", "add", "bad", url, code="P816")


def test_a_repository_that_does_not_answer(shell: Any) -> None:
    nowhere = "http://127.0.0.1:9"

    said = refused(shell, "repo", "add", "gone", nowhere, code="P816")

    assert "cannot be reached" in said
    refused(shell, "install", "a", "web", "--repo", nowhere, code="P816")
    refused(shell, "install", "a", f"{nowhere}/web-1.0.0.tgz", code="P807")
    refused(shell, "install", "a", "gone/web", code="P805")


def test_a_tarball_that_is_not_what_the_index_says(shell: Any) -> None:
    chart(shell)
    shell.ok("package", "web", "-d", "dist")
    shell.ok("repo", "index", "dist")
    index = shell.folder / "dist" / "index.yaml"
    text = index.read_text()
    digest = text.partition("digest: ")[2][:64]
    index.write_text(text.replace(digest, "f" * 64))

    with answering(folder=shell.folder / "dist") as place:
        said = refused(shell, "install", "a", "web", "--repo", place, code="P802")

    assert "digest" in said


def test_missing_files(shell: Any) -> None:
    chart(shell)

    assert "open nope.yaml: no such" in refused(
        shell, "install", "a", "./web", "-f", "nope.yaml", code="P904"
    )
    refused(shell, "install", "a", "./web", "--set-file", "a=nope.txt", code="P904")
    refused(shell, "install", "a", "./nope", code="P101")
    refused(shell, "install", "a", "./nope.tgz", code="P101")
    shell.write("empty/readme.txt", "")
    assert "Chart.yaml file is missing" in refused(shell, "install", "a", "./empty", code="P102")


def test_all_violations_of_a_values_schema_are_told_at_once(shell: Any) -> None:
    schema = '{"properties": {"port": {"type": "integer"}, "name": {"minLength": 3}}}'
    chart(shell, **{"values.schema.json": schema})

    said = refused(shell, "install", "a", "./web", "--set", "port=x,name=ab", code="P202")

    assert "port" in said
    assert "name" in said


@pytest.mark.parametrize(
    ("template", "code", "says"),
    [
        pytest.param("{{ Values.replcas }}", "P307", "did you mean 'replicas'?", id="undefined"),
        pytest.param("{{ Values.replicas", "P301", "a.yaml:1:", id="syntax"),
        pytest.param("{{ required('name it', Values.none) }}", "P304", "name it", id="required"),
        pytest.param("{{ fail('not like this') }}", "P303", "not like this", id="fail"),
        pytest.param(
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "P305",
            "steps",
            id="endless loop",
        ),
        pytest.param("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "P305", "", id="recursion"),
        pytest.param("{{ 'x' * 999999999 }}", "P305", "", id="memory"),
        pytest.param("{{ ''.__class__ }}", "P307", "__class__", id="escape"),
        pytest.param("kind: Service\n", "P401", "apiVersion", id="no object"),
        pytest.param(CONFIGMAP, "P402", "", id="an object made twice"),
        pytest.param(
            CONFIGMAP.replace("web}", "other, lables: 3}"), "P404", "lables", id="bad object"
        ),
    ],
)
def test_templates(shell: Any, template: str, code: str, says: str) -> None:
    chart(shell, values_yaml="replicas: 1\nnone: null\n", templates__a_yaml=template)
    if code == "P402":
        shell.write("web/templates/a.yaml", template + "data: {a: b}\n")

    said = refused(shell, "install", "shop", "./web", code=code)

    assert says in said
    assert "templates/" in said


def test_kinds_without_a_schema_are_refused_when_strict(shell: Any) -> None:
    chart(shell, templates__a_yaml="apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: a}\n")

    said = refused(shell, "install", "a", "./web", "--strict", code="P405")

    assert "Thing" in said
    assert "level=WARN " in shell.run("template", "./web").err


@pytest.mark.parametrize(
    ("flag", "value"), [("--set", "a[x]=1"), ("--set-json", "a={"), ("--set", "a")]
)
def test_set_flags_are_refused_with_a_caret(shell: Any, flag: str, value: str) -> None:
    chart(shell)

    said = refused(shell, "install", "a", "./web", flag, value, code="P201")

    assert f"  1 | {value}" in said
    assert "^" in said


@pytest.mark.parametrize("name", ["Web", "a_b", "-a", "a" * 54, "../a", "a\nb"])
def test_release_names(shell: Any, name: str) -> None:
    chart(shell)

    refused(shell, "install", f"--name={name}", "./web", code="P506")


def test_names_and_revisions(shell: Any) -> None:
    """What is in use is refused; what is missing names the nearest."""
    chart(shell)
    shell.ok("install", "shop", "./web")

    assert "[P501]" in shell.fails("install", "shop", "./web")
    for command in (["status"], ["history"], ["get", "values"], ["uninstall"], ["rollback"]):
        said = shell.fails(*command, "shpo")
        assert "release: not found" in said, command
        assert "did you mean 'shop'?" in said, command
    assert "did you mean 'shop'?" in shell.fails("upgrade", "shpo", "./web")
    for command in (["rollback", "shop", "7"], ["get", "shop", "--revision", "7"]):
        said = shell.fails(*command)
        assert "[P503]" in said
        assert "pkgtool history shop" in said
    assert shell.ok("list", "-q") == "shop\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["isntall", "web"], "Did you mean this?\n\tinstall", id="command"),
        pytest.param(["get", "vlaues", "web"], "did you mean 'values'?", id="command of a group"),
        pytest.param(["repo", "ad"], "Did you mean this?\n\tadd", id="nested command"),
        pytest.param(["list", "--filtr", "x"], "did you mean '--filter'?", id="flag"),
        pytest.param(["list", "-Z"], "unknown shorthand flag: 'Z' in -Z", id="short flag"),
        pytest.param(["upgrade", "web"], "requires 2 arguments", id="too few"),
        pytest.param(["status", "a", "b"], "requires 1 argument", id="too many"),
        pytest.param(["status"], "Usage:  pkgtool status RELEASE_NAME [flags]", id="usage"),
        pytest.param(["version", "x"], "accepts no arguments", id="none wanted"),
        pytest.param(["install"], "requires at least 1 argument", id="no chart"),
        pytest.param(["install", "a", "b", "c"], "unexpected arguments: c", id="three words"),
        pytest.param(["list", "-o", "xml"], "invalid format type", id="format"),
        pytest.param(["list", "--max", "x"], "invalid syntax", id="number"),
        pytest.param(["install", "a", ".", "--timeout", "soon"], "invalid duration", id="duration"),
        pytest.param(["install", "a", ".", "--wait=x"], "invalid wait input", id="wait"),
        pytest.param(["install", "a", ".", "--dry-run=x"], "invalid dry-run value", id="dry run"),
        pytest.param(
            ["upgrade", "a", ".", "--force-replace", "--force-conflicts"],
            "none of the others can be",
            id="conflict",
        ),
        pytest.param(["install", "a", ".", "--name", "b"], "also specify a name", id="two names"),
        pytest.param(["rollback", "a", "x"], "could not convert revision", id="revision"),
        pytest.param(["list", "--color", "pink"], "invalid color mode", id="colour"),
        pytest.param(["list", "--cluster", "moon"], "--cluster local", id="cluster"),
        pytest.param(["explain", "P50"], "no error code", id="code"),
        pytest.param(["completion", "tcsh"], "bash", id="shell"),
    ],
)
def test_usage(shell: Any, arguments: list[str], says: str) -> None:
    shell.write("Chart.yaml", CHART)

    said = shell.fails(*arguments, status=1)

    assert says in said
    assert "[P00" in said
    assert not (shell.folder.parent / ".local").exists()


@pytest.mark.parametrize("variable", ["PKGTOOL_DEBUG", "PKGTOOL_COLOR", "PKGTOOL_MAX_HISTORY"])
def test_settings(shell: Any, variable: str) -> None:
    ran = shell.run("list", **{variable: "rubbish"})

    assert ran.status == 1
    assert "[P002]" in ran.err


@pytest.mark.parametrize("arguments", [["list"], ["install", "a", "./web"], ["uninstall", "a"]])
def test_a_kubeconfig_is_never_passed_over_in_silence(shell: Any, arguments: list[str]) -> None:
    chart(shell)
    before = sorted(shell.folder.parent.rglob("*"))

    ran = shell.run(*arguments, KUBECONFIG="/somewhere/config")

    assert ran.status == 1
    assert "[P607]" in ran.err
    assert "--cluster local" in ran.err
    assert sorted(shell.folder.parent.rglob("*")) == before
    assert shell.run("list", "--cluster", "local", KUBECONFIG="/somewhere/config").status == 0


def cluster_file(shell: Any) -> Path:
    path: Path = shell.folder.parent / ".local/share/pkgtool/cluster.db"
    return path


def test_a_locked_cluster(shell: Any) -> None:
    """Another process is in the middle of writing, and does not end."""
    chart(shell)
    shell.ok("install", "shop", "./web")
    other = sqlite3.connect(cluster_file(shell), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert "shop" in shell.ok("list"), "reading goes on"
    ran = shell.run("uninstall", "shop")

    other.execute("ROLLBACK")
    other.close()
    assert ran.status == 75
    assert "is in use by process" in ran.err
    assert "STATUS: deployed" in shell.ok("status", "shop")


def test_a_damaged_cluster(shell: Any) -> None:
    chart(shell)
    shell.ok("install", "shop", "./web")
    path = cluster_file(shell)
    damaged = path.read_bytes()[:100] + b"\xff" * 9000
    path.write_bytes(damaged)
    for side in path.parent.glob("cluster.db-*"):
        side.unlink()

    said = shell.fails("list")

    assert "[P606]" in said
    assert "hint: " in said
    assert path.read_bytes() == damaged


def test_a_file_that_is_no_cluster(shell: Any) -> None:
    path = cluster_file(shell)
    path.parent.mkdir(parents=True)
    path.write_text("my notes\n" * 200)

    assert "is not the file of an embedded cluster" in shell.fails("list")
    assert path.read_text() == "my notes\n" * 200


def test_a_folder_in_the_way(shell: Any) -> None:
    """As for a folder that may not be written, which root may."""
    chart(shell)
    cluster_file(shell).mkdir(parents=True)
    (shell.folder / "web-1.0.0.tgz").mkdir()
    shell.write("file", "")

    assert "[P606]" in shell.fails("install", "a", "./web")
    assert "[P905]" in shell.fails("package", "web")
    assert "[P905]" in shell.fails("package", "web", "-d", "file/below")
    assert "[P905]" in shell.fails("create", "file/chart")


def test_a_full_disk(shell: Any) -> None:
    """Files of this process may not grow beyond a limit; the release is not half there."""
    chart(shell)
    shell.write("web/templates/web.yaml", CONFIGMAP.replace("web", "{{ Release.Name }}"))
    shell.write("web/big.txt", Random(1).randbytes(200_000).hex())
    shell.ok("install", "small", "./web", "--set", "a=b")
    half = cluster_file(shell).stat().st_size // 2

    for limit, arguments, code in (
        (half, ["install", "shop", "./web"], "P606"),
        (4096, ["package", "web", "-d", "dist"], "P905"),
    ):
        done = subprocess.run(
            [shell.program, *arguments],
            cwd=shell.folder,
            # Where files cannot grow, Python would leave truncated bytecode beside our modules.
            env=shell.environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert f"[{code}]" in done.stderr
        assert "Traceback" not in done.stderr
    assert shell.ok("list", "-q") == "small\n"
    assert list((shell.folder / "dist").iterdir()) == []
    assert "STATUS: deployed" in shell.ok("install", "shop", "./web")


def test_output_that_cannot_be_written(shell: Any) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [shell.program, "version", "-o", "yaml"],
            env=shell.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "cannot write to standard output: no space left on device" in done.stderr


def test_without_standard_streams_a_command_still_ends_well(shell: Any) -> None:
    line = f'"{shell.program}" version >&- 2>&-'

    done = subprocess.run(["sh", "-c", line], env=shell.environment, check=False)

    assert done.returncode == 0


class Answer(BaseHTTPRequestHandler):
    """Answers everything with the server's `body`, or with files of its `folder`."""

    def do_GET(self) -> None:
        folder = getattr(self.server, "folder", None)
        data = (folder / self.path.lstrip("/")).read_bytes() if folder else self.server.body  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def answering(**facts: object) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answer)
    for name, value in facts.items():
        setattr(server, name, value)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def rubbish() -> Iterator[Callable[[bytes], str]]:
    """Start a server that answers everything with the same bytes."""
    with contextlib.ExitStack() as stack:
        yield lambda body: stack.enter_context(answering(body=body))
