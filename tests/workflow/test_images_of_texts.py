"""A text and its images: what is said of one is checked, frozen, released once it has files."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from shop_content.models import Article, Image, RulebookVersion
from shop_content.models.states import Why
from shop_content.queries.drafts import parts_of
from shop_content.queries.images import named_in, shown
from shop_content.workflow.carry_out import carry_out
from shop_content.workflow.encode import encode
from shop_content.workflow.errors import ImagesNotReady, Invalid, NotAllowed
from shop_content.workflow.release import release
from shop_content.workflow.rendering import render_release
from shop_content.workflow.review import decide
from shop_content.workflow.schedule import schedule_release
from shop_content.workflow.submit import submit
from tests.factories import (
    NEUTRAL,
    make_article,
    make_checked,
    make_due,
    make_image,
    make_product,
    make_ready_image,
    make_released,
)

pytestmark = pytest.mark.django_db


def with_hero(image: Image, *, by: User, body: str = NEUTRAL, **fields: str) -> Article:
    article = make_article(by=by, body=body, **fields)
    article.image = image
    article.save()
    return article


def with_block(image: Image, *, by: User) -> Article:
    return make_article(by=by, body=f'{NEUTRAL}<p><a href="image:{image.name}">Die Dose</a></p>')


def reword(image: Image, **words: str) -> None:
    image.translations.filter(language_code="de").update(**words)


@pytest.mark.parametrize("use", [with_hero, with_block])
@pytest.mark.parametrize("field", ["alt", "caption"])
def test_a_claim_in_the_words_of_an_image_is_found(
    rulebook: RulebookVersion, alice: User, use: Any, field: str
) -> None:
    image = make_ready_image(by=alice, **{field: "Magnesium lindert Kopfschmerzen."})
    run = make_checked(use(image, by=alice), by=alice)
    where = {found.field for found in run.findings.filter(severity="block")}
    assert where == {f"image.{field}" if use is with_hero else f"images.{image.name}.{field}"}
    assert run.verdict == "blocked"


def test_a_text_may_say_something_else_of_its_hero(rulebook: RulebookVersion, alice: User) -> None:
    image = make_image(by=alice, alt="Eine Dose", caption="Unser Glas")
    article = with_hero(image, by=alice, image_alt="Die neue Dose")
    data = submit(article, locale="de", by=alice).data
    assert (data["image"]["alt"], data["image"]["caption"]) == ("Die neue Dose", "Unser Glas")
    parts = {part.field: part.text for part in parts_of(data)}
    assert parts["image.alt"] == "Die neue Dose"


def test_words_of_another_locale_are_never_taken(rulebook: RulebookVersion, alice: User) -> None:
    image = make_image(by=alice, locale="en", alt="A jar")
    assert submit(with_hero(image, by=alice), locale="de", by=alice).data["image"]["alt"] == ""


def test_new_words_make_a_new_revision_and_leave_released_bytes_alone(
    rulebook: RulebookVersion, alice: User
) -> None:
    image = make_ready_image(by=alice)
    article = with_block(image, by=alice)
    live = make_released(article, by=alice)
    before = bytes(live.renderings.get().body)
    reword(image, alt="Magnesium heilt Migräne.")
    Image.objects.update(focal_x=0)
    live.refresh_from_db()
    assert bytes(render_release(live).body) == before
    revision = submit(article, locale="de", by=alice)
    assert revision.number == 2
    assert make_checked(article, by=alice).verdict == "blocked"
    assert live.is_live


def test_an_image_nobody_knows_is_refused_with_its_name(
    rulebook: RulebookVersion, alice: User
) -> None:
    article = make_article(by=alice, body='<p><a href="image:nirgends">x</a></p>')
    with pytest.raises(Invalid, match="nirgends") as caught:
        submit(article, locale="de", by=alice)
    assert caught.value.field == "body"


def test_words_nobody_would_see_are_refused(rulebook: RulebookVersion, alice: User) -> None:
    image = make_image(by=alice, alt="Dose\u202e")
    with pytest.raises(Invalid, match=image.name):
        submit(with_hero(image, by=alice), locale="de", by=alice)


@pytest.mark.parametrize("use", [with_hero, with_block])
def test_a_text_waits_for_the_files_of_its_images(
    rulebook: RulebookVersion, alice: User, use: Any
) -> None:
    image = make_image(by=alice)
    run = make_checked(use(image, by=alice), by=alice)
    with pytest.raises(ImagesNotReady, match=image.name):
        release(run.revision, by=alice)
    encode(image.pk)
    document = release(run.revision, by=alice).data
    named = document["hero_image"] or document["blocks"][-1]["image"]
    assert (named["image_digest"], len(named["files"])) == (image.digest, 6)


def test_one_missing_file_is_enough(rulebook: RulebookVersion, alice: User) -> None:
    image = make_image(by=alice)
    last = image.renditions.order_by("pk").last()
    assert last is not None
    image.renditions.filter(pk=last.pk).update(attempts=99)
    encode(image.pk)
    run = make_checked(with_hero(image, by=alice), by=alice)
    with pytest.raises(ImagesNotReady):
        release(run.revision, by=alice)


def test_a_planned_release_waits_for_no_image(rulebook: RulebookVersion, alice: User) -> None:
    run = make_checked(with_hero(make_image(by=alice), by=alice), by=alice)
    with pytest.raises(ImagesNotReady):
        schedule_release(run.revision, at=run.queued_at, by=alice)
    plan = make_due(run.revision.subject, by=alice, revision=run.revision)
    assert carry_out() == 1
    plan.refresh_from_db()
    assert (plan.outcome, plan.why) == ("missed", Why.IMAGES_NOT_READY)


def test_who_worded_an_image_does_not_approve_a_text_that_shows_it(
    rulebook: RulebookVersion, alice: User, bob: User
) -> None:
    image = make_ready_image(by=alice, alt="Magnesium lindert Kopfschmerzen.")
    image.translations.update(editors=[bob.pk])
    run = make_checked(with_hero(image, by=alice), by=alice)
    assert run.revision.authors == sorted([alice.pk, bob.pk])
    with pytest.raises(NotAllowed):
        decide(
            run.revision,
            by=bob,
            outcome="approved",
            reason="So.",
            content_hash=run.content_hash,
            rulebook=run.rulebook.digest,
        )


def test_an_image_of_before_there_were_files_is_shown_to_nobody(
    rulebook: RulebookVersion, alice: User
) -> None:
    old = {"url": "/media/articles/x.png", "width": 9, "height": 9, "alt": "", "caption": ""}
    assert shown(old) is None
    assert named_in({"image": {"file": "articles/x.png"}}) == []


def test_a_released_product_lends_its_image_to_cards(
    rulebook: RulebookVersion, alice: User, bob: User
) -> None:
    image = make_ready_image(by=alice)
    product = make_product(by=alice, sku="MG-1")
    product.image = image
    product.save()
    make_released(product, by=alice, reviewer=bob)
    body = f'{NEUTRAL}<p><a href="product:MG-1">Zum Produkt</a></p>'
    live = make_released(make_article(by=alice, body=body), by=alice)
    document = live.renderings.get().body
    assert bytes(document).count(f"/media/images/{image.digest}/320.avif".encode()) == 1
