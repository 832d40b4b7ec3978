"""manage.py import_article and load_demo: what comes in, what is told, what is refused."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from shop_content.models import Article, CheckRun, Release, RulebookVersion
from tests.factories import make_product

pytestmark = pytest.mark.django_db
TEXT = """Brot backen

Brot backen
Inhaltsverzeichnis

Wer früh anfängt, hat am Abend ein Brot.

Was man braucht

Man braucht wenig:

  • Mehl
  • Wasser

ZUM MAGNESIUMKOMPLEX GLAS

Weiterlesen

Hinterlasse einen Kommentar
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "brot.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def test_article_comes_in_with_a_report(
    file: Path, alice: User, rulebook: RulebookVersion
) -> None:
    make_product(by=alice, sku="MG-1", title="Magnesiumkomplex Glas")
    words = ("--language", "de", "--product", "MG-1", "--by", "alice", "--submit")
    report = run("import_article", str(file), *words)
    article = Article.objects.get()
    draft = article.translations.get()
    assert (draft.title, draft.slug) == ("Brot backen", "brot-backen")
    assert '<a href="product:MG-1">' in draft.body
    assert [link.product.sku for link in article.product_links.all()] == ["MG-1"]
    assert CheckRun.objects.get().state == "queued"
    assert "LEFT OUT (table_of_contents)" in report
    assert "1 product_cta" in report


def test_second_import_is_refused_and_changes_nothing(
    file: Path, alice: User, rulebook: RulebookVersion
) -> None:
    words = ("--language", "de", "--by", "alice")
    run("import_article", str(file), *words)
    with pytest.raises(CommandError, match="brot-backen"):
        run("import_article", str(file), *words)
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--language", "xx", "--by", "alice"), "unknown locale"),
        (("--language", "de", "--by", "niemand"), "niemand"),
        (("--language", "de", "--by", "alice", "--product", "NIX"), "NIX"),
    ],
)
def test_bad_option_is_told(file: Path, alice: User, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        run("import_article", str(file), *words)
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", b"\xff\xfe"), ("a.pdf", b"x"), ("a.txt", b""), ("a.txt", b"A\n\nb\xe2\x80\xae")],
)
def test_unusable_file_is_told(tmp_path: Path, alice: User, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=str(path)):
        run("import_article", str(path), "--language", "de", "--by", "alice")
    assert Article.objects.count() == 0


def test_demo_loads_once(db: None) -> None:
    first = run("load_demo")
    assert "shop-content-reviewer" in first
    counts = Article.objects.count(), Release.objects.count(), CheckRun.objects.count()
    run("load_demo")
    assert counts == (Article.objects.count(), Release.objects.count(), CheckRun.objects.count())
    assert Article.objects.count() == 3
    waiting = CheckRun.objects.filter(verdict="blocked")
    assert {run.revision.locale for run in waiting} == {"de", "en"}
    german = waiting.get(revision__locale="de")
    assert len(set(german.findings.values_list("category", flat=True))) >= 10
    assert Release.objects.live().count() == 6
