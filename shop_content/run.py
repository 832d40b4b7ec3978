"""`make run`: database, broker, web, worker, scheduler and demo content as one process."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

from shop_content.embedded import data_folder, servers
from shop_content.embedded.foreground import end_by_exception, run_command
from shop_content.embedded.server import EmbeddedError, port_is_free

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Start everything, print the addresses, wait; return the exit code."""
    port, host = os.environ.get("PORT") or "8000", os.environ.get("HOST") or "127.0.0.1"
    if not re.fullmatch(r"[1-9][0-9]{0,4}", port) or not port_is_free(int(port), host):
        sys.stderr.write(f"Port {port} cannot be used: choose another, e.g. PORT=8010 make run\n")
        return 1
    folder = data_folder().resolve()
    end_by_exception()
    try:
        with servers(folder) as urls:
            environment = os.environ | urls
            environment |= {
                "PORT": port,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "SECRET_KEY": os.environ.get("SECRET_KEY") or _secret_key(folder),
                "SHOP_CONTENT_DATA": str(folder),
                "MEDIA_ROOT": os.environ.get("MEDIA_ROOT") or str(folder / "media"),
                "STOREFRONT_ORIGIN": os.environ.get("STOREFRONT_ORIGIN")
                or f"http://localhost:{port}",
                "PYTHONWARNINGS": "ignore",
                "PYTHONUNBUFFERED": "1",
            }
            for step in (["migrate", "--verbosity", "0"], ["load_demo"]):
                command = [sys.executable, "manage.py", *step]
                if code := subprocess.call(command, cwd=ROOT, env=environment):
                    return code
            sys.stdout.write(_addresses(port))
            sys.stdout.flush()
            honcho = [sys.executable, "-m", "honcho", "start", "--no-prefix"]
            # Honcho would let a .env written for Compose override what was said here.
            honcho += ["--env", os.devnull]
            return run_command([*honcho, "-f", str(ROOT / "Procfile")], environment)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _secret_key(folder: Path) -> str:
    """Return the key of this data folder, made once: sessions outlive a restart."""
    path = folder / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _addresses(port: str) -> str:
    origin = f"http://localhost:{port}"
    return (
        f"\n  storefront preview  {origin}/\n"
        f"  API documentation   {origin}/api/docs/\n"
        f"  admin               {origin}/admin/\n"
        "  stop with Ctrl-C\n\n"
    )


if __name__ == "__main__":
    sys.exit(main())
