"""Signatures by real keys: GnuPG makes them, Helm and we sign and verify."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from pkgtool.chart.archive import read_archive
from pkgtool.chart.pack import write_archive
from pkgtool.chart.unpack import unpack_files
from pkgtool.errors import ChartNotFound, KeyUnavailable, RepoError, SignatureInvalid
from pkgtool.ops.package import PackageOptions, package
from pkgtool.ops.verify import verify
from pkgtool.repo.provenance import (
    Keyring,
    Verified,
    find_signer,
    read_keyring,
    read_trusted,
    sign_package,
    verify_package,
)
from pkgtool.repo.provenance.message import write_message
from pkgtool.settings import read_settings
from pkgtool.testing.gnupg import Gnupg
from pkgtool.wiring.dependencies import open_verification

pytestmark = [
    pytest.mark.skipif(not Gnupg.installed(), reason="needs gnupg"),
    pytest.mark.skipif(importlib.util.find_spec("pysequoia") is None, reason="needs pysequoia"),
]
needs_helm = pytest.mark.skipif(
    importlib.util.find_spec("helm_python") is None, reason="needs helm-python-sdk"
)

JO, LO, ED = "Jo Doe <jo@example.com>", "Lo Doe <lo@example.com>", "Ed Doe <ed@example.com>"
EX, RE = "Ex Pired <ex@example.com>", "Re Voked <re@example.com>"
CHART = {"Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n", "values.yaml": b"a: 1\n"}
NAME = "web-1.0.0.tgz"
METADATA = CHART["Chart.yaml"]
DATA = write_archive({f"web/{path}": data for path, data in CHART.items()})
TEXT = write_message(DATA, NAME, METADATA)


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gnupg]:
    with Gnupg() as made:
        made.add(JO, kind="rsa2048")
        made.add(LO, passphrase="secret")
        made.add(ED)
        made.add(EX, until="30d", at="20200101T000000")
        made.add(RE)
        yield made


@pytest.fixture(scope="module")
def folder(gpg: Gnupg, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keyrings in all forms."""
    made = tmp_path_factory.mktemp("rings")
    gpg.export(made / "public.gpg", JO, LO, ED, EX)
    gpg.export(made / "public.asc", JO, LO, ED, EX, armor=True)
    gpg.export(made / "secret.gpg", JO, LO, ED, secret=True)
    gpg.export(made / "ed.gpg", ED)
    (made / NAME).write_bytes(DATA)
    return made


@pytest.fixture(scope="module")
def public(folder: Path) -> Keyring:
    return read_trusted(folder / "public.gpg", {})


Signed = Callable[..., bytes]


@pytest.fixture
def signed(gpg: Gnupg, folder: Path) -> Signed:
    """Sign the package in somebody's name."""

    def make(identity: str, ring: str = "secret.gpg", passphrase: str | None = None) -> bytes:
        signer = find_signer(
            read_keyring(folder / ring, gpg.env),
            identity,
            passphrase=passphrase,
            ask=lambda name: {LO: "secret"}[name],
            env=gpg.env,
        )
        return sign_package(DATA, NAME, METADATA, signer)

    return make


def refused(prov: bytes, ring: Keyring, data: bytes = DATA, name: str = NAME) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        verify_package(data, name, prov, ring)
    return caught.value.what


@pytest.mark.parametrize(("identity", "owner"), [("Jo", JO), (LO, LO), ("ed@example", ED)])
def test_what_is_signed_verifies(
    signed: Signed, public: Keyring, identity: str, owner: str
) -> None:
    found = verify_package(DATA, NAME, signed(identity), public)

    assert found.signed_by == (owner,)
    assert found.lines[0] == f"Signed by: {owner}"
    assert found.lines[1].removeprefix("Using Key With Fingerprint: ") == found.fingerprint
    assert found.lines[2] == f"Chart Hash Verified: {found.digest}"


