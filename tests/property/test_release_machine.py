"""A release under every command, every kind of end, and people who reach into the cluster.

A machine of rules lives through installs, upgrades, rollbacks, uninstalls and tests, of which some
are killed, stopped or refused at one of their mutations, while outsiders delete and edit objects
and put theirs in the way. What must hold is `spec/reliability.md` §3.2, I1 to I8.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.errors import (
    AlreadyUninstalled,
    Conflict,
    HookFailed,
    NothingDeployed,
    NotOwned,
    PkgtoolError,
    ReleaseBusy,
    ReleaseExists,
    ReleaseNotFound,
    RevisionNotFound,
    RolloutFailed,
)
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.install import InstallOptions, install
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.test import TestOptions as Choice
from pkgtool.ops.test import run_tests
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade, upgrade_or_install
from pkgtool.release.history import ALLOWED, Verb, deployed, latest, rollback_target, state
from pkgtool.release.intent import interrupted
from pkgtool.release.model import Release, Status
from pkgtool.rollout.ownership import MANAGED_BY, RELEASE_NAME, RELEASE_NAMESPACE
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import Holder, hold, holder_of
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.lifecycle import (
    ENDINGS,
    HOOKS,
    NAMESPACE,
    OBJECTS,
    RELEASE,
    Clock,
    Fate,
    FatedCluster,
    chart_version,
    colors,
    ended_process,
    fast_engine,
    lifecycle_charts,
    rollout_options,
    session_over,
    wish_for,
)
from pkgtool.testing.stage import Killed

CHARTS = lifecycle_charts()
ENGINE = fast_engine()
STAYING = {1: {"before"}, 2: set[str](), 3: {"after"}}
"""Which hooks of each version may be there for good after they ran."""
HOOK_TROUBLE = (HookFailed, RolloutFailed)

versions = st.sampled_from(sorted(OBJECTS))
shades = st.sampled_from(["red", "blue"])
failing = st.sampled_from(["", "", "", "before", "after", "check"])
names = st.sampled_from(["both", "old", "new", "kept", "setup"])
fates = st.one_of(
    st.just(Fate()),
    st.builds(Fate, st.integers(1, 24), st.sampled_from(ENDINGS)),
)
holders = st.sampled_from([Holder("elsewhere", 4711), ended_process()])


class ReleaseMachine(RuleBasedStateMachine):
    """One release, and what is known about it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.cluster = MemoryCluster(clock=self.clock.pace.clock)
        self.store = SecretStore(self.cluster)
        self.strangers: dict[str, str] = {}
        """UIDs of objects of others."""
        self.kept = ""
        """The UID of the object that no command may delete."""
        self.touched = False
        """Whether an outsider changed anything since the last success."""
        self.pruned = False
        self.jobs: set[str] = set()
        """Hooks that may be there for good."""
        self.quiet = True
        """Whether nothing was cut off since a command went its way."""

    @rule(version=versions, color=shades, fails=failing, fate=fates, holder=holders, data=st.data())
    def install(
        self, version: int, color: str, fails: str, fate: Fate, holder: Holder, data: Any
    ) -> None:
        options = InstallOptions(rollout=self.options(data))
        wish = wish_for(CHARTS, version, color, fails)
        refusals = self.refusals(Verb.INSTALL, ReleaseExists)
        refusals |= self.troubles(version, fails, options.rollout)
        died = holder_of(self.cluster, RELEASE, NAMESPACE)
        if died is not None and died.operation == "install":
            # Whether it had reached its end is another test's question.
            refusals.setdefault(ReleaseExists, False)
        self.act(
            lambda session: install(session, wish, options),
            fate,
            holder,
            refusals,
            lambda made: self.check_success(made, version, color),
        )

    @rule(
        version=versions,
        color=shades,
        fails=failing,
        fate=fates,
        holder=holders,
        forgiving=st.booleans(),
        data=st.data(),
    )
    def upgrade(
        self,
        version: int,
        color: str,
        fails: str,
        fate: Fate,
        holder: Holder,
        *,
        forgiving: bool,
        data: Any,
    ) -> None:
        options = UpgradeOptions(rollout=self.options(data))
        absent = InstallOptions(rollout=options.rollout)
        wish = wish_for(CHARTS, version, color, fails)
        refusals = self.troubles(version, fails, options.rollout)
        if not forgiving:
            refusals |= self.refusals(Verb.UPGRADE, ReleaseNotFound, NothingDeployed)

        def run(session: Session) -> Release:
            if forgiving:
                return upgrade_or_install(session, wish, options, absent=absent)
            return upgrade(session, wish, options)

        self.act(
            run,
            fate,
            holder,
            refusals,
            lambda made: self.check_success(made, version, color),
        )

    @rule(number=st.integers(0, 6), fate=fates, holder=holders, data=st.data())
    def rollback(self, number: int, fate: Fate, holder: Holder, data: Any) -> None:
        options = self.options(data)
        refusals = self.refusals(Verb.ROLLBACK, ReleaseNotFound)
        target = self.target(number)
        if target is None:
            refusals.setdefault(RevisionNotFound, self.history() != [])
        else:
            version = chart_version(target)
            refusals |= self.troubles(version, target.config["fails"], options)

        def check(made: Release) -> None:
            self.check_success(made, chart_version(made), made.config["color"])
            if target is not None and made.revision not in seen:
                assert (made.config, made.manifest) == (target.config, target.manifest)

        seen = {each.revision for each in self.history()}
        self.act(
            lambda session: rollback(session, RELEASE, NAMESPACE, number, options),
            fate,
            holder,
            refusals,
            check,
        )

    @rule(keep=st.booleans(), hooks=st.booleans(), fate=fates, holder=holders)
    def uninstall(self, fate: Fate, holder: Holder, *, keep: bool, hooks: bool) -> None:
        options = UninstallOptions(rollout=rollout_options(hooks=hooks), keep_history=keep)
        last = latest(self.history())
        refusals: dict[type[PkgtoolError], bool] = {}
        died = holder_of(self.cluster, RELEASE, NAMESPACE)
        again = died is not None and died.operation == "uninstall"
        if last is None:
            refusals[ReleaseNotFound] = not again
        elif last.status is Status.UNINSTALLED:
            refusals[AlreadyUninstalled] = keep and not again
        elif hooks and last.config["fails"] in HOOKS[chart_version(last)]:
            refusals[HookFailed] = True
        if last is not None:
            self.jobs |= STAYING[chart_version(last)]
        self.act(
            lambda session: uninstall(session, RELEASE, NAMESPACE, options),
            fate,
            holder,
            refusals,
            lambda _: self.check_removal(keep=keep),
        )

    @rule(fate=fates, holder=holders)
    def run_tests(self, fate: Fate, holder: Holder) -> None:
        last = latest(self.history())
        refusals: dict[type[PkgtoolError], bool] = {}
        if last is None:
            refusals[ReleaseNotFound] = True
        elif last.config["fails"] == "check" and chart_version(last) != 3:
            refusals[HookFailed] = True
            self.jobs.add("check")
        choice = Choice(WaitPolicy("watcher", timeout_s=30))
        self.act(
            lambda session: run_tests(session, RELEASE, NAMESPACE, choice),
            fate,
            holder,
            refusals,
            lambda _: None,
        )

    @precondition(lambda self: self.quiet)
    @rule(version=versions, color=shades)
    def a_command_run_twice_changes_nothing_more(self, version: int, color: str) -> None:
        last = latest(self.history())
        if last is None or last.status is Status.UNINSTALLED or self.blocked(version):
            return
        self.jobs |= STAYING[version]
        wish = wish_for(CHARTS, version, color)
        options = UpgradeOptions(rollout=rollout_options(force_conflicts=True))
        before = upgrade(session_over(self.cluster, self.clock, ENGINE), wish, options)
        self.check_success(before, version, color)
        stood = self.owned_versions()

        after = upgrade(session_over(self.cluster, self.clock, ENGINE), wish, options)

        assert after.revision == before.revision + 1
        assert self.owned_versions() == stood
        self.note_success()

    @rule(version=versions)
    def a_living_holder_is_not_disturbed(self, version: int) -> None:
        if self.history() == []:
            return
        wish = wish_for(CHARTS, version, "red")
        pace = self.clock.pace
        alive = Holder("elsewhere", 4711, operation="repair")
        with hold(
            self.cluster,
            RELEASE,
            NAMESPACE,
            alive,
            clock=pace.clock,
            monotonic=pace.monotonic,
            sleep=pace.sleep,
        ):
            before = (self.history(), colors(self.cluster, owned=False))
            other = session_over(self.cluster, self.clock, ENGINE, lock_wait_s=3)
            with pytest.raises(PkgtoolError) as caught:
                upgrade(other, wish, UpgradeOptions(rollout=rollout_options()))
            assert isinstance(caught.value, ReleaseBusy | NothingDeployed)
            assert (self.history(), colors(self.cluster, owned=False)) == before

    @rule(name=names)
    def an_outsider_deletes(self, name: str) -> None:
        if self.cluster.delete(_id(name)):
            self.strangers.pop(name, None)
            self.touched = True
            if name == "kept":
                self.kept = ""

    @rule(name=names)
    def an_outsider_edits(self, name: str) -> None:
        live = self.cluster.get(_id(name))
        if live is None or name in self.strangers:
            return
        self.cluster.apply(
            _config(name, {"color": "green"}), ApplyPolicy(manager="kubectl-edit", force=True)
        )
        self.touched = True

    @rule(name=names, other=st.booleans())
    def an_outsider_puts_something_in_the_way(self, name: str, *, other: bool) -> None:
        # A hook makes room for itself, as in Helm, where nothing says whose the object is.
        if self.cluster.get(_id(name)) is not None or (name == "setup" and not other):
            return
        marks = (
            {
                "labels": {MANAGED_BY: "Helm"},
                "annotations": {RELEASE_NAME: "other", RELEASE_NAMESPACE: NAMESPACE},
            }
            if other
            else {}
        )
        # Another release is written by the same manager, so no conflict protects it.
        policy = ApplyPolicy() if other else ApplyPolicy(manager="somebody")
        made = self.cluster.apply(_config(name, {"mine": "yes"}, marks), policy)
        self.strangers[name] = made["metadata"]["uid"]
        self.touched = True

    @invariant()
    def what_is_not_ours_is_there(self) -> None:
        """I6, I7."""
        for name, uid in self.strangers.items():
            live = self.cluster.get(_id(name))
            assert live is not None, f"{name} of somebody else was deleted"
            assert live["metadata"]["uid"] == uid
        live = self.cluster.get(_id("kept"))
        if self.kept:
            assert live is not None, "an object that must be kept was deleted"
            assert live["metadata"]["uid"] == self.kept
        if live is not None and "kept" not in self.strangers:
            self.kept = live["metadata"]["uid"]

    @invariant()
    def history_is_a_chain(self) -> None:
        """I1."""
        history = self.history()
        numbers = [each.revision for each in history]
        working = [each for each in history if each.status is Status.DEPLOYED]
        pending = [each for each in history if each.status.is_pending]
        assert self.store.history(RELEASE, NAMESPACE).unreadable == ()
        assert self.pruned or not numbers or numbers == list(range(numbers[0], numbers[-1] + 1))
        if self.quiet:
            assert len(working) <= 1
            assert pending == []

    def act(
        self,
        run: Callable[[Session], Any],
        fate: Fate,
        holder: Holder,
        refusals: dict[type[PkgtoolError], bool],
        check: Callable[[Any], None],
    ) -> None:
        """Run a command.

        Args:
            run: The command.
            fate: How it may end.
            holder: Who runs it.
            refusals: Errors with which it may end by itself, and whether there must be one.
            check: What to look at when it says that all went well.
        """
        fated = FatedCluster(self.cluster, fate)
        before = self.snapshot()
        error: BaseException | None = None
        try:
            done = run(session_over(fated, self.clock, ENGINE, holder=holder))
        except (Killed, KeyboardInterrupt, PkgtoolError) as end:
            error = end
        must = [each.__name__ for each, certain in refusals.items() if certain]
        if fated.ended:
            self.quiet = False
        elif error is not None:
            assert isinstance(error, tuple(refusals)), repr(error)
            assert isinstance(error, HOOK_TROUBLE) or self.snapshot() == before
            # What is refused at the door repairs nothing.
            self.quiet = self.quiet or isinstance(error, HOOK_TROUBLE)
        else:
            assert not must, f"succeeded in spite of {must}"
            self.quiet = True
        if error is None:
            check(done)

    def check_success(self, made: Release, version: int, color: str) -> None:
        """I1, I2: exactly what is wanted is there, and one revision says so."""
        last = latest(self.history())
        assert last is not None
        assert (last.revision, last.status) == (made.revision, Status.DEPLOYED)
        assert chart_version(last) == version
        wanted = dict.fromkeys(OBJECTS[version], color)
        self.strangers = {n: uid for n, uid in self.strangers.items() if n not in wanted}
        found = colors(self.cluster)
        if "kept" not in wanted:
            found.pop("kept", None)
        assert self.touched or found == wanted
        self.check_hooks()
        self.note_success()

    def check_hooks(self) -> None:
        """No hook is left that should have been deleted, whatever became of who ran it."""
        jobs = self.cluster.list("batch", "Job", namespace=NAMESPACE)
        assert {each["metadata"]["name"].removeprefix("web-") for each in jobs} <= self.jobs

    def note_success(self) -> None:
        self.touched = False

    def check_removal(self, *, keep: bool) -> None:
        """I2 after an uninstall."""
        history = self.history()
        found = colors(self.cluster)
        found.pop("kept", None)
        assert found == {}
        assert keep or history == []
        assert all(each.status is not Status.DEPLOYED for each in history)
        if not keep:
            self.pruned = False
        self.note_success()

    def options(self, data: Any) -> Any:
        """Draw how an operation treats the cluster."""
        limit = data.draw(st.sampled_from([0, 0, 2]))
        self.pruned = self.pruned or limit > 0
        return rollout_options(
            hooks=data.draw(st.booleans()),
            undo_on_failure=data.draw(st.booleans()),
            force_conflicts=data.draw(st.booleans()),
            max_history=limit,
        )

    def refusals(self, verb: Verb, *errors: type[PkgtoolError]) -> dict[type[PkgtoolError], bool]:
        """Return what `verb` ends with where the history does not allow it."""
        history = self.history()
        before, after = state(history), state([interrupted(each) for each in history])
        allowed = {verb in ALLOWED[before], verb in ALLOWED[after]}
        if allowed == {True}:
            return {}
        return dict.fromkeys(errors, allowed == {False} and len(errors) == 1)

    def troubles(self, version: int, fails: str, options: Any) -> dict[type[PkgtoolError], bool]:
        """Return what else may stop the way to `version`."""
        self.jobs |= STAYING[version]
        found: dict[type[PkgtoolError], bool] = {}
        if self.blocked(version):
            found[NotOwned] = False
        if self.blocked(version) and version == 1:
            found |= dict.fromkeys(HOOK_TROUBLE, False)
        if self.edited() and not options.force_conflicts:
            found[Conflict] = False
        if options.hooks and fails in HOOKS[version]:
            found |= dict.fromkeys((*HOOK_TROUBLE, NotOwned, Conflict), False)
        return found

    def blocked(self, version: int) -> bool:
        """Tell whether objects of others are in the way of `version`."""
        return not self.strangers.keys().isdisjoint({*OBJECTS[version], "setup"})

    def edited(self) -> bool:
        """Tell whether an outsider owns fields of an object."""
        return any(
            entry["manager"] == "kubectl-edit"
            for body in self.cluster.list("", "ConfigMap", namespace=NAMESPACE)
            for entry in body["metadata"].get("managedFields", ())
        )

    def target(self, number: int) -> Release | None:
        try:
            return rollback_target([interrupted(each) for each in self.history()], number)
        except PkgtoolError:
            return None

    def history(self) -> list[Release]:
        return list(self.store.history(RELEASE, NAMESPACE).releases)

    def snapshot(self) -> Any:
        """Return everything that a refused command must leave alone, apart from repairs."""
        history = [replace(interrupted(each), hooks=()) for each in self.history()]
        good = deployed(history)
        settled = [
            replace(each, status=Status.SUPERSEDED)
            if each.status is Status.DEPLOYED and each != good
            else each
            for each in history
        ]
        return settled, colors(self.cluster, owned=False)

    def owned_versions(self) -> dict[str, str]:
        owned = colors(self.cluster)
        lives = [(name, self.cluster.get(_id(name))) for name in owned]
        return {name: live["metadata"]["resourceVersion"] for name, live in lives if live}


def _id(name: str) -> ResourceId:
    return ResourceId("", "ConfigMap", NAMESPACE, f"{RELEASE}-{name}")


def _config(name: str, data: dict[str, str], marks: dict[str, Any] | None = None) -> Body:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{RELEASE}-{name}", "namespace": NAMESPACE, **(marks or {})},
        "data": data,
    }


PLAIN = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_release_lives_through_anything() -> None:
    run_state_machine_as_test(
        ReleaseMachine,
        settings=settings(PLAIN, max_examples=20, stateful_step_count=15, derandomize=True),
    )


@pytest.mark.property
def test_many_releases_live_long_through_anything() -> None:
    run_state_machine_as_test(
        ReleaseMachine, settings=settings(PLAIN, max_examples=200, stateful_step_count=40)
    )
