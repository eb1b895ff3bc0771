from pathlib import Path

import pytest

from pkgtool.errors import PluginError
from pkgtool.plugin.source import Source, find_source, read_packed
from pkgtool.repo.http import Credentials, HttpClient


def test_what_is_on_the_disk_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello-1.0.0.tgz").touch()
    (tmp_path / "odd.tgz").mkdir()

    assert find_source("hello") == Source("folder", str(tmp_path / "hello"))
    assert find_source("./hello-1.0.0.tgz") == Source("archive", str(tmp_path / "hello-1.0.0.tgz"))
    assert find_source("odd.tgz").kind == "folder"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("https://x.org/p/hello-1.2.3.tgz", "url", "hello"),
        ("http://x.org/hello-world-v2.tar.gz", "url", "hello-world-v2"),
        ("https://github.com/databus23/helm-diff", "git", "helm-diff"),
        ("https://x.org/hello.git", "git", "hello"),
        ("git@x.org:team/hello.git", "git", "hello"),
        ("git+ssh://x.org/hello", "git", "hello"),
        ("file:///srv/hello", "git", "hello"),
        ("oci://x.org/p/hello:1.0.0", "oci", "hello"),
        ("oci://x.org/p/hello@sha256:abc", "oci", "hello"),
    ],
)
def test_urls(text: str, kind: str, name: str) -> None:
    source = find_source(text)

    assert source.kind == kind
    assert source.folder_name == name
    assert source.has_signature == (kind in ("url", "oci"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("./nowhere", "not found"),
        ("-x", "not found"),
        ("--upload-pack=touch /tmp/x", "not found"),
        ("svn://x.org/hello", "Subversion is not supported"),
        ("hg+https://x.org/hello", "Mercurial is not supported"),
    ],
)
def test_what_is_none(text: str, words: str) -> None:
    with pytest.raises(PluginError, match=words):
        find_source(text)


def test_a_signature_beside_the_tarball(tmp_path: Path) -> None:
    packed = tmp_path / "hello-1.0.0.tgz"
    packed.write_bytes(b"data")
    source = find_source(str(packed))

    assert read_packed(source, HttpClient(), Credentials()).provenance is None
    (tmp_path / "hello-1.0.0.tgz.prov").write_bytes(b"signature")
    offered = read_packed(source, HttpClient(), Credentials())
    assert (offered.file_name, offered.data, offered.provenance) == (
        "hello-1.0.0.tgz",
        b"data",
        b"signature",
    )
