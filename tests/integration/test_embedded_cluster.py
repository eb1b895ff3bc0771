"""The embedded cluster on a real disk, with real processes beside it."""

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pkgtool.cluster.embedded import SqliteCluster, database
from pkgtool.cluster.embedded.failure import translated
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import ClusterError, ClusterLocked, ClusterStorageFailed
from pkgtool.manifest.model import ResourceId
from pkgtool.testing.cluster_contract import WEB, conditions, names, told, version
from pkgtool.testing.cluster_objects import config_map, secret, workload
from pkgtool.testing.crash import run_in_child
from tests.integration.embedded_writer import write_objects

HELM = ApplyPolicy()
WRITER = "tests.integration.embedded_writer"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cluster.db"


@pytest.fixture
def cluster(path: Path) -> Iterator[SqliteCluster]:
    cluster = SqliteCluster(path)
    yield cluster
    cluster.close()


def write(path: Path, prefix: str, *, kill_at: int) -> list[str]:
    """Write two objects in a child that kills itself; return what it acknowledged."""
    told = path.with_name("told")

    def work() -> None:
        with told.open("w") as file:
            write_objects(
                path, prefix, 2, lambda name: print(name, file=file, flush=True), kill_at=kill_at
            )

    assert run_in_child(work) in (0, -signal.SIGKILL)
    return told.read_text().split()


def make(path: Path) -> None:
    """Make an empty cluster, and close it at once: an open one would put off checkpoints."""
    cluster = SqliteCluster(path)
    cluster.capabilities()
    cluster.close()


