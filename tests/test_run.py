"""`make run` as a stranger has it: everything comes up, is found, and ends without a trace."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop_content import embedded

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.endswith("_URL")}
    return own | {"SHOP_CONTENT_DATA": str(tmp_path / "data"), "PORT": str(embedded.free_port())}


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "shop_content.run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=60)


def fetch(port: str, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, answer.read().decode()


def wait_until_ready(port: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if fetch(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    process.terminate()
    pytest.fail("the service did not come up:\n" + process.communicate(timeout=60)[0].decode())


def processes_of(folder: str) -> list[str]:
    """Return the command lines that name the data folder, or inherited it in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if folder.encode() in words and int(entry.name) != os.getpid():
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.chaos
def test_service_comes_up_is_found_and_ends_without_a_trace(
    environment: dict[str, str], service: subprocess.Popen[bytes]
) -> None:
    port = environment["PORT"]
    wait_until_ready(port, service)
    assert "Magnesium" in fetch(port, "/de/blog/")[1]
    assert '"items"' in fetch(port, "/api/v1/en/articles/")[1]
    found = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    service.send_signal(signal.SIGTERM)
    output = service.communicate(timeout=60)[0].decode()
    for words in ("/admin/", "/api/docs/", "shop-content-editor", "shop-content-reviewer"):
        assert words in output
    assert processes_of(environment["SHOP_CONTENT_DATA"]) == []


@pytest.mark.parametrize("port", ["99999", "²", "0", "http"])
def test_unusable_port_is_told(environment: dict[str, str], port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shop_content.run"],
        cwd=ROOT,
        env=environment | {"PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} cannot be used: choose another, e.g. PORT=8010 make run\n"
    )


def test_term_to_make_ends_the_service(environment: dict[str, str]) -> None:
    make = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment, start_new_session=True)
    wait_until_ready(environment["PORT"], make)
    make.terminate()
    make.wait(timeout=60)
    end = time.monotonic() + 20
    while processes_of(environment["SHOP_CONTENT_DATA"]) and time.monotonic() < end:
        time.sleep(0.1)
    assert processes_of(environment["SHOP_CONTENT_DATA"]) == []


def test_taken_port_is_told_before_anything_starts(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment["PORT"] = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "shop_content.run"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert environment["PORT"] in done.stderr
    assert not Path(environment["SHOP_CONTENT_DATA"]).exists()


def test_second_run_on_the_same_folder_names_the_first(tmp_path: Path) -> None:
    import fcntl  # noqa: PLC0415

    with (tmp_path / "lock").open("w") as lock:
        lock.write("4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(embedded.EmbeddedError, match="4711"), embedded.servers(tmp_path):
            pass


def test_stale_state_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_CONTENT_DATA", str(tmp_path))
    (tmp_path / embedded.STATE).write_text('{"pid": "99999999", "database_url": "postgresql://x"}')
    assert embedded.database_url() != "postgresql://x"
