"""A registry lies about sizes, digests and kinds, stalls, and sends us away: nothing gets through."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import (
    ArchiveUnsafe,
    ArtifactInvalid,
    ChartVersionNotFound,
    ConstraintInvalid,
    CredentialsUnusable,
    DigestMismatch,
    FetchFailed,
    ReferenceInvalid,
)
from pkgtool.repo.oci.artifact import CHART, CONFIG, LEGACY_CHART, PROVENANCE
from pkgtool.repo.oci.exchange import Reply
from pkgtool.repo.oci.login import Login
from pkgtool.repo.oci.loginfile import LoginFile
from pkgtool.repo.oci.manifest import INDEX, MANIFEST
from pkgtool.repo.oci.pull import pull_chart
from pkgtool.repo.oci.push import push_chart
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.report import announce
from pkgtool.repo.oci.tags import registry_repositories, registry_versions, tags
from pkgtool.testing.charts_at_rest import tarball
from pkgtool.testing.small_registry import Answered, Said, SmallRegistry

Make = Callable[..., Registries]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WEB = tarball("web", "1.2.3")
SECRET = "Basic bWU6c2VjcmV0"


def stored(
    registry: SmallRegistry,
    *,
    tag: str = "1.2.3",
    data: bytes = WEB,
    config: Any = None,
    kind: str = CHART,
    config_kind: str = CONFIG,
    prov: bytes | None = None,
    **changes: Any,
) -> str:
    """Put a chart into `registry` as `charts/web` and return the manifest's digest."""
    said = json.dumps(config or {"name": "web", "version": "1.2.3"}).encode()
    layers = [{"mediaType": kind, **registry.put_blob("charts/web", data), **changes}]
    if prov is not None:
        layers.append({"mediaType": PROVENANCE, **registry.put_blob("charts/web", prov)})
    manifest = {
        "schemaVersion": 2,
        "config": {"mediaType": config_kind, **registry.put_blob("charts/web", said)},
        "layers": layers,
    }
    return registry.put_manifest("charts/web", tag, manifest, MANIFEST)


def ref(registry: SmallRegistry, rest: str = "") -> str:
    return f"oci://{registry.host}/charts/web{rest}"


def test_a_chart_is_pulled(small: SmallRegistry, registries: Make) -> None:
    digest = stored(small, prov=b"prov")

    plain = pull_chart(registries(), ref(small))
    vouched = pull_chart(registries(), ref(small, ":1.2.3"), prov=True)

    assert (plain.name, plain.version, plain.filename) == ("web", "1.2.3", "web-1.2.3.tgz")
    assert (plain.data, plain.prov, plain.digest) == (WEB, None, digest)
    assert plain.ref == f"{small.host}/charts/web:1.2.3"
    assert vouched.prov == b"prov"
    assert plain.warnings == ()


def test_a_missing_provenance_file_is_no_error(small: SmallRegistry, registries: Make) -> None:
    stored(small)

    assert pull_chart(registries(), ref(small), prov=True).prov is None


def test_a_chart_is_pulled_by_digest(small: SmallRegistry, registries: Make) -> None:
    digest = stored(small)

    pulled = pull_chart(registries(), ref(small, f"@{digest}"))

    assert pulled.ref == f"{small.host}/charts/web@{digest}"
    assert "/tags/" not in "".join(small.asked())


