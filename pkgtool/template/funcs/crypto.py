"""Make keys, certificates, password hashes and encrypted texts in templates.

This is the only door to `cryptography` and `bcrypt`, and both are imported by the first call that
needs them. Everything made here is random: two renders differ, so charts keep what they made in a
Secret and look it up. Engines wrap these functions in a `CryptoBudget`.

Source: Sprig 3.3 `crypto.go`.
"""

import os
import warnings
from binascii import b2a_base64
from datetime import UTC, datetime, timedelta
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import MAX_RANDOM, check_size
from pkgtool.template.funcs.golang import binary
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.radix import RadixError, decode_base64
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import type_name

_BCRYPT_COST = 10
_BCRYPT_BYTES = 72
_CERTIFICATE_KEY_BITS = 2048
_PRIVATE_KEY_BITS = 4096
_DSA_BITS = 2048
_AES_KEY_BYTES = 32
_BLOCK = 16


@go_function("bcrypt")
def bcrypt(password: str) -> str:
    """Hash a password with bcrypt at cost 10; one over 72 bytes gives an error text.

    >>> bcrypt("secret")[:7]
    '$2a$10$'
    """
    import bcrypt as library  # noqa: PLC0415

    data = binary.encode(password)
    if len(data) > _BCRYPT_BYTES:
        reason = "bcrypt: password length exceeds 72 bytes"
        return f"failed to encrypt string with bcrypt: {reason}"
    try:
        return library.hashpw(data, library.gensalt(_BCRYPT_COST, b"2a")).decode()
    except ValueError as error:
        return f"failed to encrypt string with bcrypt: {error}"


@go_function("htpasswd")
def htpasswd(user: str, password: str) -> str:
    """Return a line of an Apache password file, hashed with bcrypt.

    >>> htpasswd("admin", "secret")[:13]
    'admin:$2a$10$'
    """
    if ":" in user:
        return f"invalid username: {user}"
    return f"{user}:{bcrypt(password)}"


@go_function("randBytes")
def rand_bytes(count: int) -> str:
    """Return that many random bytes, in base64.

    >>> len(rand_bytes(6))
    8
    """
    if count < 0:
        raise FunctionFailed(f"cannot make {count} random bytes", hint="give a positive number")
    check_size("randBytes", count, MAX_RANDOM)
    return b2a_base64(os.urandom(count), newline=False).decode()


@go_function("uuidv4")
def uuidv4() -> str:
    """Return a random UUID.

    >>> len(uuidv4()), uuidv4()[14]
    (36, '4')
    """
    data = bytearray(os.urandom(16))
    data[6] = data[6] & 0x0F | 0x40
    data[8] = data[8] & 0x3F | 0x80
    text = data.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@go_function("encryptAES")
def encrypt_aes(password: str, text: str) -> str:
    """Encrypt a text with AES-256 in CBC mode; the key is the password's first 32 bytes.

    >>> decrypt_aes("secret", encrypt_aes("secret", "text"))
    'text'
    """
    plain = binary.encode(text)
    if not plain:
        return ""
    missing = _BLOCK - len(plain) % _BLOCK
    start = os.urandom(_BLOCK)
    encryptor = _aes(password, start).encryptor()
    secret = encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
    return b2a_base64(start + secret, newline=False).decode()


@go_function("decryptAES")
def decrypt_aes(password: str, text: str) -> str:
    """Decrypt what `encryptAES` made with the same password."""
    if not text:
        return ""
    try:
        data = decode_base64(text)
    except RadixError as error:
        raise FunctionFailed(str(error)) from error
    if len(data) < 2 * _BLOCK or len(data) % _BLOCK:
        raise FunctionFailed("crypto/cipher: input not full blocks", hint=_AES_HINT)
    decryptor = _aes(password, data[:_BLOCK]).decryptor()
    padded = decryptor.update(data[_BLOCK:]) + decryptor.finalize()
    # As Helm, trust the last byte and do not look at the rest of the padding.
    if padded[-1] > len(padded):
        raise FunctionFailed("the password does not fit the encrypted text", hint=_AES_HINT)
    return binary.decode(padded[: len(padded) - padded[-1]])


_AES_HINT = "the text must come from `encryptAES` with the same password"


@go_function("genPrivateKey")
def gen_private_key(kind: str) -> str:
    r"""Return a new private key in PEM form: `rsa` (also ""), `dsa`, `ecdsa` or `ed25519`.

    >>> gen_private_key("ed25519").partition("\n")[0]
    '-----BEGIN PRIVATE KEY-----'
    """
    from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415
        dsa,
        ec,
        ed25519,
        rsa,
    )

    match kind:
        case "" | "rsa":
            return _key_pem(rsa.generate_private_key(65537, _PRIVATE_KEY_BITS))
        case "dsa":
            return _key_pem(dsa.generate_private_key(_DSA_BITS))
        case "ecdsa":
            return _key_pem(ec.generate_private_key(ec.SECP256R1()))
        case "ed25519":
            return _key_pem(ed25519.Ed25519PrivateKey.generate())
    return f"Unknown type {kind}"


