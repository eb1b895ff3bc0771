"""Talk to `docker-credential-NAME` programs, which keep credentials in a keychain.

Source: `docker/docker-credential-helpers`: `get` and `erase` read the server, `store` reads JSON.
"""

import re
from collections.abc import Mapping

from pkgtool import yamlcodec
from pkgtool.errors import CredentialsUnusable, InputError
from pkgtool.process import run_process
from pkgtool.repo.oci.login import Login, helper_from_login, login_from_helper

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_UNKNOWN = "credentials not found in native keychain"
_TIMEOUT_S = 60.0
_LIMIT_BYTES = 1024 * 1024


class Helper:
    """One helper program."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        """Name the program; it is not started yet.

        Raises:
            CredentialsUnusable: `name` is a path, or nothing that a program is called.
        """
        if not re.fullmatch(_NAME, name):
            raise CredentialsUnusable(
                f"not the name of a credential helper: {name[:80]!r}",
                hint="`credsStore` and `credHelpers` hold what stands behind `docker-credential-`",
            )
        self._program = f"docker-credential-{name}"
        self._environ = environ

    def get(self, server: str) -> Login:
        """Return the login for `server`, which is empty if none is known.

        Raises:
            CredentialsUnusable: The program fails, or its answer cannot be read.
        """
        found, out = self._run("get", server.encode(), unknown_is_fine=True)
        if not found:
            return Login()
        try:
            answer = yamlcodec.load_json(out, name=self._program)
        except InputError as error:
            # Not what it said: a password may be in it.
            raise CredentialsUnusable(f"{self._program} get: its answer is not JSON") from error
        return login_from_helper(answer) if isinstance(answer, dict) else Login()

    def store(self, server: str, login: Login) -> None:
        """Keep `login` for `server`.

        Raises:
            CredentialsUnusable: The program fails.
        """
        told = yamlcodec.dump_json(helper_from_login(server, login), escape_html=False)
        self._run("store", told.encode())

    def erase(self, server: str) -> None:
        """Forget the login for `server`; none is fine.

        Raises:
            CredentialsUnusable: The program fails.
        """
        self._run("erase", server.encode(), unknown_is_fine=True)

    def _run(self, verb: str, data: bytes, *, unknown_is_fine: bool = False) -> tuple[bool, bytes]:
        try:
            done = run_process(
                [self._program, verb],
                env=self._environ,
                data=data,
                timeout_s=_TIMEOUT_S,
                limit_bytes=_LIMIT_BYTES,
            )
        except InputError as error:
            raise CredentialsUnusable(
                f"{self._program} {verb}: {error.what}", hint=error.hint
            ) from error
        # Helpers say what is wrong to standard output.
        words = (done.out.decode("utf-8", "replace").strip() or done.words)[:300]
        if done.status == 0:
            return True, done.out
        if unknown_is_fine and _UNKNOWN in words:
            return False, b""
        raise CredentialsUnusable(
            f"{self._program} {verb}: {words or f'exit status {done.status}'}",
            hint="look whether the keychain is open, or remove the helper from the file",
        )
