"""The TypeScript client, made from the OpenAPI document, against the running service."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from shop_content.models import ArticleProduct, RulebookVersion
from tests.api.test_schema import BODY
from tests.factories import make_article, make_product, make_ready_image, make_released

CLIENT = Path(__file__).resolve().parent.parent / "clients" / "typescript"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is missing: no TypeScript here"),
]


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built() -> None:
    """Its types are of the document on record, which another test compares with the service."""
    assert (CLIENT / "dist" / "tour.js").exists(), "run `make client` first"


@pytest.fixture
def shop(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex", title="Komplex <b>")
    make_released(product, by=alice, reviewer=bob)
    for number in range(2):
        make_released(make_article(by=alice, slug=f"text-{number}"), by=alice)
    article = make_article(by=alice, slug="alles", title="Alles & mehr", body=BODY)
    article.image = make_ready_image(by=alice, name="die-dose")
    article.save()
    ArticleProduct.objects.create(article=article, product=product)
    make_released(article, by=alice, reviewer=bob)


def test_client_walks_through_the_service(built: None, shop: None, live_server: Any) -> None:
    seen = json.loads(run("node", "dist/tour.js", live_server.url, "de"))
    assert seen["slugs"] == ["alles", "text-1", "text-0"]
    assert seen["unchanged"] == 3
    assert seen["missing"] == "not_found"
    assert seen["comment"] == ""
    assert seen["refused"] == "invalid_comment"
    page = seen["pages"]["alles"]
    for part in (
        "<h1>Alles &#38; mehr</h1>",
        '<h2 id="eins">Eins</h2>',
        '<a href="#zwei">Zwei</a>',
        "Komplex &#60;b&#62;",
        'hreflang="x-default"',
        '<source type="image/avif" srcset="/media/images/',
        'width="400"',
        'alt="Eine Dose"',
        '"@type":"BlogPosting"',
        '<p class="notice">',
    ):
        assert part in page, part


def test_page_that_forgets_a_block_type_does_not_compile(built: None, tmp_path: Path) -> None:
    """The guard: the union of blocks narrows by `type`, so nothing can be left out unseen."""
    source = (CLIENT / "src" / "page.ts").read_text(encoding="utf-8")
    case = '    case "divider":\n      return "<hr>";\n'
    assert case in source
    for name in ("node_modules", "package.json", "tsconfig.json"):
        (tmp_path / name).symlink_to(CLIENT / name)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "page.ts").write_text(source.replace(case, ""), encoding="utf-8")
    shutil.copy(CLIENT / "src" / "schema.d.ts", tmp_path / "src")
    done = subprocess.run(
        ["node_modules/.bin/tsc", "--noEmit", "--project", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "never" in done.stdout
