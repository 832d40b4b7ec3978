"""Topics, tags and authors."""

from django.contrib import admin

from shop_content.admin.locales import LocaleAdmin
from shop_content.models import Author, Tag, Topic


@admin.register(Topic, Tag)
class LabelAdmin(LocaleAdmin):
    """A slug and a name in each locale."""

    list_display = ["slug", "__str__", "language_column"]
    search_fields = ["slug", "translations__name"]
    ordering = ["slug"]  # the pages of the offered tags need one


@admin.register(Author)
class AuthorAdmin(LocaleAdmin):
    """The names readers see."""

    list_display = ["name", "language_column"]
    search_fields = ["name"]
    ordering = ["name"]
