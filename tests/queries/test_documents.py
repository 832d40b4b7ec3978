"""Reading what is released costs one statement, however much there is."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import ArticleProduct, Product, RulebookVersion
from shop_content.workflow.rendering import refresh
from tests.factories import make_article, make_product, make_released

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("number", [1, 3])]


@pytest.fixture
def product(alice: User, bob: User, rulebook: RulebookVersion, number: int) -> Product:
    """A product that `number` articles link, each offering `number` products."""
    products = [make_product(by=alice, sku=f"MG-{place}") for place in range(number)]
    for one in products:
        make_released(one, by=alice, reviewer=bob)
    for place in range(number):
        article = make_article(by=alice, slug=f"text-{place}")
        for one in products:
            ArticleProduct.objects.create(article=article, product=one)
        make_released(article, by=alice, reviewer=bob)
    return products[0]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/de/articles/",
        "/api/v1/de/articles/?product=MG-0&limit=3",
        "/api/v1/de/articles/?q=dose&include=blocks,related&fields=slug",
        "/api/v1/de/articles/text-0/?fields=title",
        "/api/v1/de/products/",
        "/api/v1/de/products/?q=magnesiumkomplex&skus=MG-0",
        "/api/v1/de/articles/text-0/",
        "/api/v1/de/products/MG-0/",
        "/api/v1/en/articles/text-0/?fallback=chain",
        "/api/v1/en/products/MG-0/?fallback=chain",
        "/api/v1/locales/",
    ],
)
def test_answer_needs_one_statement(
    product: Product, path: str, django_assert_num_queries: Any
) -> None:
    while refresh():
        pass
    api = Client()
    with django_assert_num_queries(1):
        kept = api.get(path)
    assert kept.status_code == 200
    assert api.get(path).content == kept.content
