"""`history`, `status` and `get`: what is recorded of a release."""

from pkgtool.errors import ReleaseNotFound, RevisionNotFound
from pkgtool.ops.session import Session
from pkgtool.release.history import latest
from pkgtool.release.model import Release, ReleaseKey
from pkgtool.release.names import check_name_of_release


def history(session: Session, name: str, namespace: str, *, limit: int = 256) -> list[Release]:
    """Return the last `limit` revisions of a release, oldest first.

    Raises:
        ReleaseNameInvalid: No release can be called so.
        ReleaseNotFound: There is no such release.
    """
    check_name_of_release(name, "release name is invalid")
    require_release(session, name, namespace)
    return list(session.store.history(name, namespace).releases)[-limit:] if limit else []


def get_release(session: Session, name: str, namespace: str, *, revision: int = 0) -> Release:
    """Return one revision of a release; 0 means the last.

    Raises:
        ReleaseNameInvalid: No release can be called so.
        ReleaseNotFound: There is no such release.
        RevisionNotFound: There is no such revision.
        RecordCorrupt: There is, but it cannot be decoded.
    """
    check_name_of_release(name, "releaseContent: Release name is invalid")
    if not revision:
        return require_release(session, name, namespace)
    try:
        return session.store.get(ReleaseKey(namespace, name, revision))
    except RevisionNotFound as error:
        require_release(session, name, namespace)
        # Helm says the same about both.
        error.hint = f"{error.what}; {error.hint}"
        error.what = "release: not found"
        raise


def require_release(session: Session, name: str, namespace: str) -> Release:
    """Return the last revision of a release.

    Raises:
        ReleaseNotFound: There is none; the nearest name is suggested.
    """
    last = latest(session.store.history(name, namespace).releases)
    if last is None:
        known = {each.name for each in session.store.list(namespace).releases}
        raise ReleaseNotFound(name, namespace, known=sorted(known))
    return last
