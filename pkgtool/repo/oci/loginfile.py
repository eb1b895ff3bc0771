"""`registry/config.json`: logins in docker's format, shared with Helm.

Credentials stand in `auths`, or are with the helper program that `credHelpers` names for their
registry or `credsStore` for all. What else the file holds stays there. A file that cannot be read
is named and never written.

Source: Helm v4 `pkg/registry/client.go`; oras-go `registry/remote/credentials`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pkgtool import yamlcodec
from pkgtool.diskfile import hold_lock, write_file
from pkgtool.diskread import read_file
from pkgtool.errors import CredentialsUnusable, FileUnreadable, InputError
from pkgtool.repo.oci.helper import Helper
from pkgtool.repo.oci.login import (
    Login,
    entry_from_login,
    login_from_entry,
    same_server,
    server_key,
)

_LIMIT_BYTES = 4 * 1024 * 1024
Document = dict[str, Any]


class LoginFile:
    """One file of logins; it need not exist."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self._environ = environ

    def find(self, host: str) -> Login:
        """Return the login for the registry `host`, which is empty if none is known.

        Raises:
            CredentialsUnusable: The file is damaged, or its helper program fails.
        """
        document = self._read()
        server = server_key(host)
        if helper := self._helper(document, server):
            return helper.get(server)
        auths = document.get("auths") or {}
        keys = [key for key in auths if same_server(key, host)]
        if not keys:
            return Login()
        entry = auths[server if server in keys else keys[0]]
        try:
            return login_from_entry(entry if isinstance(entry, dict) else {})
        except ValueError as error:
            raise self._damaged(f"the entry for {host!r} is unusable: {error}") from error

    def keep(self, host: str, login: Login) -> None:
        """Keep `login` for `host`, in the place of an earlier one.

        Raises:
            CredentialsUnusable: The file is damaged, or its helper program fails; it is as it was.
            FileUnwritable: The file is as it was.
        """
        server = server_key(host)

        def add(document: Document) -> None:
            if helper := self._helper(document, server):
                helper.store(server, login)
                document.setdefault("auths", {})
            else:
                document["auths"] = {
                    **(document.get("auths") or {}),
                    server: entry_from_login(login),
                }

        self._change(add)

    def forget(self, host: str) -> None:
        """Remove the login for `host`; none is fine.

        Raises:
            CredentialsUnusable: The file is damaged, or its helper program fails; it is as it was.
            FileUnwritable: The file is as it was.
        """
        if not self.path.exists():
            return
        server = server_key(host)

        def remove(document: Document) -> None:
            if helper := self._helper(document, server):
                helper.erase(server)
            auths = document.get("auths") or {}
            document["auths"] = {
                key: entry for key, entry in auths.items() if not same_server(key, host)
            }

        self._change(remove)

    def _change(self, change: Callable[[Document], None]) -> None:
        with hold_lock(self.path.with_suffix(".lock")):
            document = self._read()
            change(document)
            text = yamlcodec.dump_json(document, indent="\t", escape_html=False)
            write_file(self.path, text.encode(), mode=0o600)

    def _read(self) -> Document:
        try:
            data = read_file(self.path, limit_bytes=_LIMIT_BYTES)
        except FileUnreadable as error:
            if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                return {}
            raise CredentialsUnusable(error.what, hint=error.hint) from error
        try:
            document = yamlcodec.load_json(data, name=str(self.path)) if data.strip() else {}
        except InputError as error:
            # Without the excerpt, which may be a password.
            raise self._damaged(error.what) from None
        if not isinstance(document, dict) or not isinstance(document.get("auths", {}), dict | None):
            raise self._damaged("it is not a mapping with `auths`")
        return document

    def _helper(self, document: Document, server: str) -> Helper | None:
        by_server = document.get("credHelpers")
        name = by_server.get(server) if isinstance(by_server, dict) else None
        name = name or document.get("credsStore")
        return Helper(name, self._environ) if isinstance(name, str) and name else None

    def _damaged(self, why: str) -> CredentialsUnusable:
        return CredentialsUnusable(
            f"failed to decode config file {self.path}: {why}",
            hint="mend it by hand, or move it away and log in again",
        )


class Logins:
    """The logins of this user: in Helm's file, and to be read only, in docker's."""

    def __init__(self, own: LoginFile, *others: LoginFile) -> None:
        self.own = own
        self._others = others

    def find(self, host: str) -> Login:
        """Return the login for the registry `host`, which is empty if none is known.

        Raises:
            CredentialsUnusable: A file is damaged, or a helper program fails.
        """
        for file in (self.own, *self._others):
            if login := file.find(host):
                return login
        return Login()
