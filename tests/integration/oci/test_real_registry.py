"""Debian's registry, with and without passwords: our commands, and Helm itself on the other side."""

import importlib.util
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pkgtool.cli.root import run
from pkgtool.repo.oci.pull import pull_chart
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.tags import registry_repositories, tags
from pkgtool.testing.charts_at_rest import tarball
from pkgtool.testing.real_registry import real_registry, real_registry_installed

pytestmark = pytest.mark.skipif(
    not real_registry_installed(), reason="needs docker-registry (apt-get install docker-registry)"
)
needs_helm = pytest.mark.skipif(
    importlib.util.find_spec("helm_python") is None, reason="needs helm-python-sdk"
)
Make = Callable[..., Registries]


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def open_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that lets everybody in."""
    with real_registry(tmp_path_factory.mktemp("registry")) as host:
        yield host


@pytest.fixture(scope="module")
def closed_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that lets `me` in."""
    folder = tmp_path_factory.mktemp("closed")
    with real_registry(folder, users={"me": "secret"}) as host:
        yield host


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep logins and caches, ours and Helm's, in the test's folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"HELM_{name}_HOME", str(tmp_path / "helm" / name.lower()))
        monkeypatch.setenv(f"PKGTOOL_{name}_HOME", str(tmp_path / "ours" / name.lower()))
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(tmp_path / "logins" / "config.json"))
    # No keychain of this machine.
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)


