"""A server process: started, waited for, stopped, never left behind."""

import ctypes
import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY_SECONDS = 30.0
PAUSE = 0.02


class EmbeddedError(Exception):
    """The servers cannot be started; the text says why and what to do."""


@contextmanager
def server(
    command: Sequence[str | Path], *, folder: Path, **account: Any
) -> Iterator[subprocess.Popen[bytes]]:
    with _log(folder).open("w") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # a terminal's Ctrl-C is not for the servers
            preexec_fn=partial(die_with_parent, signal.SIGINT),  # noqa: PLW1509 -- no threads here
            **account,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": TERM would wait for clients
        try:
            process.wait(timeout=READY_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _log(folder: Path) -> Path:
    return folder.parent / f"{folder.name}.log"


def wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], folder: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if ready():
            return
        time.sleep(PAUSE)
    tail = _log(folder).read_text(errors="replace")[-2000:]
    message = f"{Path(str(process.args[0])).name} did not start in {folder}:\n{tail}"  # type: ignore[index]
    raise EmbeddedError(message)


def end_leftover(pid_file: Path, folder: Path) -> None:
    """End a server whose starter was killed, so that a new one can take the folder."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    end = time.monotonic() + READY_SECONDS
    while _lives_in(pid, folder):
        if time.monotonic() > end:
            raise EmbeddedError(f"process {pid} does not leave {folder}: stop it first")
        os.kill(pid, signal.SIGINT)
        time.sleep(0.2)


def _lives_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        message = f"{name} is not installed: `make venv`, or set DATABASE_URL, CELERY_BROKER_URL"
        raise EmbeddedError(message)
    return Path(found.origin).parent


def die_with_parent(number: int) -> None:
    """Ask Linux to send this process a signal when its parent dies, even by kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def free_port() -> int:
    """Return a TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
        return True
