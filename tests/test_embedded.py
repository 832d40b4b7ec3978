"""Embedded servers: what a command gets, and that nothing stays behind however a run ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shop_content import embedded
from tests.test_run import processes_of

ROOT = Path(__file__).resolve().parent.parent
RUN = [sys.executable, "-W", "ignore", "-m", "shop_content.embedded", "run"]
TELL = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"
STAY = TELL + "; import time; time.sleep(60)"
QUERY = (
    "import os, psycopg; "
    "connection = psycopg.connect(os.environ['DATABASE_URL'], autocommit=True); "
    "print(connection.execute({sql!r}).fetchall())"
)


@pytest.fixture
def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.endswith("_URL")}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def make(*arguments: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [*RUN, *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield make
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def told_by(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return the environment the command prints."""
    assert process.stdout is not None
    told: dict[str, str] = json.loads(process.stdout.readline())
    return told


def ends(folder: str, seconds: float = 15) -> list[str]:
    """Return the processes of the folder that are still there after the seconds."""
    end = time.monotonic() + seconds
    while processes_of(folder) and time.monotonic() < end:
        time.sleep(0.1)
    return processes_of(folder)


def test_command_gets_both_addresses_and_gives_its_code(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    process = start("--temporary", "--", sys.executable, "-c", TELL + "; raise SystemExit(7)")
    told = told_by(process)
    assert process.wait(timeout=60) == 7
    assert told["DATABASE_URL"].startswith("postgresql://")
    assert told["CELERY_BROKER_URL"].startswith("redis://127.0.0.1:")
    assert not Path(told["SHOP_CONTENT_DATA"]).exists()
    assert processes_of(told["SHOP_CONTENT_DATA"]) == []


def test_given_addresses_start_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://there/base", "CELERY_BROKER_URL": "redis://there/0"}
    for name, url in given.items():
        monkeypatch.setenv(name, url)
    with embedded.servers(tmp_path) as urls:
        assert urls == given
        assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", embedded.STATE]
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_command_and_servers(
    start: Callable[..., subprocess.Popen[str]], number: int
) -> None:
    process = start("--temporary", "--", sys.executable, "-c", STAY)
    folder = told_by(process)["SHOP_CONTENT_DATA"]
    process.send_signal(number)
    # Python's own answer to Ctrl-C is exit by the signal too.
    assert process.wait(timeout=60) == 128 + number
    assert processes_of(folder) == []


def test_signal_during_the_start_leaves_nothing(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = start("--data", str(tmp_path), "--", sys.executable, "-c", STAY)
    while not (tmp_path / "postgresql" / "PG_VERSION").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.terminate()
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert ends(str(tmp_path)) == []


def test_killed_run_leaves_nothing(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start("--temporary", "--", sys.executable, "-c", STAY)
    folder = told_by(process)["SHOP_CONTENT_DATA"]
    process.kill()
    assert ends(folder) == []
    shutil.rmtree(folder)  # nobody was left to delete it


def test_data_outlive_a_killed_run_and_the_next_one_ends_cleanly(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    sql = "CREATE TABLE kept AS SELECT 1 AS one"
    write = QUERY.format(sql=sql).replace(".fetchall()", ".rowcount")
    first = start("--data", str(tmp_path), "--", sys.executable, "-c", f"{write}; {STAY}")
    assert first.stdout is not None
    assert first.stdout.readline() == "1\n"
    first.kill()
    read = QUERY.format(sql="SELECT one FROM kept")
    second = start("--data", str(tmp_path), "--", sys.executable, "-c", read)
    assert second.communicate(timeout=60)[0] == "[(1,)]\n"
    assert second.returncode == 0
    assert processes_of(str(tmp_path)) == []


def test_other_processes_find_the_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOP_CONTENT_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://there/base")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://there/0")
    with embedded.servers(tmp_path):
        found = (embedded.database_url(), embedded.broker_url())
        assert (tmp_path / embedded.STATE).stat().st_mode & 0o777 == 0o600
    assert found == ("postgresql://there/base", "redis://there/0")
    assert embedded.broker_url() == "redis://127.0.0.1:1/0"