@pytest.fixture
def pkgtool(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line."""

    def call(*arguments: object) -> Ran:
        status = run([str(each) for each in arguments])
        return Ran(status, *capfd.readouterr())

    return call


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A packed chart that uses all that a manifest shows, of a known time."""
    path = tmp_path / "demo-1.2.3+b.5.tgz"
    path.write_bytes(
        tarball(
            "demo",
            "1.2.3+b.5",
            description="Pages <b> & more — é",
            home="https://home.example",
            sources=["https://source.example", "https://other.example"],
            keywords=["k"],
            maintainers=[{"name": "Jo", "email": "jo@example.com"}, {"name": "Al", "url": "u"}],
            annotations={"z": "1", "org.opencontainers.image.title": "no", "a": "é"},
            dependencies=[{"name": "sub", "version": "^1", "condition": "a.b", "alias": "s"}],
            appVersion="3",
            kubeVersion=">=1",
            type="application",
            deprecated=True,
        )
    )
    os.utime(path, (1_700_000_000.75, 1_700_000_000.75))
    return path


def helm_client(host: str, file: Path) -> Any:
    del host
    import helm_python

    return helm_python.RegistryClient(plain_http=True, credentials_file=str(file))


def logins(tmp_path: Path) -> Path:
    return tmp_path / "logins" / "config.json"


def test_push_says_what_helm_says(
    open_host: str, chart: Path, pkgtool: Callable[..., Ran], registries: Make
) -> None:
    ran = pkgtool("push", chart, f"oci://{open_host}/said", "--plain-http")

    pulled = pull_chart(registries(), f"oci://{open_host}/said/demo")
    name = f"{open_host}/said/demo:1.2.3_b.5"
    assert ran.status == 0
    assert ran.out.startswith(
        f"Pushed: {name}\nDigest: {pulled.digest}\n{name} contains an underscore.\n\nOCI artifact"
    )
    assert pulled.data == chart.read_bytes()


@needs_helm
@pytest.mark.parametrize("prov", [False, True])
def test_helm_and_we_push_the_same_manifest(
    open_host: str,
    chart: Path,
    tmp_path: Path,
    pkgtool: Callable[..., Ran],
    registries: Make,
    prov: bool,
) -> None:
    if prov:
        chart.with_name(f"{chart.name}.prov").write_bytes(b"vouched\n")
    helm = helm_client(open_host, logins(tmp_path))

    helm.push(chart, f"oci://{open_host}/theirs{prov}".lower(), plain_http=True)
    pkgtool("push", chart, f"oci://{open_host}/ours{prov}".lower(), "--plain-http")

    theirs = pull_chart(registries(), f"oci://{open_host}/theirs{prov}/demo".lower(), prov=True)
    ours = pull_chart(registries(), f"oci://{open_host}/ours{prov}/demo".lower(), prov=True)
    assert ours.digest == theirs.digest
    assert ours.data == theirs.data
    assert ours.prov == theirs.prov == (b"vouched\n" if prov else None)


@needs_helm
def test_helm_pulls_what_we_push(
    open_host: str, chart: Path, tmp_path: Path, pkgtool: Callable[..., Ran]
) -> None:
    pkgtool("push", chart, f"oci://{open_host}/for-helm", "--plain-http")
    helm = helm_client(open_host, logins(tmp_path))
    (tmp_path / "out").mkdir()

    reference = f"oci://{open_host}/for-helm/demo"
    assert helm.tags(reference) == ["1.2.3+b.5"]
    helm.pull(reference, version="^1.2", destination=str(tmp_path / "out"), plain_http=True)

    (pulled,) = (tmp_path / "out").iterdir()
    assert pulled.read_bytes() == chart.read_bytes()


def test_source_date_epoch_makes_digests_repeat(
    open_host: str, chart: Path, pkgtool: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    said = []
    for seconds in (1, 2):
        os.utime(chart, (seconds, seconds))
        ran = pkgtool("push", chart, f"oci://{open_host}/again", "--plain-http")
        said.append(ran.out.splitlines()[1])

    assert said[0] == said[1]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert "invalid SOURCE_DATE_EPOCH: 'soon'" in pkgtool("push", chart, "oci://h/a").err


def test_many_tags_in_pages(open_host: str, pkgtool: Callable[..., Ran], registries: Make) -> None:
    for minor in range(12):
        data = tarball("many", f"1.{minor}.0")
        Path(f"{os.environ['HOME']}/many.tgz").write_bytes(data)
        path = Path(os.environ["HOME"]) / "many.tgz"
        assert pkgtool("push", path, f"oci://{open_host}/pages", "--plain-http").status == 0

    client = registries().at(open_host)
    url = f"http://{open_host}/v2/pages/many/tags/list?n=5"
    paged = list(client._listed(url, "tags", "repository:pages/many:pull"))

    assert len(paged) == 12
    assert tags(registries(), f"oci://{open_host}/pages/many")[0] == "1.11.0"
    assert registry_repositories(registries(), f"oci://{open_host}/pages") == [
        f"oci://{open_host}/pages/many"
    ]


# Logging in


def test_nobody_is_let_in_without_a_login(
    closed_host: str, chart: Path, pkgtool: Callable[..., Ran]
) -> None:
    ran = pkgtool("push", chart, f"oci://{closed_host}/x", "--plain-http")

    assert ran.status == 1
    assert "response status code 401" in ran.err
    assert f"pkgtool registry login {closed_host}" in ran.err


def test_a_login_lets_in_and_a_logout_keeps_out(
    closed_host: str,
    chart: Path,
    tmp_path: Path,
    pkgtool: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed(monkeypatch, "secret\n")
    ran = pkgtool(
        *("registry", "login", closed_host, "-u", "me", "--password-stdin", "--plain-http")
    )
    assert ran == Ran(0, "Login Succeeded\n", "")

    push = ("push", chart, f"oci://{closed_host}/in", "--plain-http")
    assert pkgtool(*push).status == 0
    out = pkgtool("registry", "logout", closed_host)
    assert out == Ran(0, f"Removing login credentials for {closed_host}\n", "")
    assert json.loads(logins(tmp_path).read_text()) == {"auths": {}}
    assert pkgtool(*push).status == 1


def test_flags_let_in_for_once(
    closed_host: str, chart: Path, tmp_path: Path, pkgtool: Callable[..., Ran]
) -> None:
    ran = pkgtool(
        *("push", chart, f"oci://{closed_host}/once", "--plain-http"),
        *("--username", "me", "--password", "secret"),
    )

    assert ran.status == 0
    assert not logins(tmp_path).exists()


def test_dockers_login_counts_too(
    closed_host: str, chart: Path, tmp_path: Path, pkgtool: Callable[..., Ran]
) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(
        json.dumps({"auths": {closed_host: {"auth": "bWU6c2VjcmV0"}}})
    )

    assert pkgtool("push", chart, f"oci://{closed_host}/docker", "--plain-http").status == 0


def test_a_wrong_password_is_not_kept(
    closed_host: str, tmp_path: Path, pkgtool: Callable[..., Ran]
) -> None:
    ran = pkgtool("registry", "login", closed_host, "-u", "me", "-p", "wrong", "--plain-http")

    assert ran.status == 1
    words = f'authenticating to "{closed_host}": GET "http://{closed_host}/v2/": '
    assert f"Error: {words}response status code 401: unauthorized: " in ran.err
    assert "using --password via the CLI is insecure. Use --password-stdin" in ran.err
    assert not logins(tmp_path).exists()


def test_credentials_are_asked_for(
    closed_host: str, pkgtool: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "me\nsecret\n")

    ran = pkgtool("registry", "login", closed_host, "--plain-http")

    assert ran == Ran(0, "Username: Password: \nLogin Succeeded\n", "")


@pytest.mark.parametrize(
    ("text", "words"), [("\n\n", "token required"), ("me\n\n", "password required")]
)
def test_nothing_is_no_password(
    pkgtool: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    typed(monkeypatch, text)

    ran = pkgtool("registry", "login", "h")

    assert ran.status != 0
    assert f"Error: {words}" in ran.err


def test_a_host_with_a_path_is_warned_of(pkgtool: Callable[..., Ran]) -> None:
    ran = pkgtool("registry", "login", "h/charts", "-u", "a", "-p", "b")

    assert ran.status == 1
    assert (
        'level=WARN msg="registry login currently only supports registry hostname, not a '
        'repository path" host=h/charts suggested=h\n'
    ) in ran.err
    assert 'Error: invalid reference: invalid registry "h/charts"' in ran.err


def test_without_plain_http_nothing_is_sent_in_the_clear(
    open_host: str, chart: Path, pkgtool: Callable[..., Ran]
) -> None:
    ran = pkgtool("push", chart, f"oci://{open_host}/x")

    assert ran.status == 1
    assert "--plain-http" in ran.err


@needs_helm
def test_helm_reads_our_login_and_we_read_helms(
    closed_host: str, chart: Path, tmp_path: Path, pkgtool: Callable[..., Ran]
) -> None:
    login = ("registry", "login", closed_host, "-u", "me", "-p", "secret", "--plain-http")
    assert pkgtool(*login).status == 0
    ours = logins(tmp_path).read_bytes()
    helm = helm_client(closed_host, logins(tmp_path))
    helm.push(chart, f"oci://{closed_host}/helms", plain_http=True)

    pkgtool("registry", "logout", closed_host)
    helm.login(closed_host, "me", "secret", plain_http=True)
    assert logins(tmp_path).read_bytes() == ours
    assert pkgtool("push", chart, f"oci://{closed_host}/ours", "--plain-http").status == 0

    pkgtool("registry", "logout", closed_host)
    logged_out = logins(tmp_path).read_bytes()
    helm.login(closed_host, "me", "secret", plain_http=True)
    helm.logout(closed_host)
    assert logins(tmp_path).read_bytes() == logged_out


@pytest.mark.parametrize(
    ("file", "remote", "words"),
    [
        ("none.tgz", "oci://h/c", "{file}: no such file"),
        ("", "oci://h/c", "cannot push directory, must provide chart archive (.tgz)"),
        ("demo.tgz", "h/c", 'scheme prefix missing from remote (e.g. "oci://")'),
        ("demo.tgz", "localhost:5000/c", 'scheme "localhost" not supported'),
        ("demo.tgz", "https://h/c", 'scheme "https" not supported'),
        ("demo.tgz", "127.0.0.1:1/c", "invalid chart URL format: 127.0.0.1:1/c"),
        ("demo.tgz", "oci://h/C", 'invalid reference: invalid repository "C/demo"'),
    ],
)
def test_helms_words_for_what_cannot_be_pushed(
    tmp_path: Path, pkgtool: Callable[..., Ran], file: str, remote: str, words: str
) -> None:
    (tmp_path / "demo.tgz").write_bytes(tarball("demo", "1.0.0"))
    path = tmp_path / file

    ran = pkgtool("push", path, remote)

    assert ran.status == 1
    assert ran.err.startswith(f"Error: {words.format(file=path)}")


def test_as_in_helm_more_arguments_are_ignored(pkgtool: Callable[..., Ran]) -> None:
    ran = pkgtool("registry", "logout", "h", "i")

    assert ran == Ran(0, "Removing login credentials for h\n", "")
    assert '"pkgtool push" requires at least 2 arguments' in pkgtool("push", "a.tgz").err


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    from io import StringIO

    monkeypatch.setattr("sys.stdin", StringIO(text))