@needs_helm
@pytest.mark.parametrize("identity", ["Jo", LO, "ed@example"])
def test_helm_verifies_what_we_sign(signed: Signed, folder: Path, identity: str) -> None:
    import helm_python

    prov = folder / "ours.prov"
    prov.write_bytes(signed(identity))

    found = helm_python.verify(folder / NAME, folder / "public.gpg", provenance_file=prov)

    assert identity in found["signed_by"][0]


@needs_helm
@pytest.mark.parametrize("identity", ["Jo", LO, "ed@example"])
def test_we_verify_what_helm_signs(folder: Path, public: Keyring, identity: str) -> None:
    import helm_python

    (folder / "word").write_text("secret\n")
    made = helm_python.sign(
        folder / NAME,
        key=identity,
        keyring=folder / "secret.gpg",
        passphrase_file=folder / "word" if identity == LO else None,
    )

    prov = Path(made).read_bytes()

    assert identity in verify_package(DATA, NAME, prov, public).signed_by[0]
    # What is signed is the same text, to the byte.
    assert prov.partition(b"-----BEGIN PGP SIGNATURE")[0].count(TEXT) == 1


@needs_helm
def test_we_write_the_text_that_helm_writes(signed: Signed, folder: Path) -> None:
    import helm_python

    made = helm_python.sign(folder / NAME, key="Jo", keyring=folder / "secret.gpg")

    mark = b"-----BEGIN PGP SIGNATURE"
    assert signed("Jo").partition(mark)[0] == Path(made).read_bytes().partition(mark)[0]


@pytest.mark.parametrize("ring", ["public.gpg", "public.asc", "secret.gpg"])
def test_rings_of_all_forms_are_read(signed: Signed, folder: Path, ring: str) -> None:
    found = verify_package(DATA, NAME, signed("Jo"), read_trusted(folder / ring, {}))

    assert found.signed_by == (JO,)


def test_gnupgs_own_keybox_is_read(gpg: Gnupg, signed: Signed) -> None:
    """By its name, and where the old form would be."""
    for name in ("pubring.kbx", "pubring.gpg"):
        ring = read_trusted(gpg.home / name, gpg.env)
        assert verify_package(DATA, NAME, signed("Ed"), ring).signed_by == (ED,)


def test_armored_blocks_may_follow_each_other(gpg: Gnupg, tmp_path: Path) -> None:
    one = gpg.export(tmp_path / "one", JO, armor=True).read_bytes()
    two = gpg.export(tmp_path / "two", ED, armor=True).read_bytes()
    (tmp_path / "both").write_bytes(one + b"\n" + two)

    ring = read_trusted(tmp_path / "both", {})

    assert [key.identities for key in ring.keys] == [(JO,), (ED,)]


def test_packets_that_only_gnupg_knows_are_passed_over(gpg: Gnupg, tmp_path: Path) -> None:
    """Its old rings hold what it thinks of the owners."""
    data = gpg.export(tmp_path / "ring", ED).read_bytes()
    (tmp_path / "ring").write_bytes(b"\xb0\x02\x00\x03" + data + b"\xb0\x02\x00\x03" + data)

    assert len(read_trusted(tmp_path / "ring", {}).keys) == 2


def test_a_key_that_gnupg_keeps_signs_there(signed: Signed, public: Keyring) -> None:
    prov = signed("Ed", "public.gpg")

    assert verify_package(DATA, NAME, prov, public).signed_by == (ED,)


def test_a_locked_key_that_gnupg_keeps_takes_the_passphrase(
    signed: Signed, public: Keyring
) -> None:
    prov = signed("Lo", "public.gpg", "secret")

    assert verify_package(DATA, NAME, prov, public).signed_by == (LO,)


@pytest.mark.parametrize(
    ("identity", "ring", "word", "message"),
    [
        ("nobody", "secret.gpg", None, "private key not found"),
        ("Doe", "secret.gpg", None, 'more than one key contain the id "Doe"'),
        (LO, "secret.gpg", "wrong", "openpgp: invalid data: private key checksum failure"),
        ("Jo", "nowhere.gpg", None, "open {}/nowhere.gpg: no such file or directory"),
        ("Jo", NAME, None, "openpgp: invalid data: tag byte does not have MSB set"),
    ],
)
def test_a_key_that_cannot_be_had(
    signed: Signed, folder: Path, identity: str, ring: str, word: str | None, message: str
) -> None:
    with pytest.raises(KeyUnavailable) as caught:
        signed(identity, ring, word)

    assert caught.value.what == message.format(folder)


