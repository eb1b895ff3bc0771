"""Versions of a chart in a registry: tags, and which of them a reference stands for.

Only tags that are strict semantic versions count, as in Helm; `_` in a tag is `+` in a version.

Source: Helm v4 `pkg/registry/{client,tag}.go`.
"""

from pkgtool.errors import ChartVersionNotFound, PkgtoolError, ReferenceInvalid, VersionInvalid
from pkgtool.repo.oci.reference import SCHEME, Reference, is_oci, parse_reference
from pkgtool.repo.oci.registries import Registries
from pkgtool.versions import Constraint, Version


def tags(registries: Registries, reference: str) -> list[str]:
    """Return the versions in a repository, newest first.

    Raises:
        ReferenceInvalid: There can be no such repository.
        FetchFailed, CredentialsUnusable: There is none, or the registry does not tell.
    """
    place = parse_reference(reference)
    listed = registries.at(place.registry).tags(place.repository)
    versions = [version for tag in listed if (version := _version(tag)) is not None]
    return [str(version) for version in sorted(versions, reverse=True)]


def registry_versions(
    registries: Registries, reference: str, *, version: str = "", devel: bool = False
) -> list[str]:
    """Return the versions in a repository that match, newest first.

    Args:
        registries: Reaches them.
        reference: `oci://HOST/PATH/NAME`.
        version: A constraint; empty for all, without pre-releases unless `devel`.
        devel: Pre-releases count too.

    Raises:
        ConstraintInvalid: `version` is none.
        RepoError: As `tags`.
    """
    constraint = Constraint.parse(version or (">0.0.0-0" if devel else "*"))
    found = tags(registries, reference)
    return [each for each in found if constraint.check(Version.parse(each))]


def registry_repositories(registries: Registries, reference: str) -> list[str]:
    """Return references of all repositories below `oci://HOST[/PATH]`, sorted.

    Many registries do not tell, or only to some.

    Raises:
        RepoError: This one does not tell.
    """
    host, _, path = reference.removeprefix(SCHEME).rstrip("/").partition("/")
    if path:
        parse_reference(f"{host}/{path}")
    else:
        parse_reference(f"{host}/a")
    names = registries.at(host).repositories()
    found = [name for name in names if not path or name == path or name.startswith(f"{path}/")]
    return [f"{SCHEME}{host}/{name}" for name in sorted(set(found))]


def resolve(registries: Registries, reference: str, version: str) -> Reference:
    """Return what `reference` and `version` name: a tag or a digest.

    Args:
        registries: Reaches them.
        reference: `oci://…`, perhaps with a tag or digest.
        version: A version, a constraint, or empty for the newest that is stable.

    Raises:
        ReferenceInvalid: There can be no such thing, or the two contradict each other.
        ChartVersionNotFound: No version matches.
        ConstraintInvalid: `version` is none.
        RepoError: The registry does not tell.
    """
    if not is_oci(reference):
        raise ReferenceInvalid(f"invalid reference: {reference[:300]!r} does not begin with oci://")
    place = parse_reference(reference)
    if version and place.tag and place.tag != version.replace("+", "_"):
        raise ReferenceInvalid(
            f"chart reference and version mismatch: {version} is not {place.tag}",
            hint="leave out one of them",
        )
    version = version or place.version
    if place.digest:
        _check_tag(registries, place, version)
        return place._replace(tag="")
    if not _is_version(version):
        version = _matching(tags(registries, reference), version, reference)
    return parse_reference(f"{place.registry}/{place.repository}:{version}")


def _check_tag(registries: Registries, place: Reference, version: str) -> None:
    """Refuse a digest beside a version that names another one; it need not name any."""
    if not version:
        return
    tag = version.replace("+", "_")
    try:
        named = parse_reference(f"{place.registry}/{place.repository}:{tag}")
        digest = registries.at(place.registry).digest_of(named.repository, named.tag)
    except PkgtoolError:
        return
    if digest and digest != place.digest:
        raise ReferenceInvalid(
            f"chart reference digest mismatch: {digest[:100]} is not {place.digest}",
            hint="the tag was moved, or the digest is of another version",
        )


def _matching(found: list[str], wanted: str, reference: str) -> str:
    if not found:
        raise ChartVersionNotFound(
            f"unable to locate any tags in provided repository: {reference}",
            hint="only tags that are versions count: 1.2.3, not v1.2.3 or latest",
        )
    if wanted in found:
        return wanted
    constraint = Constraint.parse(wanted or "*")
    for version in found:
        if constraint.check(Version.parse(version)):
            return version
    raise ChartVersionNotFound(
        f"could not locate a version matching provided version string {wanted}",
        hint=f"the newest there is {found[0]}",
    )


def _version(tag: str) -> Version | None:
    try:
        return Version.parse_strict(tag.replace("_", "+"))
    except VersionInvalid:
        return None


def _is_version(text: str) -> bool:
    try:
        Version.parse(text)
    except VersionInvalid:
        return False
    return True
