"""Names that sort articles and stand beside them: topic, tag, author. All are public text."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from parler.models import TranslatableModel, TranslatedFields


class Topic(TranslatableModel):
    """What an article is about; an article has at most one."""

    slug = models.SlugField(_("slug"), unique=True, max_length=60)
    translations = TranslatedFields(name=models.CharField(_("name"), max_length=80))

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.safe_translation_getter("name", any_language=True) or self.slug


class Tag(TranslatableModel):
    """A keyword of an article."""

    slug = models.SlugField(_("slug"), unique=True, max_length=60)
    translations = TranslatedFields(name=models.CharField(_("name"), max_length=80))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.safe_translation_getter("name", any_language=True) or self.slug


class Author(TranslatableModel):
    """The name readers see above an article; not an account."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    translations = TranslatedFields(role=models.CharField(_("role"), max_length=120, blank=True))

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return self.name
