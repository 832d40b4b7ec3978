"""Reading released documents costs the same number of queries however many there are."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import ArticleProduct, Product, RulebookVersion
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
    ("path", "queries"),
    [
        ("/api/v1/de/articles/", 3),
        ("/api/v1/de/products/", 3),
        ("/api/v1/de/articles/text-0/", 5),
        ("/api/v1/de/products/MG-0/", 9),
        ("/api/v1/en/articles/text-0/?fallback=chain", 8),
        ("/api/v1/locales/", 2),
    ],
)
def test_answer_needs_the_same_queries_for_any_number(
    product: Product, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(queries):
        assert Client().get(path).status_code == 200
