"""The article desk."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from shop_content.admin.desk import SHARED_FIELDS, CopyAdmin
from shop_content.admin.rows import Rows
from shop_content.models import Article, ArticleProduct, ArticleRelation, Citation


class ProductLinkInline(Rows):
    """Products the article is about, mentions or offers."""

    model = ArticleProduct


class RelationInline(Rows):
    """Hand-picked articles to read on."""

    model = ArticleRelation
    fk_name = "article"


class CitationInline(Rows):
    """Sources the body refers to by citation:KEY."""

    model = Citation
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Article)
class ArticleAdmin(CopyAdmin):
    """Write, submit, release and withdraw articles."""

    fieldsets = [
        (None, {"fields": [*SHARED_FIELDS, "version"]}),
        (_("Shared by all locales"), {"fields": ["author", "topic", "tags", "image"]}),
    ]
    inlines = [ProductLinkInline, RelationInline, CitationInline]
    list_display = ["title", "author", "topic", "language_column", "created_at"]
    list_filter = ["topic", "author"]
    search_fields = ["translations__title", "translations__slug"]
    list_select_related = ["author", "topic"]

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        """Search tags in the list itself: the theme's autocomplete crashes on a row of nobody."""
        return super().formfield_for_manytomany(
            *args, **kwargs | {"widget": UnfoldAdminSelect2MultipleWidget}
        )

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, tuple[str, ...]]:
        """Fill in the slug while the title of a new article is typed."""
        return {} if obj else {"slug": ("title",)}

    @admin.display(description=_("title"))
    def title(self, obj: Article) -> str:
        """Return the title in any locale."""
        return str(obj)
