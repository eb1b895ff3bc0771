"""Open OCI registries with the credentials of this user."""

from pkgtool.places import Places
from pkgtool.repo.cache import TarballCache
from pkgtool.repo.http import HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.loginfile import LoginFile, Logins
from pkgtool.repo.oci.registries import Registries
from pkgtool.settings import Settings


def open_registries(
    settings: Settings, access: Access | None = None, *, http: HttpClient | None = None
) -> Registries:
    """Return the registries as this user reaches them.

    Args:
        settings: Says where logins and tarballs are kept.
        access: The user's flags.
        http: Sends requests; one of their own when `None`.
    """
    places = Places(settings)
    files = [LoginFile(path, settings.environ) for path in places.registry_files]
    return Registries(
        http or HttpClient(),
        Logins(*files),
        access,
        content=TarballCache(places.content_folder),
    )
