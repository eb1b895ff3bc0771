"""What `package` and `verify` print, and how they end."""

import importlib.util
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pkgtool.chart.unpack import unpack_files
from pkgtool.cli.root import cli
from pkgtool.errors import (
    ChartInvalid,
    ChartNotFound,
    DependencyMissing,
    FileUnwritable,
    KeyUnavailable,
    PkgtoolError,
    SettingInvalid,
    SignatureInvalid,
    UsageError,
    VersionInvalid,
)
from pkgtool.testing.gnupg import Gnupg

Run = Callable[..., Result]
CHART = {"Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n", "values.yaml": b"a: 1\n"}
JO = "Jo Doe <jo@example.com>"

needs_gnupg = pytest.mark.skipif(
    not Gnupg.installed() or importlib.util.find_spec("pysequoia") is None,
    reason="needs gnupg and pysequoia",
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in an empty home, beside a chart."""
    unpack_files(CHART, tmp_path / "web")
    monkeypatch.chdir(tmp_path)
    clean = {name: None for name in os.environ if name.startswith(("HELM_", "PKGTOOL_", "XDG_"))}

    def invoke(*arguments: str, stdin: str = "", **environment: str) -> Result:
        home = {"HOME": str(tmp_path / "home"), "GNUPGHOME": str(tmp_path / "gnupg")}
        return CliRunner().invoke(cli, arguments, input=stdin, env={**clean, **home, **environment})

    return invoke


def refused(result: Result, kind: type[PkgtoolError]) -> str:
    """Return what a command that failed says."""
    assert isinstance(result.exception, kind), result.exception or result.output
    return result.exception.what


def test_packages_say_where_they_are(run: Run, tmp_path: Path) -> None:
    """With the path as given, or a whole one for this folder."""
    unpack_files({"Chart.yaml": b"name: db\nversion: 0.1.0\n"}, tmp_path / "db")

    said = run("package", "web", "db", "-d", "dist/./").output + run("package", "web").output

    assert said == "".join(
        f"Successfully packaged chart and saved it to: {path}\n"
        for path in ("dist/web-1.0.0.tgz", "dist/db-0.1.0.tgz", tmp_path / "web-1.0.0.tgz")
    )
    assert (tmp_path / "dist" / "db-0.1.0.tgz").exists()


def test_packages_bear_the_time_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    made = tmp_path / "web-1.0.0.tgz"
    packed = []
    for epoch in ("", "0", "1700000000"):
        assert run("package", "web", SOURCE_DATE_EPOCH=epoch).exit_code == 0
        packed.append(made.read_bytes())

    assert packed[0] == packed[1] != packed[2]
    assert "invalid SOURCE_DATE_EPOCH: 'soon'" in refused(
        run("package", "web", SOURCE_DATE_EPOCH="soon"), SettingInvalid
    )


@pytest.mark.parametrize(
    ("change", "arguments", "kind", "words"),
    [
        ({}, [], UsageError, "need at least one argument, the path to the chart"),
        ({}, ["web", "--sign"], UsageError, "--key is required for signing a package"),
        (
            {},
            ["web", "--sign", "--key", "a", "--keyring", ""],
            UsageError,
            "--keyring is required for signing a package",
        ),
        (
            {},
            ["web", "--sign", "--key", "a", "--keyring", "no"],
            KeyUnavailable,
            "open no: no such file or directory",
        ),
        ({}, ["nowhere"], ChartNotFound, "stat nowhere: no such file or directory"),
        (
            {},
            ["empty"],
            ChartNotFound,
            (
                "unable to detect chart at {0}/empty/Chart.yaml: open {0}/empty/Chart.yaml: "
                "no such file or directory"
            ),
        ),
        (
            {},
            ["web/Chart.yaml"],
            ChartNotFound,
            (
                "unable to detect chart at {0}/web/Chart.yaml/Chart.yaml: "
                "open {0}/web/Chart.yaml/Chart.yaml: not a directory"
            ),
        ),
        ({}, ["web", "--version", "bad"], VersionInvalid, "invalid semantic version"),
        (
            {"Chart.yaml": b"name: web\nversion: x\n"},
            ["web", "--version", "1.0.0"],
            ChartInvalid,
            'validation: chart.metadata.version "x" is invalid',
        ),
        (
            {"values.schema.json": b"{"},
            ["web"],
            ChartInvalid,
            "failed to save: invalid JSON in values.schema.json",
        ),
        (
            {
                "Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n"
                b"dependencies: [{name: a, version: '1'}, {name: b, version: '1'}]\n"
            },
            ["web"],
            DependencyMissing,
            "found in Chart.yaml, but missing in charts/ directory: a, b",
        ),
        (
            {},
            ["web", "-d", "web/Chart.yaml"],
            FileUnwritable,
            "failed to save: is not a directory: web/Chart.yaml",
        ),
    ],
)
def test_what_cannot_be_packed(
    run: Run,
    tmp_path: Path,
    change: dict[str, bytes],
    arguments: list[str],
    kind: type[PkgtoolError],
    words: str,
) -> None:
    (tmp_path / "empty").mkdir()
    for name, data in change.items():
        (tmp_path / "web" / name).write_bytes(data)

    assert refused(run("package", *arguments), kind) == words.format(tmp_path)
    assert not list(tmp_path.rglob("*.tgz"))


@needs_gnupg
def test_a_chart_is_signed_and_verified(run: Run, tmp_path: Path) -> None:
    with Gnupg() as gpg:
        gpg.add(JO, passphrase="secret")
        gpg.export(tmp_path / "secret.gpg", secret=True)
        gpg.export(tmp_path / "public.gpg")
    (tmp_path / "word").write_text("secret\nand nothing else\n")
    signing = ["package", "web", "--sign", "--key", "Jo", "--keyring", "secret.gpg"]

    for word, stdin in (("word", ""), ("-", "secret\n")):
        done = run(*signing, "--passphrase-file", word, stdin=stdin)
        assert done.exit_code == 0, done.exception

    said = run("verify", "web-1.0.0.tgz", "--keyring", "public.gpg").output.splitlines()
    assert said[0] == f"Signed by: {JO}"
    assert said[1].startswith("Using Key With Fingerprint: ")
    assert said[2].startswith("Chart Hash Verified: sha256:")
    assert len(said) == 3
    told = run("verify", "web-1.0.0.tgz", "--keyring", "public.gpg", "-o", "json").output
    assert json.loads(told) == {
        "signed_by": [JO],
        "fingerprint": said[1].rpartition(" ")[2],
        "digest": said[2].rpartition(" ")[2],
    }


@needs_gnupg
def test_a_passphrase_that_cannot_be_had(run: Run, tmp_path: Path) -> None:
    """Nobody is asked where nobody is, and nothing is written."""
    with Gnupg() as gpg:
        gpg.add(JO, passphrase="secret")
        gpg.export(tmp_path / "secret.gpg", secret=True)
    signing = ["package", "web", "--sign", "--key", "Jo", "--keyring", "secret.gpg"]

    assert refused(run(*signing), KeyUnavailable) == "inappropriate ioctl for device"
    for arguments, stdin, words in (
        (["--passphrase-file", "no"], "", "open no: no such file or directory"),
        (["--passphrase-file", "-"], "", "EOF"),
        (["--passphrase-file", "-"], "x\n", "openpgp: invalid data: private key checksum failure"),
    ):
        assert refused(run(*signing, *arguments, stdin=stdin), KeyUnavailable) == words
    assert not list(tmp_path.rglob("*.tgz*"))


def test_the_usual_keyring_is_gnupgs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(b"")
    (tmp_path / "a.tgz.prov").write_bytes(b"")

    assert refused(run("verify", "a.tgz"), KeyUnavailable) == (
        f"failed to load keyring: open {tmp_path}/gnupg/pubring.gpg: no such file or directory"
    )


def test_a_folder_is_not_verified(run: Run) -> None:
    assert refused(run("verify", "web"), SignatureInvalid) == "unpacked charts cannot be verified"