def test_a_public_key_does_not_sign(folder: Path, tmp_path: Path) -> None:
    """GnuPG, asked in an empty home, has no secret part of it either."""
    tmp_path.chmod(0o700)
    env = {"GNUPGHOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with pytest.raises(KeyUnavailable, match="provided key is not a private key"):
        find_signer(
            read_keyring(folder / "public.gpg", env), "Jo", passphrase=None, ask=str, env=env
        )


def test_an_unknown_signer_is_refused(signed: Signed, folder: Path) -> None:
    ring = read_trusted(folder / "ed.gpg", {})

    assert refused(signed("Jo"), ring) == "openpgp: signature made by unknown entity"


def test_a_changed_package_is_refused(signed: Signed, public: Keyring) -> None:
    assert refused(signed("Jo"), public, DATA + b"\0").startswith(
        f"sha256 sum does not match for {NAME}"
    )


def test_a_changed_promise_is_refused(signed: Signed, public: Keyring) -> None:
    changed = signed("Jo").replace(b"name: web", b"name: wib")

    assert refused(changed, public) == "openpgp: invalid signature: RSA verification failure"


def test_a_renamed_package_is_refused(signed: Signed, public: Keyring) -> None:
    assert refused(signed("Jo"), public, name="db-1.0.0.tgz") == (
        'provenance does not contain a SHA for a file named "db-1.0.0.tgz"'
    )


def test_an_expired_key_is_refused(gpg: Gnupg, public: Keyring) -> None:
    """Even for what it signed in its time: dates in signatures are the signer's word."""
    prov = gpg.clearsign(TEXT, EX, at="20200110T000000")

    assert refused(prov, public) == "openpgp: key expired"


def test_a_revoked_key_is_refused(gpg: Gnupg, tmp_path: Path) -> None:
    prov = gpg.clearsign(TEXT, RE)
    before = read_trusted(gpg.export(tmp_path / "before", RE), {})
    gpg.revoke(RE)
    after = read_trusted(gpg.export(tmp_path / "after", RE), {})

    assert verify_package(DATA, NAME, prov, before).signed_by == (RE,)
    assert refused(prov, after) == "openpgp: signature made by revoked key"


def test_a_broken_hash_is_refused(gpg: Gnupg, public: Keyring) -> None:
    prov = gpg.clearsign(TEXT, JO, digest="SHA1")

    assert "broken or unknown" in refused(prov, public)


def test_two_signatures_are_refused(gpg: Gnupg, public: Keyring) -> None:
    prov = gpg.run("--digest-algo", "SHA512", "-u", JO, "-u", ED, "--clearsign", data=TEXT)

    assert refused(prov, public) == "there must be exactly one signature"


def test_a_large_provenance_file_is_refused(signed: Signed, public: Keyring) -> None:
    assert "more than" in refused(signed("Jo") + b"\n" * 2**20, public)


def test_no_changed_byte_is_accepted(gpg: Gnupg, signed: Signed, public: Keyring) -> None:
    """A sample of all places; `tests/property` tries them all."""
    random = Random(1)
    for prov in (signed("Jo"), signed("Ed"), gpg.clearsign(TEXT, JO)):
        for place in random.sample(range(len(prov)), 60):
            other = prov[place] ^ (1 << random.randrange(8))
            refused(prov[:place] + bytes([other]) + prov[place + 1 :], public)
        for place in random.sample(range(len(DATA)), 20):
            other = DATA[place] ^ (1 << random.randrange(8))
            refused(prov, public, DATA[:place] + bytes([other]) + DATA[place + 1 :])


def test_signatures_that_helm_made_years_ago_verify(shared: Path, tmp_path: Path) -> None:
    """One of them has numbers in a form that only Helm's library wrote."""
    import tarfile

    fixtures = shared / "cases" / "helm-cli" / "fixtures.tar.xz"
    if not fixtures.exists():
        pytest.skip(f"needs {fixtures}")
    with tarfile.open(fixtures) as packed:
        files = {
            member.name.removeprefix("./"): file.read()
            for member in packed
            if "testdata" in member.name and (file := packed.extractfile(member))
        }
    (tmp_path / "ring").write_bytes(files["pkg/provenance/testdata/helm-test-key.pub"])
    ring = read_trusted(tmp_path / "ring", {})
    for place in (
        "pkg/downloader/testdata/signtest-0.1.0.tgz",
        "pkg/provenance/testdata/hashtest-1.2.3.tgz",
    ):
        name = place.rpartition("/")[2]
        found = verify_package(files[place], name, files[f"{place}.prov"], ring)
        assert found.fingerprint == "5E615389B53CA37F0EE60BD3843BBF981FC18762"
    tampered = files["pkg/provenance/testdata/msgblock.yaml.tampered"]
    assert refused(tampered, ring) == "openpgp: invalid signature: RSA verification failure"


def test_a_chart_is_packed_with_its_signature(gpg: Gnupg, folder: Path, tmp_path: Path) -> None:
    unpack_files(CHART, tmp_path / "web")
    signer = find_signer(
        read_keyring(folder / "secret.gpg", {}), "Jo", passphrase=None, ask=str, env=gpg.env
    )

    made = package(
        tmp_path / "web",
        tmp_path / "dist",
        PackageOptions(),
        sign=lambda data, name, metadata: sign_package(data, name, metadata, signer),
    )

    assert isinstance(verify(made, folder / "public.gpg", {}), Verified)
    assert read_archive(made.read_bytes(), name=NAME) == CHART


def test_what_cannot_be_signed_is_not_written(tmp_path: Path) -> None:
    unpack_files(CHART, tmp_path / "web")

    def sign(data: bytes, name: str, metadata: bytes) -> bytes:
        raise KeyUnavailable("no")

    with pytest.raises(KeyUnavailable):
        package(tmp_path / "web", tmp_path / "dist", PackageOptions(), sign=sign)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("nowhere.tgz", ChartNotFound, "stat {0}: no such file or directory"),
        ("folder", SignatureInvalid, "unpacked charts cannot be verified"),
        ("web.zip", SignatureInvalid, "chart must be a tgz file"),
        (
            "alone-1.0.0.tgz",
            SignatureInvalid,
            "could not load provenance file {0}.prov: stat {0}.prov: no such file or directory",
        ),
        (
            "web-1.0.0.tgz",
            KeyUnavailable,
            "failed to load keyring: open {1}: no such file or directory",
        ),
    ],
)
def test_what_cannot_be_verified(
    tmp_path: Path, name: str, kind: type[Exception], words: str
) -> None:
    (tmp_path / "folder").mkdir()
    for file in ("web.zip", "alone-1.0.0.tgz", "web-1.0.0.tgz", "web-1.0.0.tgz.prov"):
        (tmp_path / file).write_bytes(b"")
    place, ring = tmp_path / name, tmp_path / "ring.gpg"

    with pytest.raises(kind) as caught:
        verify(place, ring, {})

    assert isinstance(caught.value, RepoError | ChartNotFound)
    assert caught.value.what == words.format(place, ring)


def test_downloads_are_held_against_the_usual_keyring(
    gpg: Gnupg, signed: Signed, tmp_path: Path
) -> None:
    """It is only read once there is something to verify."""
    prov = signed("Jo")
    home = {"HOME": str(tmp_path), "GNUPGHOME": str(gpg.home), "PATH": gpg.env["PATH"]}
    check = open_verification(read_settings(home), "", required=True).check

    check(NAME, DATA, prov)
    with pytest.raises(SignatureInvalid, match="sha256 sum does not match"):
        check(NAME, DATA + b"x", prov)
    missing = open_verification(read_settings(home), "nowhere.gpg", required=False)
    with pytest.raises(KeyUnavailable, match=r"failed to load keyring: open nowhere\.gpg"):
        missing.check(NAME, DATA, prov)
