"""Signatures of packages: make them, and refuse what nobody trusted has signed.

`read_trusted(path, env)` and `verify_package(data, filename, prov, keyring)` for those who fetch;
`read_keyring`, `find_signer` and `sign_package` for those who publish.
"""

from pkgtool.repo.provenance.keyring import Keyring, read_keyring
from pkgtool.repo.provenance.sign import Signer, find_signer, sign_package
from pkgtool.repo.provenance.verify import Verified, read_trusted, verify_package

__all__ = [
    "Keyring",
    "Signer",
    "Verified",
    "find_signer",
    "read_keyring",
    "read_trusted",
    "sign_package",
    "verify_package",
]
