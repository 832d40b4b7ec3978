"""Draft: write the text of one locale. A write based on an older version is refused."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shop_content.models import Article, ArticleTranslation, Product, ProductTranslation
from shop_content.workflow.errors import AddressTaken, Invalid, StaleDraft

Translation = ArticleTranslation | ProductTranslation


def write_draft(
    subject: Article | Product,
    *,
    locale: str,
    fields: Mapping[str, str],
    by: User,
    version: int | None,
) -> Translation:
    """Store `fields` as the draft of `locale` and return it.

    `version` is the draft version the writer saw, None for a locale that has no draft yet.
    Raises StaleDraft when another version is stored, AddressTaken when the slug is in use, Invalid
    for a field that does not exist.
    """
    model: type[Translation] = (
        ArticleTranslation if isinstance(subject, Article) else ProductTranslation
    )
    unknown = set(fields) - {field.name for field in model._meta.concrete_fields}
    if unknown:
        raise Invalid(_("unknown fields: %(names)s") % {"names": ", ".join(sorted(unknown))})
    try:
        with transaction.atomic():
            draft = (
                model._default_manager.select_for_update()
                .filter(master=subject, language_code=locale)
                .first()
            )
            if (draft.version if draft else None) != version:
                raise StaleDraft(_("Somebody else has saved this text since you opened it."))
            draft = draft or model(master=subject, language_code=locale)
            for name, value in fields.items():
                setattr(draft, name, value)
            draft.updated_by = by
            draft.editors = sorted({*draft.editors, by.pk})
            draft.save()
            return draft
    except IntegrityError as error:
        raise translate_integrity(error) from error


def translate_integrity(error: IntegrityError) -> StaleDraft | AddressTaken | IntegrityError:
    """Return what a refused write of a draft means; other errors come back as they are."""
    text = str(error)
    if "stale draft" in text or "unique_together" in text or "language_code, master_id" in text:
        return StaleDraft(_("Somebody else has saved this text since you opened it."))
    if "slug_once_per_locale" in text:
        return AddressTaken(_("Another text of this locale has this slug."), field="slug")
    return error
