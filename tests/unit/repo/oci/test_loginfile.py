"""Logins in docker's format: read from everywhere, written to one place, and nothing else lost."""

import json
import stat
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pkgtool.errors import CredentialsUnusable, FileUnwritable
from pkgtool.repo.oci.login import Login, make_login
from pkgtool.repo.oci.loginfile import LoginFile, Logins

ME = Login("me", "secret")
HELPER = """#!/bin/sh
verb=$1
input=$(cat)
echo "$verb $input" >> "$HELPER_LOG"
case "$verb $input" in
  "get h") printf '{"ServerURL":"h","Username":"me","Secret":"secret"}' ;;
  "get token") printf '{"ServerURL":"token","Username":"<token>","Secret":"idt"}' ;;
  "get broken") echo "keychain is locked"; exit 1 ;;
  "get odd") echo 'no json: secret' ;;
  get*|erase*) echo "credentials not found in native keychain"; exit 1 ;;
esac
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., LoginFile]:
    """Make a file of logins, with a helper program called `test` at hand."""
    program = tmp_path / "bin" / "docker-credential-test"
    program.parent.mkdir()
    program.write_text(HELPER)
    program.chmod(0o755)
    environ = {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "HELPER_LOG": str(tmp_path / "log"),
    }

    def make(document: Any = None, name: str = "config.json") -> LoginFile:
        path = tmp_path / "registry" / name
        path.parent.mkdir(exist_ok=True)
        if document is not None:
            path.write_text(document if isinstance(document, str) else json.dumps(document))
        return LoginFile(path, environ)

    return make


def entry(text: str) -> dict[str, str]:
    return {"auth": b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (entry("me:secret"), ME),
        (entry("me:se:cret"), Login("me", "se:cret")),
        (entry(":token"), Login(identity_token="token")),
        ({"username": "me", "password": "secret"}, ME),
        ({**entry("me:"), "identitytoken": "t"}, Login("me", identity_token="t")),
        ({"registrytoken": "r"}, Login(registry_token="r")),
        ({}, Login()),
    ],
)
def test_entries(file: Callable[..., LoginFile], fields: dict[str, str], expected: Login) -> None:
    assert file({"auths": {"h": fields}}).find("h") == expected


@pytest.mark.parametrize("key", ["h", "https://h", "https://h/v1/", "http://h/"])
def test_old_files_have_urls_as_keys(file: Callable[..., LoginFile], key: str) -> None:
    assert file({"auths": {key: entry("me:secret")}}).find("h") == ME


def test_one_host_is_not_another(file: Callable[..., LoginFile]) -> None:
    file_ = file({"auths": {"h.evil": entry("me:secret"), "h:5000": entry("a:b")}})

    assert not file_.find("h")
    assert not file_.find("evil")


def test_docker_hub_has_a_key_of_its_own(file: Callable[..., LoginFile]) -> None:
    hub = file()
    hub.keep("docker.io", ME)

    assert list(json.loads(hub.path.read_text())["auths"]) == ["https://index.docker.io/v1/"]
    assert hub.find("registry-1.docker.io") == ME


def test_a_login_is_written_as_helm_writes_it(file: Callable[..., LoginFile]) -> None:
    kept = file()
    kept.keep("h:5000", ME)

    assert kept.path.read_text() == (
        '{\n\t"auths": {\n\t\t"h:5000": {\n\t\t\t"auth": "bWU6c2VjcmV0"\n\t\t}\n\t}\n}'
    )
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert kept.find("h:5000") == ME


def test_a_token_is_kept_without_a_user(file: Callable[..., LoginFile]) -> None:
    kept = file()
    kept.keep("h", make_login("", "idt"))

    assert kept.find("h") == Login(identity_token="idt")


def test_what_others_wrote_stays(file: Callable[..., LoginFile]) -> None:
    others = {"auths": {"other": entry("a:b")}, "proxies": {"x": [1, 2.5]}, "detachKeys": "a<b"}
    kept = file(others)
    kept.path.chmod(0o644)

    kept.keep("h", ME)
    kept.forget("h")

    assert json.loads(kept.path.read_text()) == others
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_forgetting_nobody_makes_no_file(file: Callable[..., LoginFile]) -> None:
    kept = file()
    kept.forget("h")

    assert not kept.path.exists()


@pytest.mark.parametrize("text", ['{"auths": [', "[]", '{"auths": []}', '{"auths": 1}', "secret"])
def test_a_damaged_file_is_named_and_left_alone(file: Callable[..., LoginFile], text: str) -> None:
    damaged = file(text)

    for act in (
        lambda: damaged.find("h"),
        lambda: damaged.keep("h", ME),
        lambda: damaged.forget("h"),
    ):
        with pytest.raises(CredentialsUnusable, match="failed to decode config file") as caught:
            act()
        assert str(damaged.path) in caught.value.what
        assert "secret" not in str(caught.value)
    assert damaged.path.read_text() == text


@pytest.mark.parametrize("auth", ["!!!", "bWU=", "/w=="])
def test_a_damaged_entry_is_about_its_host_only(file: Callable[..., LoginFile], auth: str) -> None:
    kept = file({"auths": {"h": {"auth": auth}, "o": entry("me:secret")}})

    assert kept.find("o") == ME
    with pytest.raises(CredentialsUnusable, match="the entry for 'h'"):
        kept.find("h")


def test_a_link_is_not_written_through(file: Callable[..., LoginFile], tmp_path: Path) -> None:
    kept = file()
    (tmp_path / "elsewhere").write_text("{}")
    kept.path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileUnwritable):
        kept.keep("h", ME)
    assert (tmp_path / "elsewhere").read_text() == "{}"


@pytest.mark.parametrize(
    "document", [{"credsStore": "test"}, {"credHelpers": {"h": "test"}, "credsStore": "none"}]
)
def test_helper_programs_keep_credentials(
    file: Callable[..., LoginFile], tmp_path: Path, document: dict[str, Any]
) -> None:
    helped = file(document)

    assert helped.find("h") == ME
    helped.keep("h", Login("you", "pw"))
    helped.forget("h")

    log = (tmp_path / "log").read_text().splitlines()
    assert log == [
        "get h",
        'store {"Secret":"pw","ServerURL":"h","Username":"you"}',
        "erase h",
    ]
    assert json.loads(helped.path.read_text()) == {**document, "auths": {}}


def test_a_helper_knows_tokens(file: Callable[..., LoginFile], tmp_path: Path) -> None:
    helped = file({"credsStore": "test"})

    assert helped.find("token") == Login(identity_token="idt")
    helped.keep("x", make_login("", "idt"))
    assert '"Username":"<token>"' in (tmp_path / "log").read_text()


def test_a_helper_that_knows_nobody(file: Callable[..., LoginFile]) -> None:
    helped = file({"credsStore": "test"})

    assert not helped.find("nobody")
    helped.forget("nobody")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("broken", "docker-credential-test get: keychain is locked"),
        ("odd", "docker-credential-test get: its answer is not JSON"),
    ],
)
def test_a_helper_that_fails(file: Callable[..., LoginFile], host: str, words: str) -> None:
    with pytest.raises(CredentialsUnusable) as caught:
        file({"credsStore": "test"}).find(host)

    assert caught.value.what == words
    assert "secret" not in str(caught.value)


def test_a_helper_that_is_missing(file: Callable[..., LoginFile]) -> None:
    with pytest.raises(CredentialsUnusable, match="'docker-credential-none' not found"):
        file({"credsStore": "none"}).find("h")


@pytest.mark.parametrize("name", ["../evil", "/bin/sh", "a b", "-x", "a" * 100])
def test_a_helper_is_a_name_and_no_path(file: Callable[..., LoginFile], name: str) -> None:
    with pytest.raises(CredentialsUnusable, match="not the name of a credential helper"):
        file({"credsStore": name}).find("h")


def test_helms_file_comes_before_dockers(file: Callable[..., LoginFile]) -> None:
    own = file({"auths": {"h": entry("me:secret")}}, "own.json")
    dockers = file({"auths": {"h": entry("d:d"), "g": entry("d:g")}}, "docker.json")
    logins = Logins(own, dockers)

    assert logins.find("h") == ME
    assert logins.find("g") == Login("d", "g")
    assert not logins.find("nobody")


def test_passwords_are_not_shown() -> None:
    assert "secret" not in repr(Login("me", "secret", "secret", "secret"))
