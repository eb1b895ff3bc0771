"""Versions of Kubernetes are read as Helm reads them: vendors append what they like."""

import pytest

from pkgtool.errors import VersionInvalid
from pkgtool.template.capabilities import Capabilities, parse_kube_version


@pytest.mark.parametrize(
    ("text", "version", "numbers", "minor"),
    [
        pytest.param("v1.31.0", "v1.31.0", "1.31.0", "1.31", id="plain"),
        pytest.param("1.29", "v1.29", "1.29", "1.29", id="short"),
        pytest.param("v1.28+", "v1.28+", "1.28", "1.28", id="plus"),
        pytest.param("1.27.3-gke.100", "v1.27.3-gke.100", "1.27.3", "1.27", id="vendor"),
        pytest.param("v1.20.7+k3s1", "v1.20.7+k3s1", "1.20.7", "1.20", id="build"),
    ],
)
def test_what_a_vendor_appends_is_kept_and_not_counted(
    text: str, version: str, numbers: str, minor: str
) -> None:
    found = Capabilities(parse_kube_version(text))

    assert (found.kube_version, found.numbers, found.minor) == (version, numbers, minor)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("x", "could not parse 'x' as version", id="no number"),
        pytest.param("v1", "illegal version string 'v1'", id="one number"),
        pytest.param("01.2", "illegal zero-prefixed version component '01' in '01.2'", id="zero"),
    ],
)
def test_what_is_no_version_is_refused(text: str, message: str) -> None:
    with pytest.raises(VersionInvalid) as caught:
        parse_kube_version(text)

    assert caught.value.what == message
