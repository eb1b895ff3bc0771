"""Where files are: the paths that follow from settings.

Apart from the settings, which are plain text: commands that open none of these files load nothing
that handles paths.
"""

from pathlib import Path

from pkgtool.settings import Settings


class Places:
    """The files and folders of one user, by `settings`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def config_home(self) -> Path:
        """Holds `repositories.yaml`."""
        return Path(self._settings.config_home)

    @property
    def cache_home(self) -> Path:
        """Holds indexes, tarballs and compiled templates; always safe to delete."""
        return Path(self._settings.cache_home)

    @property
    def data_home(self) -> Path:
        """Holds the embedded cluster, plugins and starters."""
        return Path(self._settings.data_home)

    @property
    def helm_config_home(self) -> Path:
        """Helm's counterpart of `config_home`; the next two likewise."""
        return Path(self._settings.helm_config_home)

    @property
    def helm_cache_home(self) -> Path:
        """See `helm_config_home`."""
        return Path(self._settings.helm_cache_home)

    @property
    def helm_data_home(self) -> Path:
        """See `helm_config_home`."""
        return Path(self._settings.helm_data_home)

    @property
    def cluster_file(self) -> Path:
        """The embedded cluster's file."""
        return self.data_home / "cluster.db"

    @property
    def repositories_file(self) -> Path:
        """The list of configured repositories, which is written."""
        return Path(self._settings.repository_config or self.config_home / "repositories.yaml")

    @property
    def repositories_found(self) -> Path:
        """The list of configured repositories, which is read: Helm's until there is one of ours."""
        theirs = self.helm_config_home / "repositories.yaml"
        ours = self.repositories_file
        return (
            ours
            if self._settings.repository_config or ours.exists() or not theirs.exists()
            else theirs
        )

    @property
    def index_folder(self) -> Path:
        """Where the indexes of configured repositories are kept."""
        return Path(self._settings.repository_cache or self.cache_home / "repository")

    @property
    def index_folders(self) -> tuple[Path, ...]:
        """Where indexes are looked for."""
        if self._settings.repository_cache:
            return (self.index_folder,)
        return (self.index_folder, self.helm_cache_home / "repository")

    @property
    def content_folder(self) -> Path:
        """Where downloaded tarballs are kept, by digest."""
        return Path(self._settings.content_cache or self.cache_home / "content")

    @property
    def registry_file(self) -> Path:
        """The logins at registries, which are written."""
        return Path(self._settings.registry_config or self.config_home / "registry" / "config.json")

    @property
    def registry_files(self) -> tuple[Path, ...]:
        """Files with logins at registries, in the order in which they are asked."""
        if self._settings.registry_config:
            return (self.registry_file, self.docker_file)
        theirs = self.helm_config_home / "registry" / "config.json"
        return (self.registry_file, theirs, self.docker_file)

    @property
    def docker_file(self) -> Path:
        """Docker's own list of logins."""
        return Path(self._settings.docker_home) / "config.json"

    @property
    def plugin_folders(self) -> tuple[Path, ...]:
        """Where plugins are: the first is the one that is installed into."""
        if self._settings.plugins:
            return tuple(Path(each) for each in self._settings.plugins.split(":") if each)
        return (self.data_home / "plugins", self.helm_data_home / "plugins")

    @property
    def keyring(self) -> Path:
        """The keyring that is looked into when none is named."""
        return Path(self._settings.gnupg_home) / "pubring.gpg"

    @property
    def starters(self) -> Path:
        """Where `create --starter` looks first."""
        return self.data_home / "starters"

    @property
    def starter_folders(self) -> tuple[Path, ...]:
        """Where `create --starter` looks."""
        return (self.starters, self.helm_data_home / "starters")