def integrity(path: Path) -> str:
    """Return the verdict of SQLite's own full check."""
    db = sqlite3.connect(path)
    try:
        return str(db.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        db.close()


def test_nothing_is_made_before_the_first_call(path: Path) -> None:
    SqliteCluster(path)

    assert not path.parent.exists()


def test_the_files_are_for_the_user_only(cluster: SqliteCluster, path: Path) -> None:
    cluster.apply(secret("a"), HELM)

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


def test_objects_are_there_after_reopening(cluster: SqliteCluster) -> None:
    applied = cluster.apply(config_map(colour="blue"), HELM)
    cluster.close()

    assert cluster.get(ResourceId("", "ConfigMap", "default", "settings")) == applied
    cluster.close()


def test_a_forgotten_cluster_is_closed_at_once(path: Path) -> None:
    """The last one to close a file puts its log away."""
    forgotten = SqliteCluster(path)
    forgotten.apply(config_map(), HELM)
    assert path.with_name("cluster.db-wal").exists()

    del forgotten

    assert [each.name for each in path.parent.iterdir()] == ["cluster.db"]


def test_two_openers_see_each_other(cluster: SqliteCluster, path: Path) -> None:
    other = SqliteCluster(path)
    since = version(cluster.apply(config_map("a"), HELM))

    other.apply(config_map("b"), HELM)

    assert names(cluster.list("", "ConfigMap")) == ["a", "b"]
    events = list(cluster.watch("", "ConfigMap", since=since, timeout_s=0))
    assert told(events) == [("ADDED", "b")]
    other.close()


def test_progress_goes_on_where_another_process_stopped(cluster: SqliteCluster, path: Path) -> None:
    cluster.apply(workload("Deployment"), HELM)
    cluster.get(WEB)
    cluster.close()
    other = SqliteCluster(path)

    live = other.get(WEB)

    assert live is not None
    assert conditions(live)["Available"] == "True"
    other.close()


def test_processes_that_write_at_once_lose_nothing(cluster: SqliteCluster, path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", WRITER, str(path), prefix, "15"],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for prefix in ("a", "b", "c")
    ]
    for each in running:
        each.communicate(timeout=60)

    assert [each.returncode for each in running] == [0, 0, 0]
    live = cluster.list("", "ConfigMap")
    assert len(live) == 45
    assert len({version(each) for each in live}) == 45


def test_a_long_writer_is_named(cluster: SqliteCluster, path: Path) -> None:
    cluster.apply(config_map(), HELM)
    script = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('BEGIN IMMEDIATE'); print('ready', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    hasty = SqliteCluster(path, busy_timeout_s=0.05)

    with pytest.raises(ClusterLocked) as caught:
        hasty.apply(config_map("other"), HELM)
    still_readable = names(hasty.list("", "ConfigMap"))
    holder.communicate("")

    assert caught.value.exit_code == 75
    if Path("/proc/locks").exists():
        assert f"in use by process {holder.pid} (" in caught.value.what
    assert still_readable == ["settings"]
    hasty.apply(config_map("other"), HELM)
    hasty.close()


def test_reading_does_not_wait_for_a_writer(cluster: SqliteCluster, path: Path) -> None:
    cluster.apply(workload("Deployment"), HELM)
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    live = cluster.get(WEB)

    assert live is not None
    assert "status" not in live
    blocker.execute("ROLLBACK")
    blocker.close()


def _not_a_database(path: Path) -> None:
    path.write_bytes(b"kind: ConfigMap\n" * 400)


def _of_another_program(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE objects (id INTEGER)")
    db.close()


def _of_a_newer_pkgtool(path: Path) -> None:
    make(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def _damaged(path: Path) -> None:
    cluster = SqliteCluster(path)
    for number in range(20):
        cluster.apply(config_map(f"c{number}", text="x" * 2000), HELM)
    cluster.close()
    data = bytearray(path.read_bytes())
    data[8192:20480] = b"\xa5" * 12288
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(_not_a_database, "is not the file of an embedded cluster", id="text"),
        pytest.param(_of_another_program, "is not the file of an embedded cluster", id="other"),
        pytest.param(_of_a_newer_pkgtool, "was made by a newer pkgtool", id="newer"),
        pytest.param(_damaged, "is damaged", id="damaged"),
    ],
)
def test_a_file_that_is_not_usable_is_left_alone(path: Path, spoil: object, words: str) -> None:
    path.parent.mkdir()
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes()
    cluster = SqliteCluster(path)

    with pytest.raises(ClusterStorageFailed, match=words) as caught:
        cluster.apply(config_map(), HELM)
    cluster.close()

    assert caught.value.hint
    assert path.read_bytes() == before


def test_a_folder_in_the_way_is_an_error(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(ClusterStorageFailed, match="cannot"):
        SqliteCluster(path).capabilities()


def test_a_file_where_a_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(ClusterStorageFailed):
        SqliteCluster(tmp_path / "data" / "cluster.db").capabilities()


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_a_file_that_cannot_be_written_can_be_read(cluster: SqliteCluster, path: Path) -> None:
    cluster.apply(config_map(), HELM)
    cluster.close()
    path.chmod(0o400)

    with pytest.raises(ClusterStorageFailed, match="readonly"):
        cluster.apply(config_map("other"), HELM)

    assert names(cluster.list("", "ConfigMap")) == ["settings"]


def fill(cluster: SqliteCluster) -> None:
    for number in range(100):
        cluster.apply(config_map(f"big{number}", text="x" * 20_000), HELM)


def test_a_full_disk_is_an_error_and_loses_nothing(path: Path) -> None:
    """A limit on the size of files makes writing fail as a full disk does."""
    cluster = SqliteCluster(path)
    cluster.apply(config_map("before"), HELM)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(ClusterStorageFailed, match="cannot use") as caught:
            fill(cluster)
        kept = names(cluster.list("", "ConfigMap"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)

    assert caught.value.hint
    assert "before" in kept
    cluster.apply(config_map("after"), HELM)
    assert sorted([*kept, "after"]) == names(cluster.list("", "ConfigMap"))
    cluster.close()
    assert integrity(path) == "ok"


def test_a_forked_child_must_open_its_own(path: Path) -> None:
    script = (
        "import os, sys, pathlib\n"
        "from pkgtool.cluster.embedded import SqliteCluster\n"
        "from pkgtool.errors import ClusterStorageFailed\n"
        "cluster = SqliteCluster(pathlib.Path(sys.argv[1]))\n"
        "cluster.capabilities()\n"
        "if os.fork() == 0:\n"
        "    try:\n"
        "        cluster.capabilities()\n"
        "    except ClusterStorageFailed as error:\n"
        "        print(error.what, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert "was opened before this process was forked" in done.stdout


def test_only_matching_bodies_are_decoded(cluster: SqliteCluster, path: Path) -> None:
    """Bodies that nobody asks for may be broken, for they are not looked at."""
    cluster.apply(secret("a", owner="helm"), HELM)
    cluster.apply(secret("b", owner="other"), HELM)
    db = sqlite3.connect(path)
    db.execute("UPDATE objects SET body = '{broken' WHERE name = 'b'")
    db.commit()
    db.close()

    assert names(cluster.list("", "Secret", labels={"owner": "helm"})) == ["a"]
    with pytest.raises(ClusterStorageFailed, match="cannot be decoded"):
        cluster.list("", "Secret")


@pytest.mark.parametrize(
    "kind",
    sorted(
        (
            each
            for each in vars(sqlite3).values()
            if isinstance(each, type) and issubclass(each, Exception)
        ),
        key=str,
    ),
)
def test_no_exception_of_sqlite_leaves(kind: type[Exception], path: Path) -> None:
    with pytest.raises(ClusterError) as caught, translated(path):
        raise kind("something")

    assert isinstance(caught.value.__cause__, kind)


def test_text_that_cannot_be_stored_is_refused(cluster: SqliteCluster) -> None:
    with pytest.raises(ClusterError, match="not text that can be stored"):
        cluster.get(ResourceId("", "ConfigMap", "default", "\ud800"))


def test_a_kill_at_any_statement_loses_nothing(path: Path) -> None:
    """The point moves on until the writer survives, so every statement is hit once."""
    make(path)
    killed = 0
    for point in range(1, 60):
        acknowledged = write(path, f"p{point}-", kill_at=point)
        check_after_kill(path, acknowledged)
        if len(acknowledged) == 2:
            break
        killed += 1

    assert killed >= 10
    print(f"killed at {killed} statements, nothing lost")


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to kill inside a write")
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_a_kill_at_any_disk_call_loses_nothing(path: Path, call: str, tmp_path: Path) -> None:
    """The tracer kills each writer at the same call, of which it made some for nothing before."""
    make(path)
    last = 60
    inject = f"inject={call}:signal=KILL:when={last}"
    command = ["strace", "-f", "-o", str(tmp_path / "log"), "-e", f"trace={call}", "-e", inject]
    writer = subprocess.Popen(
        [*command, sys.executable, "-m", WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    killed = 0
    for point in range(1, last):
        writer.stdin.write(f"{call}{point}- {call} {last - point}\n")
        writer.stdin.flush()
        status, *acknowledged = writer.stdout.readline().split()
        check_after_kill(path, acknowledged)
        if status == "0":
            break
        assert status == str(-signal.SIGKILL)
        killed += 1
    writer.communicate(timeout=60)

    assert writer.returncode == 0
    assert acknowledged
    assert killed >= 1
    print(f"killed at {killed} {call} calls, nothing lost")


def check_after_kill(path: Path, acknowledged: list[str]) -> None:
    assert integrity(path) == "ok"
    cluster = SqliteCluster(path)
    assert set(acknowledged) <= set(names(cluster.list("", "ConfigMap")))
    cluster.close()


def test_tables_that_another_process_makes_meanwhile_are_not_taken_for_others(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a new file says of itself is read at one moment."""
    read = database._pragma

    def while_another_opens(db: sqlite3.Connection, name: str) -> object:
        found = read(db, name)
        if name == "application_id":
            monkeypatch.setattr(database, "_pragma", read)
            # It waits for us, or goes unseen.
            with suppress(ClusterError):
                database.open_database(path, busy_timeout_s=0.1, seed=lambda _: None).close()
        return found

    monkeypatch.setattr(database, "_pragma", while_another_opens)
    database.open_database(path, busy_timeout_s=5, seed=lambda _: None).close()
