"""A text that makes an authorised claim carries the notices the law wants beside it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, ArticleProduct, Product, RulebookVersion
from shop_content.workflow.draft import write_draft
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
CLAIM = "Magnesium trägt zu einer normalen Muskelfunktion bei."
NOTICES = [
    "3 Kapseln täglich mit Wasser",
    "Die angegebene empfohlene tägliche Verzehrsmenge darf nicht überschritten werden.",
    (
        "Nahrungsergänzungsmittel sind kein Ersatz für eine abwechslungsreiche und ausgewogene "
        "Ernährung und eine gesunde Lebensweise."
    ),
    "Außerhalb der Reichweite von kleinen Kindern aufbewahren.",
]
IDS = ["n-1", "n-2", "n-3", "n-4"]


@pytest.fixture
def product(alice: User, bob: User, rulebook: RulebookVersion) -> Product:
    made = make_product(by=alice, sku="MG-1", slug="komplex", body=f"<p>{CLAIM}</p>")
    make_released(made, by=alice, reviewer=bob)
    return made


@pytest.fixture
def article(alice: User, bob: User, product: Product) -> Article:
    body = f"<p>Die Dose ist aus Glas.</p><p><strong>Magnesium</strong>{CLAIM[9:]}</p>"
    made = make_article(by=alice, slug="dose", body=body)
    ArticleProduct.objects.create(article=made, product=product)
    make_released(made, by=alice, reviewer=bob)
    return made


@pytest.mark.parametrize("path", ["articles/dose", "products/komplex"])
def test_claim_brings_its_notices(article: Article, path: str) -> None:
    document = Client().get(f"/api/v1/de/{path}/").json()
    notices = [block for block in document["blocks"] if block["type"] == "notice"]
    assert [notice["text"] for notice in notices] == NOTICES
    assert document["compliance"]["notices"] == [notice["id"] for notice in notices] == IDS
    assert document["compliance"]["claims"] == ["MG-05"]
    claiming = [block for block in document["blocks"] if "claim" in block]
    assert [block["text"] for block in claiming] == [CLAIM]
    assert claiming[0]["claim"] == {"authorised_claim_id": "MG-05", "notice_ids": IDS}


def test_only_released_notices_are_shown(article: Article, product: Product, alice: User) -> None:
    draft = product.translations.get(language_code="de")
    fields = {"notices": "Noch nicht freigegeben."}
    write_draft(product, locale="de", fields=fields, by=alice, version=draft.version)
    document = Client().get("/api/v1/de/articles/dose/").json()
    assert [block["text"] for block in document["blocks"][2:]] == NOTICES
    withdraw(product.releases.get(is_live=True), by=alice, reason="Rückruf.")
    document = Client().get("/api/v1/de/articles/dose/").json()
    assert document["compliance"]["notices"] == []


def test_text_without_a_claim_has_no_notices(alice: User, rulebook: RulebookVersion) -> None:
    make_released(make_article(by=alice, slug="dose"), by=alice)
    document = Client().get("/api/v1/de/articles/dose/").json()
    assert document["compliance"]["claims"] == document["compliance"]["notices"] == []
    assert {block["type"] for block in document["blocks"]} == {"paragraph"}