def test_a_kept_tarball_is_not_fetched_again(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    pull_chart(registries(cached=True), ref(small))
    before = len(small.asked())

    pulled = pull_chart(registries(cached=True), ref(small))

    assert pulled.data == WEB
    # Tags, manifest and config, but no tarball.
    assert len(small.asked()) - before == 3


def test_the_old_media_type_is_taken_with_a_warning(small: SmallRegistry, registries: Make) -> None:
    stored(small, kind=LEGACY_CHART)

    pulled = pull_chart(registries(), ref(small))

    assert pulled.warnings == ("Warning: chart media type application/tar+gzip is deprecated",)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"size": len(WEB) + 1}, DigestMismatch, "mismatched digest"),
        ({"size": len(WEB) - 1}, FetchFailed, "the answer is over"),
        ({"size": 200 * 1024 * 1024}, ArtifactInvalid, "is larger than"),
        ({"config_kind": "a/b"}, ArtifactInvalid, "could not load config with mediatype"),
        ({"kind": "a/b"}, ArtifactInvalid, "manifest does not contain a layer with mediatype"),
        ({"data": b"no chart"}, ArchiveUnsafe, "gzipped archive"),
        ({"config": {"name": "db", "version": "1.2.3"}}, ArtifactInvalid, "the name is 'db'"),
        ({"config": {"name": "web", "version": "9"}}, ArtifactInvalid, "the version is '9'"),
        ({"tag": "1.2.4"}, ArtifactInvalid, "is 'web' 1.2.3"),
    ],
)
def test_contradictions(
    small: SmallRegistry, registries: Make, changes: dict[str, Any], error: type, words: str
) -> None:
    stored(small, **changes)

    with pytest.raises(error, match=words):
        pull_chart(registries(cached=True), ref(small))


def test_a_config_that_says_little_is_enough(small: SmallRegistry, registries: Make) -> None:
    stored(small, config={"apiVersion": "v2"})

    assert pull_chart(registries(), ref(small)).version == "1.2.3"


def test_a_short_tag_may_stand_for_any_version(small: SmallRegistry, registries: Make) -> None:
    stored(small, tag="1.2")

    assert pull_chart(registries(), ref(small), "1.2").version == "1.2.3"


def test_two_charts_in_one_manifest_are_refused(small: SmallRegistry, registries: Make) -> None:
    blob = {"mediaType": CHART, **small.put_blob("charts/web", WEB)}
    config = {"mediaType": CONFIG, **small.put_blob("charts/web", b"{}")}
    small.put_manifest("charts/web", "1.2.3", {"config": config, "layers": [blob, blob]}, MANIFEST)

    with pytest.raises(ArtifactInvalid, match="has 2 layers"):
        pull_chart(registries(), ref(small))


@pytest.mark.parametrize("what", ["tarball", "config", "prov"])
def test_other_content_than_promised(small: SmallRegistry, registries: Make, what: str) -> None:
    stored(small, prov=b"prov")
    config = json.dumps({"name": "web", "version": "1.2.3"}).encode()
    wanted = {"tarball": WEB, "config": config, "prov": b"prov"}[what]
    for key, data in small.blobs.items():
        if data == wanted:
            small.blobs[key] = data[:-1] + b"?"

    with pytest.raises(DigestMismatch):
        pull_chart(registries(cached=True), ref(small), prov=True)


def test_a_manifest_that_is_not_what_its_digest_says(
    small: SmallRegistry, registries: Make
) -> None:
    digest = stored(small)
    stored(small, tag="1.2.4", prov=b"x")
    small.manifests["charts/web", digest] = small.manifests["charts/web", "1.2.4"]

    with pytest.raises(DigestMismatch, match="the manifest has the digest"):
        pull_chart(registries(), ref(small, f"@{digest}"))


def test_a_registry_that_calls_a_manifest_something_else(
    small: SmallRegistry, registries: Make
) -> None:
    stored(small)
    data = small.manifests["charts/web", "1.2.3"][0]
    headers = {"Content-Type": MANIFEST, "Docker-Content-Digest": f"sha256:{'0' * 64}"}
    small.on("GET", "/v2/charts/web/manifests/", Answered(200, data, headers))

    with pytest.raises(DigestMismatch):
        pull_chart(registries(), ref(small))


