"""Topics, tags and authors."""

from django.contrib import admin
from parler.admin import TranslatableAdmin
from unfold.admin import ModelAdmin

from shop_content.models import Author, Tag, Topic


@admin.register(Topic, Tag)
class LabelAdmin(TranslatableAdmin, ModelAdmin):
    """A slug and a name in each locale."""

    list_display = ["slug", "__str__", "language_column"]
    search_fields = ["slug", "translations__name"]
    ordering = ["slug"]  # the pages of the offered tags need one


@admin.register(Author)
class AuthorAdmin(TranslatableAdmin, ModelAdmin):
    """The names readers see."""

    list_display = ["name", "language_column"]
    search_fields = ["name"]
    ordering = ["name"]
