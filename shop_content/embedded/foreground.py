"""One foreground command: signals reach it, nothing of it stays behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from shop_content.embedded.server import PAUSE, die_with_parent

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
ORPHAN_SECONDS = 10.0


def run_command(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command, pass signals on to it, end what it leaves behind, return its exit code.

    The code is what a shell would give: 128 + N for a command ended by signal N.
    """
    watched = {signal.SIGCHLD, *_heeded()}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)

    def prepare() -> None:
        die_with_parent(signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    # Orphans of the command become children of this process instead of escaping to init.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    servers_running = _children()
    try:
        with subprocess.Popen(command, env=environment, preexec_fn=prepare) as process:  # noqa: PLW1509
            while process.poll() is None:
                news = signal.sigwaitinfo(watched)
                # A terminal's Ctrl-C comes from the kernel (pid 0) to the whole group at once.
                if news.si_signo != signal.SIGCHLD and news.si_pid:
                    process.send_signal(news.si_signo)
        _end_orphans(servers_running)
    finally:
        for number in _heeded():  # what is left to do is stopping, and that is not interrupted
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    code: int = process.returncode
    return code if code >= 0 else 128 - code


def _children() -> set[int]:
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in text.split()}


def _end_orphans(kept: set[int]) -> None:
    end, told = time.monotonic() + ORPHAN_SECONDS, set[int]()
    while orphans := _children() - kept:
        for pid in orphans - told:
            os.kill(pid, signal.SIGTERM)
        for pid in orphans if time.monotonic() > end else ():
            os.kill(pid, signal.SIGKILL)
        told |= orphans
        for pid in orphans:
            os.waitpid(pid, os.WNOHANG)
        time.sleep(PAUSE)


def _heeded() -> set[signal.Signals]:
    """Return the signals that stop a run: not HUP when nohup has switched it off."""
    deaf = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return {signal.SIGINT, signal.SIGTERM} | (set() if deaf else {signal.SIGHUP})


def end_by_exception() -> None:
    """Let TERM and HUP unwind this process like Ctrl-C does: what was started is stopped."""
    for number in _heeded():
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