def test_an_endless_manifest(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    small.on("GET", "/v2/charts/web/manifests/", Answered(200, b" " * (5 * 1024 * 1024)))

    with pytest.raises(FetchFailed, match="the answer is over"):
        pull_chart(registries(), ref(small))


def test_the_chart_of_an_index_is_found(small: SmallRegistry, registries: Make) -> None:
    """An index may hold an image for each architecture, and the chart beside them."""
    chart = stored(small, tag="inner")
    image = small.put_manifest(
        "charts/web",
        "image",
        {"config": {"mediaType": "a/b", **small.put_blob("charts/web", b"{}")}, "layers": []},
        MANIFEST,
    )
    sizes = {digest: len(small.manifests["charts/web", digest][0]) for digest in (image, chart)}
    entries = [{"mediaType": MANIFEST, "digest": d, "size": size} for d, size in sizes.items()]
    index = small.put_manifest("charts/web", "1.2.3", {"manifests": entries}, INDEX)

    pulled = pull_chart(registries(), ref(small))

    assert (pulled.data, pulled.digest) == (WEB, index)


def test_an_index_without_a_chart(small: SmallRegistry, registries: Make) -> None:
    small.put_manifest("charts/web", "1.2.3", {"manifests": []}, INDEX)

    with pytest.raises(ArtifactInvalid, match="could not load config"):
        pull_chart(registries(), ref(small))


def test_storage_elsewhere_sees_no_credentials(
    small: SmallRegistry, other: SmallRegistry, registries: Make
) -> None:
    """GHSA-27wf-5967-98gx and its kin: tokens that followed a redirect to another host."""
    stored(small)
    guard(small, scheme='Basic realm="x"')
    for (_, digest), data in list(small.blobs.items()):
        other.on("GET", f"/store/{digest}", Answered(200, data))
        headers = {"Location": f"http://{other.host}/store/{digest}?signed=1"}
        small.on("GET", f"/v2/charts/web/blobs/{digest}", Answered(307, headers=headers))

    pulled = pull_chart(registries("me", "secret"), ref(small))

    assert pulled.data == WEB
    assert len(other.said) == 2
    assert all("Authorization" not in each.headers for each in other.said)
    assert any(each.headers.get("Authorization") == SECRET for each in small.said)


def test_storage_that_asks_for_credentials_gets_none(
    small: SmallRegistry, other: SmallRegistry, registries: Make
) -> None:
    stored(small)
    challenge = {"WWW-Authenticate": 'Basic realm="give"'}
    other.on("GET", "/", Answered(401, headers=challenge))
    to = {"Location": f"http://{other.host}/store"}
    small.on("GET", "/v2/charts/web/blobs/", Answered(307, headers=to))

    with pytest.raises(CredentialsUnusable):
        pull_chart(registries("me", "secret"), ref(small))
    assert all("Authorization" not in each.headers for each in other.said)


def test_a_circle_of_redirects(small: SmallRegistry, registries: Make) -> None:
    to = {"Location": f"http://{small.host}/v2/charts/web/manifests/1.2.3"}
    small.on("GET", "/v2/charts/web/manifests/", Answered(302, headers=to))

    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        pull_chart(registries(), ref(small), "1.2.3")


def test_busy_registries_get_time(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    busy = Answered(503)
    manifest, kind = small.manifests["charts/web", "1.2.3"]
    good = Answered(200, manifest, {"Content-Type": kind})
    small.on("GET", "/v2/charts/web/manifests/", busy, Answered(hang_up=True), good)

    assert pull_chart(registries(), ref(small), "1.2.3").data == WEB


# Who is let in


def guard(registry: SmallRegistry, *, scheme: str, accepts: str = SECRET) -> None:
    """Let nobody in but with `accepts`."""

    def rule(said: Said) -> Answered | None:
        if said.path.startswith("/token") or said.headers.get("Authorization") == accepts:
            return None
        return Answered(401, headers={"WWW-Authenticate": scheme})

    registry.rules.append(rule)


def bearer(registry: SmallRegistry, realm: str = "") -> str:
    realm = realm or f"http://{registry.host}/token"
    return f'Bearer realm="{realm}",service="reg",scope="repository:charts/web:pull"'


def test_a_token_is_fetched_once_for_a_scope(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    guard(small, scheme=bearer(small), accepts="Bearer t1")
    small.on("GET", "/token", Answered(body=b'{"token": "t1"}'))

    pull_chart(registries("me", "secret"), ref(small))

    (asked,) = [each for each in small.said if each.path.startswith("/token")]
    assert asked.headers["Authorization"] == SECRET
    assert asked.path == "/token?service=reg&scope=repository%3Acharts%2Fweb%3Apull"


def test_a_token_that_ran_out_is_replaced(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    accepted = ["t1"]

    def rule(said: Said) -> Answered | None:
        if said.path.startswith("/token"):
            return Answered(body=b'{"access_token": "%s"}' % accepted[0].encode())
        if said.headers.get("Authorization") != f"Bearer {accepted[0]}":
            return Answered(401, headers={"WWW-Authenticate": bearer(small)})
        return None

    small.rules.append(rule)
    reached = registries()
    pull_chart(reached, ref(small))
    accepted[0] = "t2"

    assert pull_chart(reached, ref(small)).data == WEB


def test_anybody_may_have_a_token_for_public_charts(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    guard(small, scheme=bearer(small), accepts="Bearer anon")
    small.on("GET", "/token", Answered(body=b'{"token": "anon"}'))

    assert pull_chart(registries(), ref(small)).data == WEB
    assert all("Authorization" not in each.headers for each in small.said if "token" in each.path)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"auth": "OmlkdA=="}, id="as Helm keeps it"),
        pytest.param({"auth": "MDA6", "identitytoken": "idt"}, id="as docker keeps it"),
    ],
)
def test_an_identity_token_is_exchanged(
    small: SmallRegistry, registries: Make, login_file: LoginFile, entry: dict[str, str]
) -> None:
    stored(small)
    login_file.path.parent.mkdir()
    login_file.path.write_text(json.dumps({"auths": {small.host: entry}}))
    guard(small, scheme=bearer(small), accepts="Bearer short")
    small.on("POST", "/token", Answered(body=b'{"access_token": "short"}'))

    assert pull_chart(registries(), ref(small)).data == WEB
    (asked,) = [each for each in small.said if each.method == "POST"]
    assert b"grant_type=refresh_token&refresh_token=idt&client_id=pkgtool" in asked.body


def test_an_old_registry_takes_a_token_for_a_password(
    small: SmallRegistry, registries: Make, login_file: LoginFile
) -> None:
    stored(small)
    login_file.keep(small.host, Login(identity_token="idt"))
    guard(small, scheme=bearer(small), accepts="Bearer short")
    small.on("POST", "/token", Answered(405))
    small.on("GET", "/token", Answered(body=b'{"token": "short"}'))

    assert pull_chart(registries(), ref(small)).data == WEB


def test_wrong_credentials_are_tried_once(small: SmallRegistry, registries: Make) -> None:
    stored(small)
    guard(small, scheme='Basic realm="x"')

    with pytest.raises(CredentialsUnusable, match="response status code 401") as caught:
        pull_chart(registries("me", "wrong"), ref(small), "1.2.3")
    assert "wrong" not in str(caught.value)
    assert len(small.said) == 2


def test_a_realm_elsewhere_gets_no_credentials(
    small: SmallRegistry, other: SmallRegistry, registries: Make
) -> None:
    """A registry that names a stranger for its tokens: he learns nothing."""
    stored(small)
    stranger = f"http://localhost:{other.host.rpartition(':')[2]}/token"
    guard(small, scheme=bearer(small, stranger), accepts="Bearer t")
    other.on("GET", "/token", Answered(body=b'{"token": "t"}'))

    assert pull_chart(registries("me", "secret"), ref(small)).data == WEB
    assert len(other.said) == 1
    assert "Authorization" not in other.said[0].headers


def test_a_realm_elsewhere_gets_what_was_kept_for_it(
    small: SmallRegistry, other: SmallRegistry, registries: Make, login_file: LoginFile
) -> None:
    stored(small)
    stranger = f"localhost:{other.host.rpartition(':')[2]}"
    login_file.keep(stranger, Login("me", "secret"))
    login_file.keep(small.host, Login("x", "y"))
    guard(small, scheme=bearer(small, f"http://{stranger}/token"), accepts="Bearer t")
    other.on("GET", "/token", Answered(body=b'{"token": "t"}'))

    pull_chart(registries(), ref(small))

    assert other.said[0].headers["Authorization"] == SECRET


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"token": 1}', b'{"token": "a\\nb"}'])
def test_answers_that_hold_no_token(small: SmallRegistry, registries: Make, body: bytes) -> None:
    guard(small, scheme=bearer(small), accepts="nothing")
    small.on("GET", "/token", Answered(body=body))

    with pytest.raises(FetchFailed, match="there is no token in the answer"):
        pull_chart(registries(), ref(small))


