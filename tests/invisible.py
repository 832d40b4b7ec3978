"""A shop full of what nobody may see (I10): `tests.guesses` looks for it.

`CANARY` stands in every text of every state that is not live, `HIDDEN` in their addresses and in
nothing else that is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import connection

from shop_content.models import Article, ArticleProduct, Author, Product, Release, Tag, Topic
from shop_content.workflow.draft import write_draft
from shop_content.workflow.rendering import refresh
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import (
    NEUTRAL,
    VIOLATING,
    approve,
    make_article,
    make_checked,
    make_product,
    make_ready_image,
    make_released,
)

CANARY = "kanarienvogel"
HIDDEN = "zeisig"
TEXTS = "title subtitle teaser seo_title seo_description image_alt image_caption".split()
PRODUCT_TEXTS = "food_category intake ingredients notices storage net_quantity".split()
STATES = ["draft", "unchecked", "in-review", "approved"]


@dataclass
class Shop:
    """What the guesses are about: words of what is not live, and live things beside them."""

    slugs: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    skus: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    # Releases that are not live, each followed by a number that no release has.
    ended: list[int] = field(default_factory=list)
    etags: list[str] = field(default_factory=list)
    # (address, etag of bytes that were served there once)
    served: list[tuple[str, str]] = field(default_factory=list)
    # Live in de only; the first of a pair has a draft in en.
    pairs: list[tuple[str, str]] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    # Digests of images that only texts name which are not live.
    images: list[str] = field(default_factory=list)


def secret(body: str, names: Sequence[str] = TEXTS) -> dict[str, str]:
    """Return a draft with the canary in every text."""
    return dict.fromkeys(names, f"{CANARY} {CANARY}") | {"body": f"{body}<p>{CANARY}</p>"}


def make_shop(*, writer: User, reviewer: User) -> Shop:
    """Return a shop with live texts, and one of each kind that is not live."""
    shop = Shop()
    live = make_product(by=writer, sku="MG-LIVE", slug="offenes-produkt", title="Offenes Produkt")
    make_released(live, by=writer, reviewer=reviewer)
    for number in range(3):
        article = make_article(by=writer, slug=f"offen-{number}", title=f"Offen {number}")
        ArticleProduct.objects.create(article=article, product=live)
        make_released(article, by=writer)
        english = {"title": f"Open {number}", "slug": f"open-{number}", "body": NEUTRAL}
        write_draft(article, locale="en", fields=english, by=writer, version=None)
        make_released(article, by=writer, locale="en")
    shop.live = ["offen-0", "offen-1", "open-1", "offenes-produkt", "MG-LIVE"]
    for kind in (_articles, _products, _ended, _other_locale):
        kind(shop, writer, reviewer)
    _comments()
    while refresh():
        pass
    return shop


def _articles(shop: Shop, writer: User, reviewer: User) -> None:
    topic = Topic.objects.create(slug=f"{HIDDEN}-thema")
    tag = Tag.objects.create(slug=f"{HIDDEN}-stichwort")
    author = Author.objects.create(name=CANARY)
    for label in (topic, tag):
        label.create_translation("de", name=CANARY)
    shop.labels += [topic.slug, tag.slug]
    for state in STATES:
        body = NEUTRAL if state in ("draft", "unchecked") else VIOLATING
        article = make_article(by=writer, slug=f"{HIDDEN}-{state}", **secret(body))
        article.topic, article.author = topic, author
        article.image = make_ready_image(by=writer, alt=CANARY, caption=CANARY)
        shop.images.append(article.image.digest)
        article.save()
        article.tags.add(tag)
        article.citations.create(key="a", title=CANARY, publisher=CANARY)
        _bring(article, state, writer, reviewer)
        _note(shop, article, f"{HIDDEN}-{state}")


def _products(shop: Shop, writer: User, reviewer: User) -> None:
    for state in STATES:
        sku = f"KV-{state.upper()}"
        texts = secret(NEUTRAL, [*TEXTS, *PRODUCT_TEXTS])
        product = make_product(by=writer, sku=sku, slug=f"{HIDDEN}-produkt-{state}", **texts)
        _bring(product, state, writer, reviewer)
        _note(shop, product, f"{HIDDEN}-produkt-{state}")
        shop.skus.append(sku)


def _bring(subject: Article | Product, state: str, writer: User, reviewer: User) -> None:
    if state == "unchecked":
        submit(subject, locale="de", by=writer)
    elif state != "draft":
        run = make_checked(subject, by=writer)
        if state == "approved":
            approve(run.revision, by=reviewer)


def _note(shop: Shop, subject: Article | Product, slug: str) -> None:
    shop.slugs.append(slug)
    shop.ids.append(str(subject.uuid))
    shop.numbers.append(subject.pk)


def _ended(shop: Shop, writer: User, reviewer: User) -> None:
    """Released with the canary: one withdrawn, one superseded and edited since, a product too."""
    for state in ("withdrawn", "superseded"):
        article = make_article(by=writer, slug=f"einst-{state}", **secret(NEUTRAL))
        product = make_product(by=writer, sku=f"KV-{state.upper()}", slug=f"einst-p-{state}")
        for subject, address in ((article, "articles/einst-"), (product, "products/einst-p-")):
            first = make_released(subject, by=writer, reviewer=reviewer)
            _burn(shop, first)
            while refresh():
                pass
            etag = first.renderings.latest("pk").etag
            shop.etags.append(etag)
            shop.served.append((f"/api/v1/de/{address}{state}/", etag))
            if state == "withdrawn":
                withdraw(first, by=writer, reason=CANARY)
                shop.ids.append(str(subject.uuid))
            else:
                _supersede(subject, writer, reviewer)
        if state == "withdrawn":
            shop.skus.append(product.sku)


def _burn(shop: Shop, release: Release) -> None:
    shop.ended.append(release.pk)
    with connection.cursor() as asking:
        asking.execute("SELECT nextval('shop_content_release_id_seq')")


def _supersede(subject: Article | Product, writer: User, reviewer: User) -> None:
    """Release it once more without the canary, then write the canary into the draft again."""
    plain = dict.fromkeys(TEXTS, "Ohne Vogel.") | {"body": NEUTRAL}
    for texts in (plain, secret(NEUTRAL)):
        version = subject.translations.get(language_code="de").version
        write_draft(subject, locale="de", fields=texts, by=writer, version=version)
        if texts is plain:
            make_released(subject, by=writer, reviewer=reviewer)
        else:
            submit(subject, locale="de", by=writer)


def _other_locale(shop: Shop, writer: User, reviewer: User) -> None:
    for number, state in enumerate(STATES):
        names = f"deutsch-{number}", f"allein-{number}"
        for name in names:
            article = make_article(by=writer, slug=name, title="Nur deutsch")
            make_released(article, by=writer)
            if name == names[0]:
                slug = f"{HIDDEN}-english-{number}"
                texts = secret(NEUTRAL) | {"slug": slug}
                write_draft(article, locale="en", fields=texts, by=writer, version=None)
                if state != "draft":
                    submit(article, locale="en", by=writer)
                shop.slugs.append(slug)
        shop.pairs.append(names)


def _comments() -> None:
    """Write comments that wait or were refused under a live article."""
    live = Release.objects.live().get(slug="offen-0", locale="de")
    assert live.article is not None
    for state in ("waiting", "refused"):
        live.article.comments.create(locale="de", name=CANARY, text=CANARY, state=state)