@go_function("buildCustomCert")
def build_custom_cert(certificate: str, key: str) -> Struct:
    """Take a certificate and its key, both base64 of PEM; the result has `.Cert` and `.Key`.

    Use it to give `genSignedCert` an authority that exists already.
    """
    decoded = []
    for text, name in ((certificate, "certificate"), (key, "private key")):
        try:
            decoded.append(decode_base64(text))
        except RadixError as error:
            raise FunctionFailed(f"unable to decode base64 {name}") from error
    _read_certificate(decoded[0], "decodedCert.Bytes")
    _read_key(decoded[1], "error parsing private key")
    return _Pair(binary.decode(decoded[0]), binary.decode(decoded[1]))


@go_function("genCA")
def gen_ca(name: str, days: int, *, now: datetime | None = None) -> Struct:
    """Make a certificate authority from a common name and a number of days.

    The result has `.Cert` and `.Key`, both PEM; pass it to `genSignedCert`.
    """
    return _certificate(name, [], days, _new_key(), now=now, authority=True)


@go_function("genCAWithKey")
def gen_ca_with_key(name: str, days: int, key: str, *, now: datetime | None = None) -> Struct:
    """Make a certificate authority for a private key (PEM) that exists already."""
    return _certificate(name, [], days, _given_key(key), now=now, authority=True)


@go_function("genSelfSignedCert")
def gen_self_signed_cert(
    name: str, ips: Any, hosts: Any, days: int, *, now: datetime | None = None
) -> Struct:
    """Make a self-signed certificate from a name, IP addresses, host names and a number of days.

    Both lists may be nil. The result has `.Cert` and `.Key`, both PEM.
    """
    return _certificate(name, _alternatives(ips, hosts), days, _new_key(), now=now)


@go_function("genSelfSignedCertWithKey")
def gen_self_signed_cert_with_key(
    name: str, ips: Any, hosts: Any, days: int, key: str, *, now: datetime | None = None
) -> Struct:
    """Make a self-signed certificate for a private key (PEM) that exists already."""
    return _certificate(name, _alternatives(ips, hosts), days, _given_key(key), now=now)


@go_function("genSignedCert")
def gen_signed_cert(
    name: str, ips: Any, hosts: Any, days: int, authority: Any, *, now: datetime | None = None
) -> Struct:
    """Make a certificate signed by an authority that `genCA` or `buildCustomCert` made.

    Arguments are a name, IP addresses, host names, a number of days, and the authority.
    """
    signer = _signer(authority, "argument 5 of genSignedCert")
    names = _alternatives(ips, hosts)
    return _certificate(name, names, days, _new_key(), now=now, signer=signer)


@go_function("genSignedCertWithKey")
def gen_signed_cert_with_key(
    name: str,
    ips: Any,
    hosts: Any,
    days: int,
    authority: Any,
    key: str,
    *,
    now: datetime | None = None,
) -> Struct:
    """Make a certificate signed by an authority, for a private key (PEM) that exists already."""
    signer = _signer(authority, "argument 5 of genSignedCertWithKey")
    names = _alternatives(ips, hosts)
    return _certificate(name, names, days, _given_key(key), now=now, signer=signer)