# Lists


def test_tags_are_versions_newest_first(small: SmallRegistry, registries: Make) -> None:
    for tag in ("1.2.3", "latest", "v9.0.0", "1.10.0", "2.0.0-rc.1", "1.10.0_b.1", "1.2"):
        small.put_manifest("charts/web", tag, {}, MANIFEST)

    found = tags(registries(), ref(small))

    assert found[0] == "2.0.0-rc.1"
    assert sorted(found[1:3]) == ["1.10.0", "1.10.0+b.1"]
    assert found[3:] == ["1.2.3"]
    assert registry_versions(registries(), ref(small))[-1] == "1.2.3"
    assert "2.0.0-rc.1" not in registry_versions(registries(), ref(small))
    assert registry_versions(registries(), ref(small), devel=True)[0] == "2.0.0-rc.1"
    assert registry_versions(registries(), ref(small), version="<1.5") == ["1.2.3"]


def test_long_lists_come_in_pages(small: SmallRegistry, registries: Make) -> None:
    path = "/v2/charts/web/tags/list"
    link = {"Link": f'<{path}?last=1.0.0&n=1>; rel="next"'}
    small.on("GET", path, Answered(body=b'{"tags": ["2.0.0"]}'))
    small.on("GET", f"{path}?last=1.0.0", Answered(body=b'{"tags": ["1.5.0"]}'))
    answers = [Answered(body=b'{"tags": ["1.0.0"]}', headers=link)]

    def first(said: Said) -> Answered | None:
        return answers.pop() if answers and said.path == path else None

    small.rules.insert(0, first)

    assert tags(registries(), ref(small)) == ["1.5.0", "1.0.0"]


