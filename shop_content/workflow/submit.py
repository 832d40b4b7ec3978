"""Submit: freeze the draft of one locale as a revision and queue its check, in one transaction.

Content of a revision (all texts as the public may get them):
    kind, locale, title, subtitle (when there is one), slug, teaser, body (sanitised HTML),
    seo_title, seo_description,
    image {digest, width, height, focal, dominant_colour, alt, caption} | null,
    images {NAME: the same}      those the body shows, with the words of this locale at submission
    headings [{text, level, anchor, aliases}]            anchors live on when a heading is reworded
    products [{sku, role, position, elemental_magnesium_mg, notices}]   facts at submission
  article: author {id, name, role}, topic {id, slug, name} | null, tags [{id, slug, name}],
    related [uuid], citations [{key, title, publisher, year, url}]
  product: sku, composition {salts, elemental_magnesium_mg, units_per_day, portions_per_pack},
    facts {food_category, intake, ingredients, notices, storage, net_quantity, operator}
"""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from shop_content import claims, content
from shop_content.models import (
    Article,
    ArticleTranslation,
    Image,
    Product,
    ProductTranslation,
    Revision,
    RulebookVersion,
)
from shop_content.models.revision import canonical, digest
from shop_content.models.states import Lane, Severity
from shop_content.models.subject import subject_fields
from shop_content.workflow.check import checker_of
from shop_content.workflow.describe import described, editors_of
from shop_content.workflow.enqueue import enqueue
from shop_content.workflow.errors import Invalid, NoRulebook, NotAllowed
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.render import anchors_of

Translation = ArticleTranslation | ProductTranslation


def submit(subject: Article | Product, *, locale: str, by: User) -> Revision:
    """Return the revision of the draft; an unchanged draft gives the newest revision again.

    Raises Invalid when the draft is missing or unfit, NoRulebook when nothing could check it,
    NotAllowed when the person may not change the text.
    """
    if not by.has_perm(f"shop_content.change_{subject._meta.model_name}"):
        raise NotAllowed(_("You may not submit this text."))
    with transaction.atomic():
        subject = type(subject).objects.select_for_update().get(pk=subject.pk)
        rulebook = RulebookVersion.active()
        if rulebook is None:
            raise NoRulebook(_("No rulebook version is active: nothing could check this text."))
        draft = subject.translations.filter(language_code=locale).first()
        if draft is None or locale not in settings.CONTENT_LOCALES:
            raise Invalid(_("There is no text in the locale “%(locale)s”.") % {"locale": locale})
        newest = Revision.objects.newest(subject, locale)
        data = content_of(subject, draft, _lent(subject, locale, rulebook))
        text = canonical(data)
        if newest and newest.content == text:
            enqueue(newest, rulebook=rulebook, lane=Lane.INTERACTIVE)
            return newest
        revision = Revision.objects.create(
            **subject_fields(subject),
            locale=locale,
            number=newest.number + 1 if newest else 1,
            content=text,
            content_hash=digest(text),
            submitted_by=by,
            authors=sorted({*draft.editors, *editors_of(data, locale), by.pk}),
        )
        run = enqueue(revision, rulebook=rulebook, lane=Lane.INTERACTIVE)
        record(
            "submitted",
            thing=thing_of(subject, locale),
            by=by,
            revision=revision.number,
            content_hash=revision.content_hash,
            check_run=run.pk,
        )
        return revision


def content_of(
    subject: Article | Product,
    draft: Translation,
    anchors: tuple[content.HeadingAnchor, ...] = (),
) -> dict[str, Any]:
    """Return the content a revision of this draft would have.

    `anchors`: the headings readers may have links to; a reworded one keeps its anchor as an alias.
    """
    try:
        body = content.sanitise(draft.body).html
        for name in (
            "title",
            "subtitle",
            "slug",
            "teaser",
            "seo_title",
            "seo_description",
            "image_alt",
        ):
            content.refuse_hidden(getattr(draft, name), references=False)
        content.refuse_hidden(draft.image_caption, references=False)
    except content.ContentError as error:
        raise Invalid(str(error), field="body") from error
    if not draft.title.strip() or not content.is_valid_slug(draft.slug):
        raise Invalid(_("A text needs a title and a slug before it can be submitted."))
    shared = {
        "locale": draft.language_code,
        "title": draft.title.strip(),
        "slug": draft.slug,
        "teaser": draft.teaser.strip(),
        "body": body,
        "seo_title": draft.seo_title.strip(),
        "seo_description": draft.seo_description.strip(),
        "image": _hero(subject, draft),
        "images": _images(body, draft.language_code),
        "headings": _headings(body, anchors),
    }
    if subtitle := draft.subtitle.strip():  # texts without one keep the hash they always had
        shared["subtitle"] = subtitle
    if isinstance(subject, Article):
        return shared | _article(subject, draft.language_code)
    assert isinstance(draft, ProductTranslation)  # noqa: S101 -- the translation of a product
    return shared | _product(subject, draft)


