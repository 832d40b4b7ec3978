"""Renderings: stored at release, never served once they would lie, rendered again unasked."""

import itertools
import json
import random
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from shop_content.models import (
    Article,
    ArticleProduct,
    ArticleRelation,
    Event,
    Generation,
    Product,
    Release,
    Rendering,
    RulebookVersion,
    Tag,
    Topic,
)
from shop_content.queries import serving
from shop_content.queries.audit import shown
from shop_content.queries.serving import PageAsked
from shop_content.workflow.draft import write_draft
from shop_content.workflow.rendering import behind, refresh, render_page
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
DOSE = PageAsked("article", "de", "dose")


@pytest.fixture
def product(alice: User, bob: User, rulebook: RulebookVersion) -> Product:
    made = make_product(by=alice, sku="MG-1", slug="komplex", title="Komplex")
    make_released(made, by=alice, reviewer=bob)
    return made


@pytest.fixture
def article(alice: User, bob: User, product: Product) -> Article:
    body = '<p>Aus Glas.</p><p><a href="product:MG-1">Zum Produkt</a></p>'
    made = make_article(by=alice, slug="dose", body=body)
    ArticleProduct.objects.create(article=made, product=product)
    make_released(made, by=alice, reviewer=bob)
    return made


def edit(subject: Any, *, by: User, locale: str = "de", **fields: str) -> None:
    draft = subject.translations.filter(language_code=locale).first()
    version = draft.version if draft else None
    write_draft(subject, locale=locale, fields=fields, by=by, version=version)


def card() -> Any:
    found = serving.find_rendering(DOSE)
    return found and json.loads(found.body)["linked_products"][0]["product"]


def test_release_writes_its_page_once(article: Article) -> None:
    kept = Rendering.objects.get(address="dose")
    live = Release.objects.live().get(article=article)
    of_product = Release.objects.live().get(product__isnull=False)
    assert (kept.release, kept.releases) == (live, [of_product.pk, live.pk])
    found = serving.find_rendering(DOSE)
    assert found is not None
    assert found.body == bytes(kept.body)
    assert card()["name"] == "Komplex"


def test_released_product_reaches_the_articles_unasked(
    article: Article, product: Product, alice: User, bob: User
) -> None:
    edit(product, by=alice, title="Neuer Komplex")
    make_released(product, by=alice, reviewer=bob)
    assert card() is None  # nothing stale is served, whoever comes first
    assert behind() == Generation.objects.get().seq
    while refresh():
        pass
    assert behind() == 0
    assert card()["name"] == "Neuer Komplex"


def test_withdrawn_card_is_gone_before_anything_is_rendered(
    article: Article, product: Product, alice: User
) -> None:
    assert card()["name"] == "Komplex"
    withdraw(product.releases.get(is_live=True), by=alice, reason="Rückruf.")
    assert serving.find_rendering(DOSE) is None
    document = Client().get("/api/v1/de/articles/dose/").json()
    assert document["linked_products"][0]["product"] is None
    assert card() is None


