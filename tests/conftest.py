"""What every test may use: the database, people, and real processes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations

from shop_content.models import RulebookVersion
from tests.factories import make_rulebook, make_user

# What migrations put there stays when a transactional test empties the database.
KEPT_TABLES = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out only when somebody says so, and say it aloud."""
    if os.environ.get("BROWSER") != "0":
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"BROWSER=0: {len(left_out)} browser tests are LEFT OUT")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A good hash takes a third of a second, for each person of each test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """Let the end of a transactional test empty append-only tables; nothing else may."""
    # A kept connection of a live server's thread would stop the test database from being dropped.
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    patch = pytest.MonkeyPatch()
    sql_flush, execute = DatabaseOperations.sql_flush, DatabaseOperations.execute_sql_flush

    def flush(self: Any, style: Any, tables: list[str], **options: Any) -> Any:
        wanted = [table for table in tables if table not in KEPT_TABLES]
        return sql_flush(self, style, wanted, **options)

    def past(self: Any, statements: list[str]) -> None:
        replica = "SET LOCAL session_replication_role = replica"
        execute(self, [replica, *statements])

    patch.setattr(DatabaseOperations, "sql_flush", flush)
    patch.setattr(DatabaseOperations, "execute_sql_flush", past)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _files_of_this_test_only(settings: Any, tmp_path: Path) -> None:
    """Keep uploads of tests out of the folder of the service."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End what a live server's thread left open, or the test database could not be dropped."""
    yield
    with django_db_blocker.unblock():
        connection.close()  # a fault test may have cut it
        cursor = connection.cursor()
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright. Missing: the test fails and says what to do."""
    if not os.path.exists(CHROMIUM):  # noqa: PTH110
        pytest.fail("chromium is missing: apt-get install chromium, or BROWSER=0 to leave out")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow, only for browsers

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A new page; a request to a foreign host or an error on the page fails the test."""
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.foreign = []  # type: ignore[attr-defined]
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:"))
            else page.foreign.append(request.url)
        ),
    )
    yield page
    context.close()
    assert page.foreign == []


@pytest.fixture
def retrying() -> Callable[[Callable[[], bool], float], bool]:
    """Call a condition until it holds or the seconds are over."""
    import time  # noqa: PLC0415

    def until(condition: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.05)
        return condition()

    return until


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", "Marketing")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob", "Compliance")


@pytest.fixture
def charlie(db: None) -> User:
    return make_user("charlie")


@pytest.fixture
def rulebook(db: None) -> RulebookVersion:
    return make_rulebook()
