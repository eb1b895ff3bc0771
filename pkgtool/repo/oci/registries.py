"""All registries, as this user reaches them: one client for each, made when it is needed."""

from pkgtool.repo.cache import TarballCache
from pkgtool.repo.http import HttpClient
from pkgtool.repo.oci.client import Access, RegistryClient
from pkgtool.repo.oci.login import Login, make_login
from pkgtool.repo.oci.loginfile import Logins


class Registries:
    """Clients for registries, which share credentials, flags and a cache."""

    def __init__(
        self,
        http: HttpClient,
        logins: Logins,
        access: Access | None = None,
        *,
        content: TarballCache | None = None,
    ) -> None:
        """Prepare; no file is read and nothing sent yet.

        Args:
            http: Sends requests.
            logins: Who to be where.
            access: The user's flags.
            content: Tarballs that were fetched before.
        """
        self.http = http
        self.logins = logins
        self.access = access or Access()
        self.content = content
        self._clients: dict[str, RegistryClient] = {}

    def at(self, host: str) -> RegistryClient:
        """Return the client for the registry `host`."""
        if host not in self._clients:
            self._clients[host] = self.with_login(host, self._flags())
        return self._clients[host]

    def with_login(self, host: str, login: Login) -> RegistryClient:
        """Return a client for `host` that is `login` there, if that is somebody."""
        client = RegistryClient(
            self.http,
            host,
            self.access,
            login=lambda place: login if login and place == home else self.logins.find(place),
        )
        home = client.place
        return client

    def _flags(self) -> Login:
        said = self.access.credentials
        return make_login(said.username, said.password) if said.password else Login()
