"""Every command: bad input is one clear line that says what and where; nothing is half done."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from shop_content import embedded
from shop_content.models import Article, RulebookVersion
from tests.claims.conftest import FIXTURES

ROOT = Path(__file__).resolve().parents[2]
BAD_BYTES = {
    "empty": b"",
    "not-utf8": b"\xff\xfe\x00",
    "nul": b"A\x00B",
    "bidi": "Titel\n\na\u202eb".encode(),
    "only-space": b" \n\t\n",
}


def manage(*words: str, environment: dict[str, str] | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *words],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
@pytest.mark.parametrize("what", BAD_BYTES)
@pytest.mark.django_db
def test_import_of_an_unusable_file_is_told(
    tmp_path: Path, alice: User, suffix: str, what: str
) -> None:
    path = tmp_path / f"{what}.{suffix}"
    path.write_bytes(BAD_BYTES[what])
    with pytest.raises(CommandError) as told:
        call_command("import_article", str(path), "--language", "de", "--by", "alice")
    assert str(path) in str(told.value)
    assert len(str(told.value).splitlines()) == 1
    assert Article.objects.count() == 0


@pytest.mark.parametrize("name", ["nowhere.txt", "folder.txt"])
@pytest.mark.django_db
def test_import_of_no_file_is_told(tmp_path: Path, alice: User, name: str) -> None:
    (tmp_path / "folder.txt").mkdir()
    path = tmp_path / name
    with pytest.raises(CommandError, match=name):
        call_command("import_article", str(path), "--language", "de", "--by", "alice")


@pytest.mark.parametrize("what", ["empty", "not-utf8", "nul", "bidi", "only-space"])
def test_check_of_odd_bytes_ends_as_documented(tmp_path: Path, what: str) -> None:
    path = tmp_path / f"{what}.txt"
    path.write_bytes(BAD_BYTES[what])
    with pytest.raises(SystemExit) as ended:
        call_command("check_text", "--language", "de", str(path))
    assert ended.value.code == (2 if what == "not-utf8" else 0)


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_check_of_no_file_is_one_line(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    with pytest.raises(SystemExit) as ended:
        call_command("check_text", "--language", "de", str(path))
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("language", ["", "xx", "de_", "\x00", "../../etc"])
def test_check_in_an_unknown_language_is_one_line(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Glas.", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("check_text", "--language", language, str(path))
    assert ended.value.code == (0 if language == "de_" else 2)
    assert capsys.readouterr().err.count("\n") == (0 if language == "de_" else 1)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("taxonomy.toml", "["),
        ("authorised_claims.toml", 'claims = "x"'),
        ("rulebook/de.toml", "\x00"),
        ("rulebook/de.toml", "lists = 3"),
        ("rulebook/de.toml", '[[rules]]\nid = "de.x"'),
        ("rulebook/de.toml", b"\xff\xfe"),
    ],
)
@pytest.mark.django_db
def test_broken_rulebook_is_told_and_not_stored(
    tmp_path: Path, file: str, content: str | bytes
) -> None:
    for source in [*FIXTURES.glob("*.toml"), *(FIXTURES / "rulebook").glob("*.toml")]:
        target = tmp_path / source.relative_to(FIXTURES)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    path = tmp_path / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CommandError, match=path.name):
        call_command("load_rulebook", "--folder", str(tmp_path), "--activate")
    assert RulebookVersion.objects.count() == 0


@pytest.mark.django_db
def test_rulebook_of_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("load_rulebook", "--folder", str(tmp_path / "nowhere"))
    assert RulebookVersion.objects.count() == 0


@pytest.mark.parametrize(
    "words",
    [
        ("load_rulebook",),
        ("load_demo",),
        ("check_text", "--active", "--language", "de", "README.md"),
        ("import_article", "README.md", "--language", "de"),
    ],
)
def test_command_without_a_database_says_so(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    code, _, told = manage(*words)
    assert code == 2
    assert told.startswith("The database cannot be used: ")
    assert told.count("\n") == 1


def test_command_on_an_empty_database_says_what_to_do(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_empty"
        with psycopg.connect(**_server(), autocommit=True) as server:
            server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            try:
                monkeypatch.setenv("DATABASE_URL", _address(name))
                code, _, told = manage("load_rulebook")
            finally:
                server.execute(SQL("DROP DATABASE {}").format(Identifier(name)))
    assert code == 2
    assert told == ("The database cannot be used: it has no tables yet, run manage.py migrate\n")


def _server() -> dict[str, Any]:
    names = {"host", "port", "user", "password"}
    known = connection.get_connection_params()
    return {name: known[name] for name in names if known.get(name)} | {"dbname": "postgres"}


def _address(name: str) -> str:
    known = os.environ.get("DATABASE_URL") or embedded.database_url()
    return urlunsplit(urlsplit(known)._replace(path=f"/{name}"))
