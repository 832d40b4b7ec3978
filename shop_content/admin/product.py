"""The product desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop_content.admin.desk import SHARED_FIELDS, CopyAdmin
from shop_content.admin.rows import Rows
from shop_content.models import Product, Salt
from shop_content.models.product import MAGNESIUM_NRV_MG


class SaltInline(Rows):
    """The composition, mg per daily portion."""

    model = Salt


@admin.register(Product)
class ProductAdmin(CopyAdmin):
    """Write, submit, release and withdraw product copy."""

    fieldsets = [
        (None, {"fields": [*SHARED_FIELDS, "version"]}),
        (
            _("Mandatory information"),
            {
                "fields": [
                    "food_category",
                    "intake",
                    "ingredients",
                    "notices",
                    "storage",
                    "net_quantity",
                ]
            },
        ),
        (
            _("Shared by all locales"),
            {
                "fields": [
                    "sku",
                    "units_per_day",
                    "portions_per_pack",
                    "operator",
                    "image",
                    "magnesium",
                ]
            },
        ),
    ]
    inlines = [SaltInline]
    readonly_fields = ["magnesium"]
    list_display = ["sku", "title", "magnesium", "language_column"]
    search_fields = ["sku", "translations__title"]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, tuple[str, ...]]:
        """Fill in the slug while the title of a new product is typed."""
        return {} if obj else {"slug": ("title",)}

    @admin.display(description=_("title"))
    def title(self, obj: Product) -> str:
        """Return the title in any locale."""
        return str(obj.safe_translation_getter("title", any_language=True) or "–")

    @admin.display(description=_("magnesium per daily portion"))
    def magnesium(self, obj: Product) -> str:
        """Return the elemental magnesium and its share of the nutrient reference value."""
        total = obj.elemental_magnesium_mg if obj.pk else None
        return "–" if total is None else f"{total} mg ({total / MAGNESIUM_NRV_MG:.0%} NRV)"