def test_a_list_does_not_go_on_elsewhere(
    small: SmallRegistry, other: SmallRegistry, registries: Make
) -> None:
    link = {"Link": f'<http://{other.host}/more>; rel="next"'}
    small.on("GET", "/v2/charts/web/tags/list", Answered(body=b'{"tags": []}', headers=link))

    with pytest.raises(FetchFailed, match="goes on at another host"):
        tags(registries(), ref(small))
    assert other.said == []


def test_a_list_without_end(small: SmallRegistry, registries: Make) -> None:
    path = "/v2/charts/web/tags/list"
    body = json.dumps({"tags": ["1.0.0"] * 50_000}).encode()
    link = {"Link": f'<{path}?again>; rel="next"'}
    small.on("GET", path, Answered(body=body, headers=link))

    with pytest.raises(FetchFailed, match="has no end"):
        tags(registries(), ref(small))


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"tags": 1}', b'{"tags": [1]}'])
def test_lists_that_are_none(small: SmallRegistry, registries: Make, body: bytes) -> None:
    small.on("GET", "/v2/charts/web/tags/list", Answered(body=body))

    with pytest.raises(ArtifactInvalid):
        tags(registries(), ref(small))


def test_no_tags_at_all(small: SmallRegistry, registries: Make) -> None:
    small.on("GET", "/v2/charts/web/tags/list", Answered(body=b'{"tags": null}'))

    with pytest.raises(ChartVersionNotFound) as caught:
        pull_chart(registries(), ref(small))
    assert caught.value.what == f"unable to locate any tags in provided repository: {ref(small)}"


def test_repositories_of_a_registry(small: SmallRegistry, registries: Make) -> None:
    for name in ("charts/web", "charts/db", "chartsx", "images/a"):
        small.put_manifest(name, "1.0.0", {}, MANIFEST)

    below = f"oci://{small.host}"
    assert registry_repositories(registries(), f"{below}/charts") == [
        f"{below}/charts/db",
        f"{below}/charts/web",
    ]
    assert len(registry_repositories(registries(), below)) == 4


