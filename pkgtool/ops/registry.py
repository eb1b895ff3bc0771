"""`registry`: remember who to be at a registry, after it has let us in, and forget it again."""

from pkgtool.errors import RepoError
from pkgtool.repo.oci.login import make_login
from pkgtool.repo.oci.reference import check_registry
from pkgtool.repo.oci.registries import Registries


def login(registries: Registries, host: str, username: str, password: str) -> None:
    """Keep credentials for `host` when it accepts them.

    Args:
        registries: Reaches it, and keeps credentials.
        host: HOST or HOST:PORT.
        username: Empty for an identity token.
        password: Or the token.

    Raises:
        ReferenceInvalid: `host` is no host.
        RepoError: It cannot be reached, or does not accept them; nothing was stored.
        FileUnwritable: They cannot be stored.
    """
    check_registry(host)
    who = make_login(username, password)
    try:
        registries.with_login(host, who).ping()
    except RepoError as error:
        raise type(error)(f'authenticating to "{host}": {error.what}', hint=error.hint) from error
    registries.logins.own.keep(host, who)


def logout(registries: Registries, host: str) -> None:
    """Forget the credentials for `host`; having none is fine.

    Raises:
        CredentialsUnusable, FileUnwritable: They are still there.
    """
    registries.logins.own.forget(host)
