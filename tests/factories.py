"""Things to test with. Each returns a stored row; nothing happens behind the caller's back."""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.utils import timezone

from shop_content import claims
from shop_content.models import (
    Article,
    Author,
    CheckRun,
    Image,
    Product,
    Release,
    Revision,
    RulebookVersion,
    Salt,
    Schedule,
)
from shop_content.models.states import Act, Outcome
from shop_content.models.subject import subject_fields
from shop_content.workflow.activate import activate, store_version
from shop_content.workflow.add_image import add_image
from shop_content.workflow.check import check
from shop_content.workflow.draft import write_draft
from shop_content.workflow.encode import encode
from shop_content.workflow.release import release
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from tests.pictures import as_bytes, drawn

_numbers = count(1)

NEUTRAL = "<p>Die Dose ist aus Glas. Wir liefern in zwei Tagen.</p>"
VIOLATING = "<p>Magnesium lindert Kopfschmerzen.</p>"


def make_user(name: str, *groups: str, **fields: Any) -> User:
    """Return a person who may enter the admin, member of the groups."""
    user = User.objects.create_user(name, password="a-long-password", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@cache
def shipped_rulebook() -> claims.Rulebook:
    """Return the rulebook of the files, read once."""
    return claims.read_rulebook(settings.FIXTURES_ROOT)


def make_rulebook() -> RulebookVersion:
    """Return the shipped rulebook as the active version."""
    version = store_version(shipped_rulebook())
    return activate(version)


def make_article(*, by: User, locale: str = "de", body: str = NEUTRAL, **fields: str) -> Article:
    """Return an article with a draft in one locale."""
    number = next(_numbers)
    author, _ = Author.objects.get_or_create(name="Mia Muster")
    article = Article.objects.create(author=author)
    draft = {
        "title": f"Unsere Dose {number}",
        "slug": f"unsere-dose-{number}",
        "teaser": "Woraus die Dose besteht.",
        "body": body,
    }
    write_draft(article, locale=locale, fields=draft | fields, by=by, version=None)
    return article


def make_product(*, by: User, sku: str = "", locale: str = "de", **fields: str) -> Product:
    """Return a product with 300 mg of elemental magnesium a day and copy in one locale."""
    number = next(_numbers)
    product = Product.objects.create(
        sku=sku or f"MG-{number}", units_per_day=3, portions_per_pack=30, operator="Muster GmbH"
    )
    Salt.objects.create(
        product=product, kind="malate", salt_mg=Decimal(2000), elemental_mg=Decimal(300)
    )
    draft = {
        "title": f"Magnesiumkomplex {number}",
        "slug": f"magnesiumkomplex-{number}",
        "food_category": "Nahrungsergänzungsmittel",
        "intake": "3 Kapseln täglich mit Wasser",
        "ingredients": "Magnesiummalat, Kapselhülle (Hydroxypropylmethylcellulose)",
        "notices": "Die angegebene empfohlene tägliche Verzehrsmenge darf nicht überschritten "
        "werden.\nNahrungsergänzungsmittel sind kein Ersatz für eine abwechslungsreiche und "
        "ausgewogene Ernährung und eine gesunde Lebensweise.\nAußerhalb der Reichweite von "
        "kleinen Kindern aufbewahren.",
        "net_quantity": "90 g",
    }
    write_draft(product, locale=locale, fields=draft | fields, by=by, version=None)
    return product


def make_image(*, by: User, data: bytes = b"", locale: str = "de", **words: str) -> Image:
    """Return an image of 400 x 300 or more pixels with words in one locale, no file made."""
    number = next(_numbers)
    image = Image(name=words.get("name", f"dose-{number}"))
    image.set_current_language(locale)
    image.alt, image.caption = words.get("alt", "Eine Dose"), words.get("caption", "")
    return add_image(image, data=data or as_bytes(drawn(400, 300 + number)), by=by)


def make_ready_image(*, by: User, **fields: Any) -> Image:
    """Return an image whose files are all made."""
    image = make_image(by=by, **fields)
    encode(image.pk)
    return image


def make_checked(subject: Article | Product, *, by: User, locale: str = "de") -> CheckRun:
    """Return the finished check of the submitted draft."""
    revision = submit(subject, locale=locale, by=by)
    run = check(revision.check_runs.get().pk)
    assert run is not None
    return run


def approve(revision: Revision, *, by: User) -> None:
    """Approve a revision as it is, under the active rulebook."""
    active = RulebookVersion.objects.get(is_active=True)
    decide(
        revision,
        by=by,
        outcome=Outcome.APPROVED,
        reason="Bewusst so: Testinhalt.",
        content_hash=revision.content_hash,
        rulebook=active.digest,
    )


def make_released(
    subject: Article | Product, *, by: User, reviewer: User | None = None, locale: str = "de"
) -> Release:
    """Return the live release of the submitted, checked and, with a reviewer, approved draft."""
    run = make_checked(subject, by=by, locale=locale)
    if reviewer:
        approve(run.revision, by=reviewer)
    return release(run.revision, by=by)


def make_due(
    subject: Article | Product,
    *,
    by: User,
    revision: Revision | None = None,
    seconds: float = 1,
    locale: str = "de",
) -> Schedule:
    """Return a plan that has been due for some seconds: a release, or without one a withdrawal."""
    return Schedule.objects.create(
        **subject_fields(subject),
        locale=locale,
        act=Act.RELEASE if revision else Act.WITHDRAW,
        revision=revision,
        reason="" if revision else "Aktion beendet.",
        due_at=timezone.now() - timedelta(seconds=seconds),
        scheduled_by=by,
    )
