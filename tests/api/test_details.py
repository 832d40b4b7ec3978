"""What an article's document says besides its text."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, RulebookVersion
from shop_content.queries.documents import placements
from tests.factories import make_article, make_checked, make_product, make_released

pytestmark = pytest.mark.django_db


def test_subtitle_is_served_and_shown(alice: User, rulebook: RulebookVersion) -> None:
    make_released(make_article(by=alice, slug="dose", subtitle="Rund & aus Glas"), by=alice)
    make_released(make_article(by=alice, slug="ohne"), by=alice)
    api = Client()
    assert api.get("/api/v1/de/articles/dose/").json()["subtitle"] == "Rund & aus Glas"
    assert api.get("/api/v1/de/articles/ohne/").json()["subtitle"] is None
    assert (
        '<p class="subtitle">Rund &amp; aus Glas</p>' in api.get("/de/blog/dose/").content.decode()
    )


def test_subtitle_is_checked_like_a_heading(alice: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice, subtitle="Magnesium gegen Migräne"), by=alice)
    assert run.verdict == "blocked"
    assert {finding.field for finding in run.findings.all()} == {"subtitle"}


def test_text_without_a_subtitle_has_the_content_it_always_had(
    alice: User, rulebook: RulebookVersion
) -> None:
    assert "subtitle" not in make_checked(make_article(by=alice), by=alice).revision.data


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ("paragraph product_cta heading paragraph", "intro"),
        ("paragraph heading product_cta paragraph", "mid_text"),
        ("heading paragraph product_cta citation divider", "end"),
        ("product_cta", "end"),
        ("paragraph product_cta paragraph", "intro"),
        ("product_cta notice", "intro"),
    ],
)
def test_call_to_action_says_where_it_stands(types: str, expected: str) -> None:
    blocks = [{"id": str(place), "type": kind} for place, kind in enumerate(types.split())]
    assert list(placements(blocks).values()) == [expected]


def test_placement_is_served(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    make_released(make_product(by=alice, sku="MG-1", slug="komplex"), by=alice, reviewer=bob)
    button = '<p><a href="product:MG-1">Zum Produkt</a></p>'
    body = f"<p>Glas.</p>{button}<h2>Der Deckel</h2>{button}<p>Blech.</p>{button}"
    article: Article = make_article(by=alice, slug="dose", body=body)
    make_released(article, by=alice)
    blocks = Client().get("/api/v1/de/articles/dose/").json()["blocks"]
    places = [block["placement"] for block in blocks if block["type"] == "product_cta"]
    assert places == ["intro", "mid_text", "end"]
