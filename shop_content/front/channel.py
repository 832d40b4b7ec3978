"""The push channel: what generation is live, and whether that is known for certain.

One thread a process listens to PostgreSQL. A notification wakes it, and so does a heartbeat; it
then asks for the generation over the same connection, so that every answer proves the channel.
What it heard is good for PROOF_SECONDS from the moment BEFORE it asked: a connection that is cut,
silent or slow makes `generation()` None, and every request asks for itself.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.05
PROOF_SECONDS = 0.15
AGAIN_SECONDS = 0.2
STOP_SECONDS = 3
NAME = "shop_content front"
ASK = "SELECT seq FROM shop_content_generation WHERE id = 1"


class Channel:
    """`on_connect` is called whenever nothing heard before counts any more."""

    def __init__(self, on_connect: Callable[[], None], **changes: Any) -> None:
        """`changes`: to the parameters of Django's connection."""
        self._on_connect = on_connect
        self._changes = changes
        # Generation, and the moment before it was asked for: replaced as one.
        self._heard: tuple[int, float] = (0, float("-inf"))
        self._process = 0
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._starting = threading.Lock()

    def generation(self) -> int | None:
        """Return what is live; None: nobody knows for certain."""
        if self._process != os.getpid():  # the first request since the server has forked
            self._start()
        generation, asked_at = self._heard
        return generation if time.monotonic() - asked_at < PROOF_SECONDS else None

    def stop(self) -> None:
        """End the thread, and wait for its end.

        Also before the process ends: a thread that is inside libpq while the interpreter goes
        away can keep the process from ending.
        """
        self._stopped.set()
        if self._thread and self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _start(self) -> None:
        with self._starting:
            if self._process != os.getpid():
                self._heard = (0, float("-inf"))
                self._thread = threading.Thread(target=self._listen, name=NAME, daemon=True)
                self._thread.start()
                atexit.register(self.stop)
                self._process = os.getpid()

    def _listen(self) -> None:
        parameters = connection.get_connection_params()
        # A peer that is silently gone is given up, and a new connection made.
        parameters |= {"connect_timeout": 2, "tcp_user_timeout": 1000, "application_name": NAME}
        parameters.pop("cursor_factory", None)
        while not self._stopped.is_set():
            try:
                with psycopg.connect(**parameters | self._changes, autocommit=True) as own:
                    own.execute("LISTEN shop_content_generation")
                    self._on_connect()
                    self._ask(own)
            except psycopg.Error as error:
                logger.warning("the push channel is down, every request asks: %s", error)
                self._stopped.wait(AGAIN_SECONDS)

    def _ask(self, own: "psycopg.Connection[Any]") -> None:
        while not self._stopped.is_set():
            asked_at = time.monotonic()
            row = own.execute(ASK).fetchone()
            self._heard = row[0] if row else 0, asked_at
            for _notice in own.notifies(timeout=HEARTBEAT_SECONDS, stop_after=1):
                pass