@pytest.mark.parametrize(
    ("version", "error", "words"),
    [
        (
            ">=9",
            ChartVersionNotFound,
            "could not locate a version matching provided version string >=9",
        ),
        ("latest", ConstraintInvalid, 'improper constraint: "latest"'),
        (
            "9.9.9",
            ChartVersionNotFound,
            'failed to perform "FetchReference" on source: {host}/charts/web:9.9.9: not found',
        ),
    ],
)
def test_helms_words_for_what_is_not_there(
    small: SmallRegistry, registries: Make, version: str, error: type, words: str
) -> None:
    stored(small)

    with pytest.raises(error) as caught:
        pull_chart(registries(), ref(small), version)
    assert caught.value.what == words.format(host=small.host)  # type: ignore[attr-defined]


def test_reference_and_version_may_not_differ(small: SmallRegistry, registries: Make) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        pull_chart(registries(), ref(small, ":1.2.3"), "1.2.4")

    assert caught.value.what == "chart reference and version mismatch: 1.2.4 is not 1.2.3"


def test_build_metadata_in_reference_and_version_agree(
    small: SmallRegistry, registries: Make
) -> None:
    data = tarball("web", "1.2.3+b.5")
    stored(small, tag="1.2.3_b.5", data=data, config={"version": "1.2.3+b.5"})

    for text, version in ((":1.2.3+b.5", "1.2.3+b.5"), (":1.2.3+b.5", ""), ("", "1.2.3+b.5")):
        assert pull_chart(registries(), ref(small, text), version).version == "1.2.3+b.5"


def test_a_digest_beside_a_tag_that_names_another(small: SmallRegistry, registries: Make) -> None:
    digest = stored(small)
    moved = stored(small, prov=b"x")

    with pytest.raises(ReferenceInvalid) as caught:
        pull_chart(registries(), ref(small, f":1.2.3@{digest}"))
    assert caught.value.what == f"chart reference digest mismatch: {moved} is not {digest}"
    assert pull_chart(registries(), ref(small, f"@{digest}"), "5.0.0").digest == digest


# Uploads


def pushed(registries: Registries, registry: SmallRegistry, name: str = "charts") -> str:
    reference = f"oci://{registry.host}/{name}/web:1.2.3"
    return push_chart(registries, reference, WEB, created=AT).digest


def test_what_is_there_is_not_sent_again(small: SmallRegistry, registries: Make) -> None:
    first = pushed(registries(), small)
    sent = len(small.asked("PUT"))

    assert pushed(registries(), small) == first
    assert len(small.asked("PUT")) - sent == 1


def test_blobs_are_mounted_from_where_they_are(small: SmallRegistry, registries: Make) -> None:
    reached = registries()
    pushed(reached, small)
    before = len(small.asked("PUT"))

    pushed(reached, small, "copies")

    assert sum("mount=sha256" in path for path in small.asked("POST")) == 2
    assert len(small.asked("PUT")) - before == 1
    assert pull_chart(reached, f"oci://{small.host}/copies/web").data == WEB


def test_a_registry_that_does_not_mount(small: SmallRegistry, registries: Make) -> None:
    reached = registries()
    pushed(reached, small)
    small.on("POST", "/v2/copies/web/blobs/uploads/?mount", Answered(405))

    pushed(reached, small, "copies")

    assert pull_chart(reached, f"oci://{small.host}/copies/web").data == WEB


