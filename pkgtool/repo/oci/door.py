"""Answer a registry that asks who we are: with user and password, or with a token for a scope.

Nothing is sent before the registry asks; what it then accepts is remembered for later requests.
Tokens come from the place that the registry names. Credentials go there only if it plainly
belongs to the registry: the same host, one below the same domain, or the one that Docker Hub is known to
have. For any other place, only credentials that were stored for that place are used.

Source: distribution's `docs/spec/auth/{token,oauth}.md`; oras-go `registry/remote/auth`.
"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from pkgtool import yamlcodec
from pkgtool.errors import CredentialsUnusable, FetchFailed, InputError
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.repo.oci.challenge import Challenge, parse_challenges
from pkgtool.repo.oci.exchange import Call, Reply, exchange
from pkgtool.repo.oci.login import Login
from pkgtool.repo.urls import origin, shown, split_userinfo

CLIENT_ID = "pkgtool"
_SHORTEST_LIFE_S = 60
_MARGIN_S = 5
_LONGEST_LIFE_S = 3600
_REALMS = {"registry-1.docker.io": "auth.docker.io"}


class _Token(NamedTuple):
    header: str
    until: float


class Door:
    """How one registry lets us in."""

    def __init__(
        self, http: HttpClient, url: str, *, trust: Credentials, login: Callable[[str], Login]
    ) -> None:
        """Prepare; nobody is asked yet.

        Args:
            http: Sends requests.
            url: Of the registry.
            trust: Its certificates.
            login: Returns who to be at a host.
        """
        self._http = http
        self._url = url
        self._trust = trust
        self._ask_login = login
        self._logins: dict[str, Login] = {}
        self._basic = ""
        self._tokens: dict[tuple[str, ...], _Token] = {}

    def known(self, scopes: tuple[str, ...]) -> str:
        """Return the `Authorization` that let us in before, if it still counts."""
        if self._basic:
            return self._basic
        token = self._tokens.get(scopes)
        return token.header if token is not None and token.until > self._http.clock() else ""

    def admit(self, reply: Reply, scopes: tuple[str, ...]) -> str:
        """Return the `Authorization` that `reply` asks for, or nothing when there is none.

        Raises:
            CredentialsUnusable, FetchFailed: There is no token to be had.
        """
        self._tokens.pop(scopes, None)
        refused, self._basic = self._basic, ""
        challenges = parse_challenges(reply.headers.get("WWW-Authenticate", ""))
        for challenge in challenges:
            if challenge.scheme == "bearer" and challenge.params.get("realm"):
                return self._bearer(challenge, scopes)
        if any(challenge.scheme == "basic" for challenge in challenges):
            self._basic = self._login(self._host()).basic()
        if self._basic == refused:
            self._basic = ""
        return self._basic

    def _login(self, host: str) -> Login:
        """Return who to be at `host`; who is known is not looked up again: that may be slow."""
        found = self._logins.get(host) or self._ask_login(host)
        if found:
            self._logins[host] = found
        return found

    def _bearer(self, challenge: Challenge, scopes: tuple[str, ...]) -> str:
        login = self._login(self._host())
        if login.registry_token:
            return f"Bearer {login.registry_token}"
        realm = split_userinfo(challenge.params["realm"])[0]
        self._check_realm(realm)
        if login and not self._is_ours(realm):
            login = self._login(urlsplit(realm).netloc)
        wanted = merged_scopes(scopes, challenge.params.get("scope", ""))
        service = challenge.params.get("service", "")
        token = self._fetch(realm, service, wanted, login)
        self._tokens[scopes] = token
        return token.header

    def _check_realm(self, realm: str) -> None:
        if origin(realm)[0] != "https" and origin(self._url)[0] == "https":
            raise CredentialsUnusable(
                f"the registry {self._host()} gives tokens without encryption, at {shown(realm)}",
                hint="ask who runs the registry: no password is sent there",
            )

    def _is_ours(self, realm: str) -> bool:
        """Tell whether credentials for the registry may be sent to `realm`."""
        ours, theirs = origin(self._url)[1], origin(realm)[1]
        if theirs in (ours, _REALMS.get(ours)):
            return True
        domain = ours.partition(".")[2]
        is_name = "." in domain and not ours.rpartition(".")[2].isdecimal()
        return is_name and (theirs == domain or theirs.endswith(f".{domain}"))

    def _fetch(self, realm: str, service: str, scopes: tuple[str, ...], login: Login) -> _Token:
        reply = self._exchange_token(realm, service, scopes, login)
        if reply is None:
            fields = [("service", service)] if service else []
            call = Call("GET", _with_query(realm, fields + [("scope", each) for each in scopes]))
            reply = exchange(
                self._http, call, trust=self._abroad(realm), authorization=login.basic()
            )
        if reply.status != 200:
            raise CredentialsUnusable(
                f"the registry {self._host()} gives no token: {shown(realm)} answers "
                f"{reply.status}",
                hint=self._hint(realm, login),
            )
        return self._token(realm, reply)

    def _exchange_token(
        self, realm: str, service: str, scopes: tuple[str, ...], login: Login
    ) -> Reply | None:
        """Return what an identity token gets us, or nothing where there is none to exchange."""
        if not login.identity_token:
            return None
        call = _exchanging(realm, service, scopes, login.identity_token)
        reply = exchange(self._http, call, trust=self._abroad(realm))
        # Older registries know no such exchange, and take the token for a password.
        return None if reply.status in (400, 404, 405) else reply

    def _token(self, realm: str, reply: Reply) -> _Token:
        try:
            answer = yamlcodec.load_json(reply.data, name=shown(realm))
        except InputError:
            # Without the excerpt, which may be a token.
            answer = None
        answer = answer if isinstance(answer, dict) else {}
        text = answer.get("token") or answer.get("access_token")
        if not isinstance(text, str) or not text.isascii() or not text.isprintable():
            raise FetchFailed(f"failed to fetch {shown(realm)}: there is no token in the answer")
        said = answer.get("expires_in")
        life_s = said if isinstance(said, int) else 0
        seconds = min(max(life_s, _SHORTEST_LIFE_S), _LONGEST_LIFE_S)
        return _Token(f"Bearer {text}", self._http.clock() + seconds - _MARGIN_S)

    def _abroad(self, realm: str) -> Credentials:
        if origin(realm) == origin(self._url):
            return self._trust
        return Credentials(ca_file=self._trust.ca_file, insecure=self._trust.insecure)

    def _hint(self, realm: str, login: Login) -> str:
        host = self._host() if self._is_ours(realm) else urlsplit(realm).netloc
        if login:
            return f"are the credentials right? `pkgtool registry login {host}` replaces them"
        return f"`pkgtool registry login {host}`"

    def _host(self) -> str:
        return urlsplit(self._url).netloc


def merged_scopes(wanted: tuple[str, ...], asked: str) -> tuple[str, ...]:
    """Return `wanted` and what a challenge asks for beyond it, sorted.

    Examples:
        >>> merged_scopes(("repository:a:pull,push",), "repository:a:pull repository:b:pull")
        ('repository:a:pull,push', 'repository:b:pull')
    """
    actions: dict[str, set[str]] = {}
    for scope in (*wanted, *asked.split()):
        place, _, said = scope.rpartition(":")
        actions.setdefault(place, set()).update(said.split(","))
    return tuple(sorted(f"{place}:{','.join(sorted(said))}" for place, said in actions.items()))


def _exchanging(realm: str, service: str, scopes: tuple[str, ...], token: str) -> Call:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token,
        "client_id": CLIENT_ID,
        "service": service,
        "scope": " ".join(scopes),
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Call("POST", realm, headers, urlencode(form).encode())


def _with_query(url: str, fields: list[tuple[str, str]]) -> str:
    parts = urlsplit(url)
    known = parse_qsl(parts.query, keep_blank_values=True)
    return parts._replace(query=urlencode([*known, *fields])).geturl()