def _aes(password: str, start: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    key = binary.encode(password)[:_AES_KEY_BYTES].ljust(_AES_KEY_BYTES, b"\0")
    return Cipher(algorithms.AES(key), modes.CBC(start))


class _Pair(Struct):
    """A certificate and its private key as PEM texts; a key that was made here is kept as well.

    Reading a key means to test whether it is one, which takes as long as making it.
    """

    __slots__ = ("made_key",)

    def __init__(self, certificate: str, key: str, made_key: Any = None) -> None:
        fields = {"Cert": certificate, "Key": key}
        super().__init__("sprig.certificate", fields, shown=f"{{{certificate} {key}}}")
        self.made_key = made_key


def _new_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    return rsa.generate_private_key(65537, _CERTIFICATE_KEY_BITS)


def _given_key(pem: str) -> Any:
    return _read_key(binary.encode(pem), "parsing private key")


def _read_key(pem: bytes, problem: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    label = pem.partition(b"-----BEGIN ")[2].partition(b"-----")[0].decode("utf-8", "replace")
    if not label:
        raise FunctionFailed(f"{problem}: no PEM data in input")
    if not label.endswith("PRIVATE KEY"):
        raise FunctionFailed(f"{problem}: no private key data in PEM block of type {label}")
    try:
        return load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = str(error).partition("\n")[0].partition(" (")[0].rstrip(".")
        raise FunctionFailed(f"{problem}: {reason}") from error


def _read_certificate(pem: bytes, where: str) -> Any:
    from cryptography import x509  # noqa: PLC0415

    if b"-----BEGIN " not in pem:
        raise FunctionFailed("unable to decode certificate", hint="it must be in PEM form")
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise FunctionFailed(f"error parsing certificate: {where}: malformed") from error


def _signer(authority: Any, place: str) -> tuple[Any, Any]:
    """Return certificate and key of an authority."""
    if not isinstance(authority, Struct) or authority.go_type != "sprig.certificate":
        got = "nil" if authority is None else type_name(authority)
        raise FunctionFailed(
            f"wrong type for value; expected sprig.certificate; got {got} ({place})",
            hint="make one with `genCA`, or from existing PEM texts with `buildCustomCert`",
        )
    certificate = _read_certificate(binary.encode(authority["Cert"]), "decodedSignerCert.Bytes")
    if isinstance(authority, _Pair) and authority.made_key is not None:
        return certificate, authority.made_key
    return certificate, _read_key(binary.encode(authority["Key"]), "error parsing private key")


def _alternatives(ips: Any, hosts: Any) -> list[Any]:
    """Return the subject alternative names: hosts, then addresses."""
    from ipaddress import ip_address  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415

    names: list[Any] = []
    addresses = [
        _text_of(each, "error parsing ip: {} is not a string") for each in _list_of(ips, 2)
    ]
    for each in _list_of(hosts, 3):
        host = _text_of(each, "error processing alternate dns name: {} is not a string")
        if not host.isascii():
            raise FunctionFailed(
                f'error creating certificate: x509: "{host}" cannot be encoded as an IA5String'
            )
        names.append(x509.DNSName(host))
    for text in addresses:
        try:
            address = ip_address(text if "%" not in text else "")
        except ValueError as error:
            raise FunctionFailed(f"error parsing ip: {text}") from error
        names.append(x509.IPAddress(getattr(address, "ipv4_mapped", None) or address))
    return names


def _list_of(value: Any, position: int) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return list(value)
    got = type_name(value)
    raise FunctionFailed(
        f"wrong type for value; expected []interface {{}}; got {got} (argument {position})",
        hint="give a list, e.g. `(list ...)`, or nil",
    )


def _text_of(value: Any, problem: str) -> str:
    if not isinstance(value, str):
        raise FunctionFailed(problem.format(to_text(value)))
    return value


def _certificate(
    name: str,
    alternatives: list[Any],
    days: int,
    key: Any,
    *,
    now: datetime | None,
    authority: bool = False,
    signer: tuple[Any, Any] | None = None,
) -> Struct:
    """Sign a certificate for `key`, by itself or by `signer` (certificate and key)."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    start = now or datetime.now(UTC)
    try:
        builder = _builder(name, key, authority=authority)
        builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=days))
        builder = _with_extensions(builder, alternatives, key, signer, authority=authority)
        issuer = _subject_of(signer[0]) if signer else _subject(name)
        signing_key = signer[1] if signer else key
        certificate = builder.issuer_name(issuer).sign(signing_key, _hash_for(signing_key))
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as error:
        raise FunctionFailed(f"error creating certificate: {error}") from error
    return _Pair(_certificate_pem(certificate), _key_pem(key), key)


def _builder(name: str, key: Any, *, authority: bool) -> Any:
    from cryptography import x509  # noqa: PLC0415

    usage = x509.KeyUsage(
        digital_signature=True,
        key_encipherment=True,
        key_cert_sign=authority,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    purposes = [x509.OID_SERVER_AUTH, x509.OID_CLIENT_AUTH]
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
    )


def _with_extensions(
    builder: Any,
    alternatives: list[Any],
    key: Any,
    signer: tuple[Any, Any] | None,
    *,
    authority: bool,
) -> Any:
    from cryptography import x509  # noqa: PLC0415

    if authority:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if signer:
        for each in signer[0].extensions:
            if isinstance(each.value, x509.SubjectKeyIdentifier):
                parent = x509.AuthorityKeyIdentifier(each.value.digest, None, None)
                builder = builder.add_extension(parent, critical=False)
    if alternatives:
        names = x509.SubjectAlternativeName(alternatives)
        builder = builder.add_extension(names, critical=False)
    return builder


def _subject(name: str) -> Any:
    from cryptography import x509  # noqa: PLC0415

    if not name:
        return x509.Name([])
    with warnings.catch_warnings():
        # The standard ends common names at 64 characters, but Helm and service names do not.
        warnings.simplefilter("ignore")
        attribute = x509.NameAttribute(x509.OID_COMMON_NAME, name, _validate=False)
    return x509.Name([attribute])


def _subject_of(certificate: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return certificate.subject


def _hash_for(key: Any) -> Any:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519  # noqa: PLC0415

    if isinstance(key, dsa.DSAPrivateKey):
        raise FunctionFailed(
            "error creating certificate: x509: certificate private key does not implement "
            "crypto.Signer",
            hint="use a key of type rsa, ecdsa or ed25519",
        )
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size > 256:
        return hashes.SHA384() if key.key_size <= 384 else hashes.SHA512()
    return hashes.SHA256()


def _certificate_pem(certificate: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return str(certificate.public_bytes(Encoding.PEM).decode())


def _key_pem(key: Any) -> str:
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    modern = isinstance(key, ed25519.Ed25519PrivateKey)
    form = PrivateFormat.PKCS8 if modern else PrivateFormat.TraditionalOpenSSL
    return str(key.private_bytes(Encoding.PEM, form, NoEncryption()).decode())
