"""Who to be at a registry, and how that is written in files and told to helper programs.

A login without a user is a token: Helm writes `:TOKEN`, helper programs call the user `<token>`,
and docker has a field of its own for it.

Source: docker's `config.json`; `docker/docker-credential-helpers`; oras-go `registry/remote/auth`.
"""

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DOCKER_HUB = "docker.io"
_DOCKER_HUB_HOSTS = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})
_DOCKER_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN_USER = "<token>"  # noqa: S105 what a user is called that is none


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials for one registry."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    """What short-lived tokens are got with, in place of user and password."""
    registry_token: str = field(default="", repr=False)
    """A bearer token that is used as it is."""

    def __bool__(self) -> bool:
        return bool(self.username or self.password or self.identity_token or self.registry_token)

    def basic(self) -> str:
        """Return the `Authorization` header of the basic scheme; empty when nobody is known."""
        secret = self.password or self.identity_token
        if not self.username and not secret:
            return ""
        return f"Basic {b64encode(f'{self.username}:{secret}'.encode()).decode()}"


def make_login(username: str, password: str) -> Login:
    """Return the login of a user, or with an empty `username` that of an identity token."""
    return Login(username, password) if username else Login(identity_token=password)


def server_key(host: str) -> str:
    """Return what files and helper programs call the registry `host`."""
    return _DOCKER_HUB_KEY if host in _DOCKER_HUB_HOSTS else host


def same_server(key: str, host: str) -> bool:
    """Tell whether the key of a file is about `host`; old files have URLs as keys."""
    named = key.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return named == host or (named in _DOCKER_HUB_HOSTS and host in _DOCKER_HUB_HOSTS)


def login_from_entry(entry: Mapping[str, Any]) -> Login:
    """Read one value of `auths`.

    Raises:
        ValueError: It cannot be read.
    """
    texts = {key: entry[key] for key in entry if isinstance(entry[key], str)}
    username, password = texts.get("username", ""), texts.get("password", "")
    if auth := texts.get("auth", ""):
        try:
            decoded = b64decode(auth, validate=True).decode()
        except (BadBase64, UnicodeDecodeError) as error:
            raise ValueError("its `auth` is not base64 of USER:PASSWORD") from error
        username, colon, password = decoded.partition(":")
        if not colon:
            raise ValueError("its `auth` is not base64 of USER:PASSWORD")
        password = password.rstrip("\0")
    token = texts.get("identitytoken", "")
    if not username and password and not token:
        return Login(identity_token=password)
    return Login(username, password, token, texts.get("registrytoken", ""))


def entry_from_login(login: Login) -> dict[str, str]:
    """Return `login` as Helm writes it into `auths`."""
    secret = login.password or login.identity_token
    return {"auth": b64encode(f"{login.username}:{secret}".encode()).decode()}


def login_from_helper(answer: Mapping[str, Any]) -> Login:
    """Read what a helper program knows."""
    username, secret = answer.get("Username"), answer.get("Secret")
    if not isinstance(secret, str) or not isinstance(username, str):
        return Login()
    return make_login("" if username == _TOKEN_USER else username, secret)


def helper_from_login(server: str, login: Login) -> dict[str, str]:
    """Return what a helper program is told to keep."""
    return {
        "ServerURL": server,
        "Username": login.username or _TOKEN_USER,
        "Secret": login.password or login.identity_token,
    }