def test_small_pieces_where_the_whole_is_too_large(
    small: SmallRegistry, registries: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pkgtool.repo.oci.upload._PIECE_BYTES", 100)

    def rule(said: Said) -> Answered | None:
        return Answered(413) if "/uploads/" in said.path and len(said.body) > 100 else None

    small.rules.append(rule)
    pushed(registries(), small)

    spans = [each.headers["Content-Range"] for each in small.said if each.method == "PATCH"]
    assert "0-99" in spans
    assert any(span.startswith("100-") for span in spans)
    assert pull_chart(registries(), ref(small)).data == WEB


def test_pieces_also_where_a_proxy_hangs_up(
    small: SmallRegistry, registries: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pkgtool.repo.oci.upload._PIECE_BYTES", 100)

    def rule(said: Said) -> Answered | None:
        large = "/uploads/" in said.path and len(said.body) > 100
        return Answered(hang_up=True) if large else None

    small.rules.append(rule)
    pushed(registries(), small)

    assert pull_chart(registries(), ref(small)).data == WEB


def test_an_upload_that_breaks_is_begun_anew(small: SmallRegistry, registries: Make) -> None:
    broken = [Answered(hang_up=True), Answered(500)]

    def rule(said: Said) -> Answered | None:
        return broken.pop() if broken and said.method == "PUT" else None

    small.rules.append(rule)

    pushed(registries(), small)

    assert pull_chart(registries(), ref(small)).data == WEB


def test_an_upload_elsewhere_sees_no_credentials(
    small: SmallRegistry, other: SmallRegistry, registries: Make
) -> None:
    guard(small, scheme='Basic realm="x"')
    to = {"Location": f"http://{other.host}/put"}
    small.on("POST", "/v2/charts/web/blobs/uploads/", Answered(202, headers=to))
    other.on("PUT", "/put", Answered(201))

    pushed(registries("me", "secret"), small)

    assert len(other.said) == 2
    assert all("Authorization" not in each.headers for each in other.said)


def test_pushing_asks_for_more_than_pulling(small: SmallRegistry, registries: Make) -> None:
    guard(small, scheme=bearer(small), accepts="Bearer t")
    small.on("GET", "/token", Answered(body=b'{"token": "t"}'))

    pushed(registries(), small)

    (asked,) = [path for path in small.asked("GET") if path.startswith("/token")]
    assert asked.endswith("scope=repository%3Acharts%2Fweb%3Apull%2Cpush")


def test_a_registry_that_changes_the_manifest(small: SmallRegistry, registries: Make) -> None:
    named = {"Docker-Content-Digest": f"sha256:{'1' * 64}"}
    small.on("PUT", "/v2/charts/web/manifests/", Answered(201, headers=named))

    with pytest.raises(DigestMismatch):
        pushed(registries(), small)


def test_a_registry_that_takes_nothing(small: SmallRegistry, registries: Make) -> None:
    errors = b'{"errors": [{"code": "DENIED", "message": "read \\u001b[31m only", "detail": null}]}'
    small.on("POST", "/v2/", Answered(403, errors))

    with pytest.raises(CredentialsUnusable, match="denied: read") as caught:
        pushed(registries(), small)
    assert caught.value.what.startswith('failed to perform "Push" on destination: POST "http://')


def test_names_and_tags_are_those_of_the_chart(small: SmallRegistry, registries: Make) -> None:
    for wrong in ("charts/db:1.2.3", "charts/web:1.2.4", "charts/web"):
        with pytest.raises(ReferenceInvalid, match="strict mode enabled, ref basename"):
            push_chart(registries(), f"oci://{small.host}/{wrong}", WEB, created=AT)
    assert small.said == []


def test_underscores_are_explained() -> None:
    assert announce("Pushed", "h/a_b/web:1.0.0", "d") == "Pushed: h/a_b/web:1.0.0\nDigest: d\n"
    text = announce("Pulled", "h/web:1.0.0_b", "d")
    assert text.startswith(
        "Pulled: h/web:1.0.0_b\nDigest: d\nh/web:1.0.0_b contains an underscore.\n\nOCI artifact"
    )


def test_a_registry_that_thinks_it_is_not_encrypted(registries: Make) -> None:
    """Behind a proxy it names itself without encryption; a stranger must not do the same."""
    client = registries().at("h:8443")
    client.url = "https://h:8443"
    reply = Reply(202, {}, b"", "https://h:8443/v2/a/blobs/uploads/")

    assert client.located(reply, "http://h/v2/a?x=1") == "https://h:8443/v2/a?x=1"
    assert client.located(reply, "/v2/b") == "https://h:8443/v2/b"
    assert client.located(reply, "https://store/b") == "https://store/b"
    with pytest.raises(FetchFailed, match="refusing the redirect from https to http"):
        client.located(reply, "http://stranger/b")
