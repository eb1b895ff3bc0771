"""Hold a release: the lease, and records in which no attempt is left open.

Whoever has the lease and finds an attempt that was never concluded knows that its process is
dead. There is no separate recovery: `settle` says so in the record, and the objects of the dead
attempt are part of the inventory from then on.

Source: `spec/reliability.md` F01, F02, F03.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pkgtool.ops.session import Session
from pkgtool.release.history import deployed
from pkgtool.release.intent import interrupted
from pkgtool.release.model import ReleaseKey, Status
from pkgtool.store.lease import Holder, Lease, hold
from pkgtool.store.protocol import Records


@contextmanager
def held(session: Session, name: str, namespace: str, me: Holder) -> Iterator[Lease]:
    """Hold the release `name` as `me`."""

    def tell(holder: Holder, seconds: float) -> None:
        session.say(
            f"waiting up to {seconds:.0f} s: {holder.operation or 'an operation'} by process "
            f"{holder.pid} on {holder.host} holds release {name}"
        )

    with hold(
        session.cluster,
        name,
        namespace,
        me,
        clock=session.pace.clock,
        monotonic=session.pace.monotonic,
        sleep=session.pace.sleep,
        wait_s=session.lock_wait_s,
        on_wait=tell,
    ) as lease:
        yield lease


def settle(session: Session, name: str, namespace: str) -> Records:
    """Repair what dead attempts left in the records, and return them; needs the lease.

    An attempt that its process did not conclude becomes failed, and only the highest deployed
    revision stays deployed, unless it was uninstalled since.
    """
    records = session.store.history(name, namespace)
    current = deployed(records.releases)
    for each in records.releases:
        settled = interrupted(each)
        if each.status is Status.DEPLOYED and each != current:
            settled = replace(each, status=Status.SUPERSEDED)
        if settled != each:
            session.store.update(settled)
    return session.store.history(name, namespace)


@contextmanager
def recorded_when_interrupted(session: Session, key: ReleaseKey) -> Iterator[None]:
    """Let the record `key` say so when a signal ends the block before its operation is done.

    What is committed already stays as it is.
    """
    try:
        yield
    except KeyboardInterrupt:
        for each in session.store.history(key.name, key.namespace).releases:
            if each.revision == key.revision and (settled := interrupted(each)) != each:
                session.store.update(settled)
                session.say(
                    f"interrupted: revision {key.revision} of {key.name} is recorded as failed; "
                    "run the command again to go on"
                )
        raise
