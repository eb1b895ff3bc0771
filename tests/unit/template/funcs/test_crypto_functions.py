"""Keys, certificates, hashes and encrypted texts are real ones."""

import base64
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import bcrypt as bcrypt_library
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.verification import PolicyBuilder, Store

from pkgtool.errors import BudgetExceeded, FunctionFailed
from pkgtool.template.funcs import crypto
from pkgtool.template.funcs.crypto_budget import COSTS, CryptoBudget
from pkgtool.template.funcs.encoding import b64enc
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.masterpassword import derive_password
from pkgtool.template.funcs.registry import FUNCTIONS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Struct:
    return crypto.gen_ca("test-ca", 365, now=NOW)


@pytest.fixture(scope="module")
def small_key() -> str:
    return crypto.gen_private_key("ecdsa")


def small_dsa_key() -> str:
    """Return a key in the form of `gen_private_key("dsa")`, made in a tenth of its time."""
    form = (Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return dsa.generate_private_key(1024).private_bytes(*form).decode()


def load(pair: Struct) -> tuple[x509.Certificate, Any]:
    certificate = x509.load_pem_x509_certificate(pair["Cert"].encode())
    return certificate, load_pem_private_key(pair["Key"].encode(), None)


def public_bytes(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def test_a_certificate_authority_may_sign(authority: Struct) -> None:
    certificate, key = load(authority)

    assert certificate.subject.rfc4514_string() == "CN=test-ca"
    assert certificate.issuer == certificate.subject
    assert certificate.not_valid_before_utc == NOW
    assert certificate.not_valid_after_utc == NOW + timedelta(days=365)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2048
    assert public_bytes(certificate.public_key()) == public_bytes(key.public_key())
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    certificate.verify_directly_issued_by(certificate)
    assert authority["Key"].startswith("-----BEGIN RSA PRIVATE KEY-----\n")


def test_a_signed_certificate_verifies_against_its_authority(authority: Struct) -> None:
    leaf = crypto.gen_signed_cert("web", ["10.0.0.1", "::1"], ["web.svc"], 10, authority, now=NOW)
    certificate, _ = load(leaf)
    root, _ = load(authority)

    certificate.verify_directly_issued_by(root)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["web.svc"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1", "::1"]
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [x509.OID_SERVER_AUTH, x509.OID_CLIENT_AUTH]
    policy = PolicyBuilder().store(Store([root])).time(NOW + timedelta(days=1))
    chain = policy.build_server_verifier(x509.DNSName("web.svc")).verify(certificate, [])
    assert chain == [certificate, root]


def test_an_authority_can_come_from_outside(authority: Struct) -> None:
    custom = crypto.build_custom_cert(b64enc(authority["Cert"]), b64enc(authority["Key"]))
    leaf = crypto.gen_signed_cert("web", None, None, 1, custom)

    assert custom == authority
    load(leaf)[0].verify_directly_issued_by(load(authority)[0])


def test_a_self_signed_certificate_is_no_authority(small_key: str) -> None:
    certificate, key = load(crypto.gen_self_signed_cert("web", [], ["web"], 1))

    certificate.verify_directly_issued_by(certificate)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert key.key_size == 2048
    with_key = crypto.gen_self_signed_cert_with_key("web", None, None, 1, small_key)
    assert with_key["Key"] == small_key


@pytest.mark.parametrize("kind", ["ecdsa", "ed25519"])
def test_keys_of_all_kinds_can_sign(kind: str) -> None:
    root = crypto.gen_ca_with_key("ca", 5, crypto.gen_private_key(kind))
    key = crypto.gen_private_key("ecdsa")
    leaf = crypto.gen_signed_cert_with_key("web", None, ["web"], 1, root, key)

    load(leaf)[0].verify_directly_issued_by(load(root)[0])
    assert leaf["Key"] == key


def test_larger_curves_sign_with_larger_hashes() -> None:
    for curve, digest in ((ec.SECP384R1(), "sha384"), (ec.SECP521R1(), "sha512")):
        private = ec.generate_private_key(curve)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        certificate, _ = load(crypto.gen_ca_with_key("ca", 1, pem))
        algorithm = certificate.signature_hash_algorithm
        assert algorithm is not None
        assert algorithm.name == digest


@pytest.mark.parametrize("name", ["", "a" * 100, "ü"])
def test_any_common_name_is_taken(name: str, small_key: str) -> None:
    root = crypto.gen_ca_with_key(name, 1, small_key)

    leaf = crypto.gen_signed_cert_with_key(name, None, None, 1, root, small_key)

    assert "BEGIN CERTIFICATE" in leaf["Cert"]


@pytest.mark.parametrize(
    ("kind", "expected", "header"),
    [
        pytest.param("rsa", rsa.RSAPrivateKey, "RSA PRIVATE KEY", id="rsa"),
        pytest.param("dsa", dsa.DSAPrivateKey, "DSA PRIVATE KEY", id="dsa"),
        pytest.param("ecdsa", ec.EllipticCurvePrivateKey, "EC PRIVATE KEY", id="ecdsa"),
        pytest.param("ed25519", ed25519.Ed25519PrivateKey, "PRIVATE KEY", id="ed25519"),
    ],
)
def test_private_keys(kind: str, expected: type, header: str) -> None:
    pem = crypto.gen_private_key(kind)

    assert pem.startswith(f"-----BEGIN {header}-----\n")
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, expected)
    if isinstance(key, rsa.RSAPrivateKey):
        assert key.key_size == 4096


def test_an_unknown_kind_of_key_is_named_in_the_output() -> None:
    assert crypto.gen_private_key("x") == "Unknown type x"


@pytest.mark.parametrize(
    ("certificate", "key", "words"),
    [
        pytest.param("x", "y", "unable to decode base64 certificate", id="certificate text"),
        pytest.param("eA==", "y", "unable to decode base64 private key", id="key text"),
        pytest.param("eA==", "eA==", "unable to decode certificate", id="no PEM"),
        pytest.param(
            base64.b64encode(b"-----BEGIN CERTIFICATE-----\neA==\n-----END CERTIFICATE-----\n"),
            "eA==",
            "error parsing certificate: decodedCert.Bytes: malformed",
            id="certificate",
        ),
    ],
)
def test_a_bad_certificate_is_refused(certificate: str | bytes, key: str, words: str) -> None:
    text = certificate.decode() if isinstance(certificate, bytes) else certificate

    with pytest.raises(FunctionFailed) as caught:
        crypto.build_custom_cert(text, key)

    assert caught.value.what == words


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(
            lambda key: crypto.gen_ca_with_key("a", 1, "x"),
            "parsing private key: no PEM data in input",
            id="no key",
        ),
        pytest.param(
            lambda key: crypto.gen_ca_with_key(
                "a", 1, "-----BEGIN CERTIFICATE-----\neA==\n-----END CERTIFICATE-----"
            ),
            "parsing private key: no private key data in PEM block of type CERTIFICATE",
            id="no key in the block",
        ),
        pytest.param(
            lambda key: crypto.gen_self_signed_cert_with_key("a", ["x"], None, 1, key),
            "error parsing ip: x",
            id="address",
        ),
        pytest.param(
            lambda key: crypto.gen_self_signed_cert_with_key("a", ["::1%eth0"], None, 1, key),
            "error parsing ip: ::1%eth0",
            id="address with zone",
        ),
        pytest.param(
            lambda key: crypto.gen_self_signed_cert_with_key("a", [None], None, 1, key),
            "error parsing ip: <nil> is not a string",
            id="address type",
        ),
        pytest.param(
            lambda key: crypto.gen_self_signed_cert_with_key("a", None, [1.0], 1, key),
            "error processing alternate dns name: 1 is not a string",
            id="host type",
        ),
        pytest.param(
            lambda key: crypto.gen_self_signed_cert_with_key("a", None, ["é"], 1, key),
            'error creating certificate: x509: "é" cannot be encoded as an IA5String',
            id="host with accent",
        ),
        pytest.param(
            lambda key: crypto.gen_self_signed_cert_with_key("a", "1.2.3.4", None, 1, key),
            "wrong type for value; expected []interface {}; got string (argument 2)",
            id="no list",
        ),
        pytest.param(
            lambda key: crypto.gen_signed_cert_with_key("a", None, None, 1, {"Cert": ""}, key),
            "wrong type for value; expected sprig.certificate; got map[string]interface {} "
            "(argument 5 of genSignedCertWithKey)",
            id="no authority",
        ),
        pytest.param(
            lambda key: crypto.gen_signed_cert("a", None, None, 1, None),
            "wrong type for value; expected sprig.certificate; got nil "
            "(argument 5 of genSignedCert)",
            id="nil for authority",
        ),
        pytest.param(
            lambda key: crypto.gen_ca_with_key("a", 10**8, key),
            "error creating certificate: date value out of range",
            id="days",
        ),
        pytest.param(
            lambda key: crypto.gen_ca_with_key("a", 1, small_dsa_key()),
            "error creating certificate: x509: certificate private key does not implement "
            "crypto.Signer",
            id="key that cannot sign",
        ),
    ],
)
def test_what_makes_no_certificate(call: Any, words: str, small_key: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        call(small_key)

    assert caught.value.what == words


def test_a_damaged_key_is_refused(small_key: str) -> None:
    lines = small_key.splitlines()
    damaged = "\n".join([lines[0], lines[1][::-1], *lines[2:]])

    with pytest.raises(FunctionFailed, match=r"^parsing private key: "):
        crypto.gen_ca_with_key("a", 1, damaged)


def test_passwords_are_hashed_for_apache() -> None:
    user, _, hashed = crypto.htpasswd("admin", "geheim€").partition(":")

    assert user == "admin"
    assert hashed.startswith("$2a$10$")
    assert bcrypt_library.checkpw("geheim€".encode(), hashed.encode())
    assert not bcrypt_library.checkpw(b"other", hashed.encode())


def test_passwords_that_cannot_be_hashed() -> None:
    assert crypto.htpasswd("a:b", "x") == "invalid username: a:b"
    assert crypto.bcrypt("a" * 73) == (
        "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    )


def test_random_bytes_are_as_many_as_asked_for() -> None:
    assert crypto.rand_bytes(0) == ""
    assert len(base64.b64decode(crypto.rand_bytes(100))) == 100
    assert crypto.rand_bytes(16) != crypto.rand_bytes(16)
    with pytest.raises(FunctionFailed, match="-1 random bytes"):
        crypto.rand_bytes(-1)
    with pytest.raises(BudgetExceeded):
        crypto.rand_bytes(10**9)


def test_uuids_are_of_version_4() -> None:
    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

    assert re.fullmatch(pattern, crypto.uuidv4())
    assert crypto.uuidv4() != crypto.uuidv4()


@pytest.mark.parametrize("text", ["x", "exactly 16 bytes", "ünïcode", "a" * 1000])
def test_encrypted_text_comes_back(text: str) -> None:
    secret = crypto.encrypt_aes("a password longer than thirty-two bytes", text)

    assert secret != text
    assert crypto.decrypt_aes("a password longer than thirty-two byteS", secret) == text
    assert crypto.encrypt_aes("k", text) != crypto.encrypt_aes("k", text)


def test_no_text_is_encrypted_as_nothing() -> None:
    assert crypto.encrypt_aes("k", "") == ""
    assert crypto.decrypt_aes("k", "") == ""


def test_text_that_helm_encrypted_is_read() -> None:
    made_by_helm = "TbHDzcLAjmfUM9JarQwQdl23HGaGGVWQfZYpsKhqjuY="

    assert crypto.decrypt_aes("k", made_by_helm) == "p"


@pytest.mark.parametrize("text", ["p", "cGE=", base64.b64encode(b"x" * 16).decode()])
def test_what_was_never_encrypted_is_refused(text: str) -> None:
    with pytest.raises(FunctionFailed):
        crypto.decrypt_aes("k", text)


@pytest.mark.parametrize(
    ("counter", "kind", "expected"),
    [
        pytest.param(1, "maximum", "t4#xAFSyHw8MyJrJ7#ru", id="maximum"),
        pytest.param(1, "long", "Rude2$QafoJela", id="long"),
        pytest.param(1, "medium", "Rud1@Nel", id="medium"),
        pytest.param(1, "short", "Rud1", id="short"),
        pytest.param(1, "basic", "tGf1NEr0", id="basic"),
        pytest.param(1, "pin", "2461", id="pin"),
        pytest.param(1, "phrase", "cannot find password template phrase", id="unknown"),
    ],
)
def test_derived_passwords_are_those_of_helm(counter: int, kind: str, expected: str) -> None:
    assert derive_password(counter, kind, "p", "u", "s") == expected


@pytest.mark.parametrize("counter", [-1, 1.0, "1", None, True])
def test_the_counter_is_a_whole_number(counter: Any) -> None:
    with pytest.raises(FunctionFailed, match=r"expected (uint32|unsigned integer)"):
        derive_password(counter, "pin", "p", "u", "s")


def test_a_render_may_make_only_so_many_keys() -> None:
    budget = CryptoBudget(200)
    hashed = budget.guard("bcrypt", lambda text: f"hash of {text}")

    assert hashed("a") == "hash of a"
    with pytest.raises(BudgetExceeded, match=r"^bcrypt: "):
        hashed("b")
    assert budget.spent == COSTS["bcrypt"]


def test_cheap_functions_are_not_wrapped() -> None:
    assert CryptoBudget(0).guard("upper", str.upper) == str.upper
    assert set(COSTS) <= set(FUNCTIONS)


def test_the_libraries_are_imported_by_the_first_call_only() -> None:
    script = (
        "import sys; import pkgtool.template.funcs.crypto, pkgtool.template.funcs.crypto_budget; "
        "print('cryptography' in sys.modules, 'bcrypt' in sys.modules)"
    )

    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "False False\n"


def test_small_keys_cost_little() -> None:
    budget = CryptoBudget(COSTS["genPrivateKey"])
    for _ in range(20):
        budget.spend("genPrivateKey", "ed25519")

    with pytest.raises(BudgetExceeded):
        budget.spend("genPrivateKey", "rsa")