def _lent(
    subject: Article | Product, locale: str, rulebook: RulebookVersion
) -> tuple[content.HeadingAnchor, ...]:
    """Return the headings whose sections the public may have links to.

    Anchors of anything else must not live on: they are made of words that were never released, or
    that the rulebook would not let through today.
    """
    of_text = Revision.objects.filter(**subject_fields(subject), locale=locale)
    live = of_text.filter(releases__is_live=True).first()
    if live is None:
        return ()
    headings = anchors_of(live.data)
    words = {word for heading in headings for word in (heading.anchor, *heading.aliases)}
    parts = [claims.Part(word, "slug", "text", word) for word in sorted(words)]
    found = checker_of(rulebook.pk).check(parts, language=locale).findings
    refused = {finding.field for finding in found if finding.severity != Severity.INFO}
    return tuple(
        replace(heading, aliases=tuple(a for a in heading.aliases if a not in refused))
        for heading in headings
        if heading.anchor not in refused
    )


def _hero(subject: Article | Product, draft: Translation) -> dict[str, Any] | None:
    """Return the image of a text; what the draft says of it comes before the image's own words."""
    if subject.image is None:
        return None
    image = described(subject.image, draft.language_code)
    own = {"alt": draft.image_alt.strip(), "caption": draft.image_caption.strip()}
    return image | {name: words for name, words in own.items() if words}


def _images(body: str, locale: str) -> dict[str, dict[str, Any]]:
    blocks = content.as_dict(content.parse_blocks(body))["blocks"]
    names = sorted({block["name"] for block in blocks if block["type"] == "image"})
    found = {image.name: image for image in Image.objects.filter(name__in=names)}
    for name in names:
        if name not in found:
            message = _("There is no image “%(name)s”.") % {"name": name}
            raise Invalid(message, field="body")
    return {name: described(found[name], locale) for name in names}


def _headings(body: str, previous: tuple[content.HeadingAnchor, ...]) -> list[dict[str, Any]]:
    blocks = content.as_dict(content.parse_blocks(body, anchors=previous))["blocks"]
    return [
        {
            "level": block["level"],
            "text": block["text"],
            "anchor": block["anchor"],
            "aliases": list(block["anchor_aliases"]),
        }
        for block in blocks
        if block["type"] == "heading"
    ]


def _article(article: Article, locale: str) -> dict[str, Any]:
    topic = article.topic
    links = article.product_links.select_related("product").order_by("position", "pk")
    return {
        "kind": "article",
        "author": {
            "id": article.author_id,
            "name": article.author.name,
            "role": _named(article.author, "role", locale),
        },
        "topic": topic
        and {"id": topic.pk, "slug": topic.slug, "name": _named(topic, "name", locale)},
        "tags": [
            {"id": tag.pk, "slug": tag.slug, "name": _named(tag, "name", locale)}
            for tag in article.tags.order_by("slug")
        ],
        "products": [
            {"role": link.role, "position": link.position, **_product_facts(link.product, locale)}
            for link in links
        ],
        "related": [
            str(relation.other.uuid)
            for relation in article.relations.select_related("other").order_by("position", "pk")
        ],
        "citations": [
            {
                "key": citation.key,
                "title": citation.title,
                "publisher": citation.publisher,
                "year": citation.year,
                "url": citation.url,
            }
            for citation in article.citations.order_by("key")
        ],
    }


def _product(product: Product, draft: ProductTranslation) -> dict[str, Any]:
    total = product.elemental_magnesium_mg
    if total is None:
        raise Invalid(_("The product has no composition yet."))
    return {
        "kind": "product",
        "sku": product.sku,
        "products": [
            {"role": "subject", "position": 1} | _product_facts(product, draft.language_code)
        ],
        "composition": {
            "salts": [
                {
                    "kind": salt.kind,
                    "salt_mg": str(salt.salt_mg),
                    "elemental_mg": str(salt.elemental_mg),
                }
                for salt in product.salts.order_by("position", "pk")
            ],
            "elemental_magnesium_mg": str(total),
            "units_per_day": product.units_per_day,
            "portions_per_pack": product.portions_per_pack,
        },
        "facts": draft.content() | {"operator": product.operator},
    }


def _product_facts(product: Product, locale: str) -> dict[str, Any]:
    copy = product.translations.filter(language_code=locale).first()
    total = product.elemental_magnesium_mg
    return {
        "sku": product.sku,
        "elemental_magnesium_mg": None if total is None else str(total),
        "notices": copy.content()["notices"] if copy else [],
    }


def _named(label: Any, field: str, locale: str) -> str:
    """Return a label's text in this locale only: texts of two locales are never mixed."""
    return str(label.safe_translation_getter(field, language_code=locale) or "")