def test_without_the_join_on_live_releases_a_withdrawn_card_would_stay(
    article: Article, product: Product, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    withdraw(product.releases.get(is_live=True), by=alice, reason="Rückruf.")
    monkeypatch.setattr(serving, "FRESH", "true")
    assert card()["name"] == "Komplex"


def test_without_the_tokens_a_new_card_would_be_missing(
    alice: User, bob: User, rulebook: RulebookVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of what comes with a release nobody had embedded yet."""
    product = make_product(by=alice, sku="MG-1", slug="komplex", title="Komplex")
    article = make_article(by=alice, slug="dose")
    ArticleProduct.objects.create(article=article, product=product)
    make_released(article, by=alice)
    make_released(product, by=alice, reviewer=bob)
    assert serving.find_rendering(DOSE) is None
    joined = serving.FRESH.replace("t.seq > r.generation", "false")
    monkeypatch.setattr(serving, "FRESH", joined)
    assert card() is None
    assert serving.find_rendering(DOSE) is not None


def test_refresh_leaves_a_locked_batch_to_who_has_it(article: Article, alice: User) -> None:
    make_released(make_article(by=alice, slug="andere"), by=alice)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('shop_content_refresh'))")
            assert refresh() == 0
            assert behind() > 0
    finally:
        other.close()


def test_refresh_prepares_the_fallbacks_too(article: Article, alice: User) -> None:
    while refresh():
        pass
    fallen = serving.find_rendering(PageAsked("article", "en", "dose", fallback=True))
    assert fallen is not None
    assert fallen.language == "de"
    assert serving.find_rendering(PageAsked("article", "en", "dose")) is None
    edit(article, by=alice, locale="en", title="The tin", slug="tin", body="<p>Of glass.</p>")
    make_released(article, by=alice, locale="en")
    assert serving.find_rendering(PageAsked("article", "en", "dose", fallback=True)) is None


class Shop:
    """Three articles and two products in two locales, changed at random."""

    def __init__(self, seed: int, *, alice: User, bob: User) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.alice, self.bob = alice, bob
        self.products = [make_product(by=alice, sku=f"MG-{n}", slug=f"p{n}") for n in range(2)]
        self.articles = [make_article(by=alice, slug=f"a{n}") for n in range(3)]
        self.topics = [Topic.objects.create(slug=f"t{n}") for n in range(2)]
        self.tag = Tag.objects.create(slug="glas")
        self.slugs = itertools.count()

    def change(self) -> str:
        """Do one thing that may change what is served; return what was done."""
        subject = self.chance.choice([*self.products, *self.articles, *self.articles])
        locale = self.chance.choice(["de", "de", "en"])
        live = subject.releases.filter(is_live=True, locale=locale).first()
        if live and self.chance.random() < 0.35:
            withdraw(live, by=self.alice, reason="Rückruf.")
            return f"withdrew {live}"
        if isinstance(subject, Article):
            self._relate(subject)
        fields = {"title": f"Titel {next(self.slugs)}", "slug": self._slug(subject, locale)}
        fields["body"] = '<p>Aus Glas. <a href="product:MG-1">Zum Produkt</a></p>'
        if isinstance(subject, Product):
            same = subject.translations.get(language_code="de")
            names = ("food_category", "intake", "ingredients", "notices", "net_quantity")
            fields |= {name: getattr(same, name) for name in names} | {"body": "<p>Glas.</p>"}
        edit(subject, by=self.alice, locale=locale, **fields)
        return (
            f"released {make_released(subject, by=self.alice, reviewer=self.bob, locale=locale)}"
        )

    def _slug(self, subject: Any, locale: str) -> str:
        draft = subject.translations.filter(language_code=locale).first()
        if draft and self.chance.random() < 0.7:
            return str(draft.slug)
        return f"s{next(self.slugs)}"

    def _relate(self, article: Article) -> None:
        article.topic = self.chance.choice([*self.topics, None])
        article.save()
        article.tags.set([self.tag] if self.chance.random() < 0.5 else [])
        article.product_links.all().delete()
        for product in self.chance.sample(self.products, self.chance.randrange(3)):
            ArticleProduct.objects.create(article=article, product=product)
        article.relations.all().delete()
        other = self.chance.choice([one for one in self.articles if one != article])
        ArticleRelation.objects.create(article=article, other=other)

    def addresses(self) -> list[PageAsked]:
        """Return everything a reader may ask for."""
        slugs = {
            (kind, slug)
            for kind in ("article", "product")
            for slug in Release.objects.filter(**{f"{kind}__isnull": False}).values_list(
                "slug", flat=True
            )
        } | {("product", f"MG-{n}") for n in range(2)}
        return [
            PageAsked(kind, locale, slug, fallback=fallback)
            for kind, slug in sorted(slugs)
            for locale in ("de", "en")
            for fallback in (False, True)
        ]


def test_purging_the_tags_of_an_event_reaches_every_answer_with_the_words(
    article: Article, product: Product, alice: User, bob: User
) -> None:
    other = make_article(by=alice, slug="andere")
    ArticleProduct.objects.create(article=other, product=product)
    make_released(other, by=alice, reviewer=bob)
    api = Client()
    paths = [f"/api/v1/de/articles/{end}" for end in ("", "dose/", "andere/")]
    paths += [f"/api/v1/de/products/{end}" for end in ("", "komplex/")]
    paths += ["/api/v1/en/articles/dose/?fallback=chain"]
    for subject in (article, product):
        before = {path: api.get(path) for path in paths}
        withdraw(subject.releases.get(is_live=True), by=alice, reason="Rückruf.")
        purged = set(Event.objects.order_by("number").last().data["purge"])
        for path, old in before.items():
            if old.status_code == 200 and api.get(path).content != old.content:
                assert purged & set(old["Cache-Tag"].split(",")), (path, purged)


def test_bytes_of_any_moment_can_be_shown(
    article: Article, product: Product, alice: User, bob: User
) -> None:
    moments = [timezone.now()]
    served = [serving.find_rendering(DOSE)]
    edit(product, by=alice, title="Neuer Komplex")
    make_released(product, by=alice, reviewer=bob)
    render_page(DOSE)
    moments.append(timezone.now())
    served.append(serving.find_rendering(DOSE))
    withdraw(article.releases.get(is_live=True), by=alice, reason="Rückruf.")
    for moment, then in zip(moments, served, strict=True):
        found = shown("article", "de", "dose", moment)
        assert then is not None
        assert found is not None
        assert bytes(found.body) == then.body
    assert shown("article", "de", "dose", timezone.now()) is None
    assert shown("article", "de", "nie", timezone.now()) is None
    out = StringIO()
    call_command("shown", "/api/v1/de/articles/dose/", moments[0].isoformat(), stdout=out)
    said = out.getvalue()
    assert served[0] is not None
    for part in (f'ETag "{served[0].etag}"', "article dose [de]", "product komplex [de]", "bob"):
        assert part in said, said


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_served_is_what_would_be_rendered_now(
    alice: User, bob: User, rulebook: RulebookVersion, seed: int
) -> None:
    shop = Shop(seed, alice=alice, bob=bob)
    done, kept = [], 0
    for _step in range(12):
        done.append(shop.change())
        for asked in shop.addresses():
            served = serving.find_rendering(asked)
            now = render_page(asked)
            if served is None:
                continue
            kept += 1
            assert isinstance(now, Rendering), (done, asked)
            assert served.body == now.body, (done, asked)
    assert kept > 20
