"""Embedded servers: a real PostgreSQL and a real Valkey from wheels, when no address is given.

While they run, any process of this checkout finds them by the state file in the data folder.
Linux only: the servers die with the process that started them, even by kill -9. Pure: no Django.
docs/decisions/0002-embedded-servers.md says why.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shop_content.embedded.postgresql import DATABASE, postgresql
from shop_content.embedded.server import PAUSE, EmbeddedError, free_port
from shop_content.embedded.valkey import valkey

STATE = "servers.json"


def data_folder() -> Path:
    """Return the folder of the embedded servers' data: SHOP_CONTENT_DATA, or `.data` here."""
    default = Path(__file__).resolve().parents[2] / ".data"
    return Path(os.environ.get("SHOP_CONTENT_DATA") or default)


def database_url() -> str:
    """Return the address of the running embedded PostgreSQL; one that refuses if none runs."""
    return state().get("database_url") or f"postgresql://postgres@127.0.0.1:1/{DATABASE}"


def broker_url() -> str:
    """Return the address of the running embedded Valkey; one that refuses if none runs."""
    return state().get("broker_url") or "redis://127.0.0.1:1/0"


def state() -> dict[str, str]:
    """Return `pid`, `database_url` and `broker_url` of the running servers; {} if none run."""
    folder = data_folder()
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:  # somebody runs them
        try:
            found: dict[str, str] = json.loads((folder / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not yet ready
            return {}
        return found
    except OSError:
        return {}
    return {}  # a lock nobody holds: what the file says is stale


@contextmanager
def servers(folder: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Run the servers that the environment does not name; give both addresses by variable name.

    Raises EmbeddedError when another process runs them from the same folder, or one fails.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_sole_use(folder))
        path = folder / STATE
        path.unlink(missing_ok=True)
        urls = {
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or stack.enter_context(postgresql(folder / "postgresql", durable=durable)),
            "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL")
            or stack.enter_context(valkey(folder / "valkey", port=free_port())),
        }
        found = {"pid": str(os.getpid())} | {name.lower(): url for name, url in urls.items()}
        found["broker_url"] = found.pop("celery_broker_url")
        path.touch(mode=0o600)  # a given address may hold a password
        path.write_text(json.dumps(found), encoding="utf-8")
        stack.callback(path.unlink, missing_ok=True)
        yield urls


@contextmanager
def _sole_use(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a+", encoding="utf-8") as lock:
        end = time.monotonic() + 1  # `state` holds it for an instant
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    lock.seek(0)
                    message = f"{folder} is in use by process {lock.read()}: stop it first"
                    raise EmbeddedError(message) from None
                time.sleep(PAUSE)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
