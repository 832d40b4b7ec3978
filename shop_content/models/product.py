"""A product, its composition and its copy. Price and stock are the shop's, not ours."""

import uuid
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey
from parler.models import TranslatableModel

from shop_content.models.draft import Draft
from shop_content.models.image import Image

# Nutrient reference value of magnesium, Reg. (EU) 1169/2011 Annex XIII: mg per day.
MAGNESIUM_NRV_MG = Decimal(375)


class Product(TranslatableModel):
    """A food supplement. Amounts are mg per daily portion."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sku = models.CharField(
        _("SKU"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Use letters, digits, . _ -"))
        ],
    )
    image = models.ForeignKey(
        Image,
        verbose_name=_("image"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
    )
    units_per_day = models.PositiveSmallIntegerField(
        _("units per daily portion"), validators=[MinValueValidator(1)]
    )
    portions_per_pack = models.PositiveSmallIntegerField(
        _("daily portions per pack"), validators=[MinValueValidator(1)]
    )
    operator = models.CharField(
        _("responsible operator"), max_length=200, help_text=_("Name and address on the label.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                condition=Q(units_per_day__gte=1) & Q(portions_per_pack__gte=1),
                name="product_has_portions",
            )
        ]

    def __str__(self) -> str:
        title = self.safe_translation_getter("title", any_language=True)
        return f"{self.sku} · {title}" if title else self.sku

    @property
    def elemental_magnesium_mg(self) -> Decimal | None:
        """Elemental magnesium in mg per daily portion; None while no salt is entered."""
        amounts = [salt.elemental_mg for salt in self.salts.all()]
        return sum(amounts, Decimal()) if amounts else None


class SaltKind(models.TextChoices):
    """Magnesium compounds of Directive 2002/46/EC, Annex II, that the shop sells."""

    BISGLYCINATE = "bisglycinate", _("magnesium bisglycinate")
    TAURATE = "taurate", _("magnesium taurate")
    MALATE = "malate", _("magnesium malate")
    CITRATE = "citrate", _("magnesium citrate")
    OXIDE = "oxide", _("magnesium oxide")


class Salt(models.Model):
    """One compound of a product: its own mass and the magnesium in it, mg per daily portion."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="salts")
    kind = models.CharField(_("compound"), max_length=20, choices=SaltKind)
    salt_mg = models.DecimalField(
        _("compound, mg per daily portion"), max_digits=8, decimal_places=2
    )
    elemental_mg = models.DecimalField(_("of it magnesium, mg"), max_digits=8, decimal_places=2)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("compound")
        verbose_name_plural = _("composition")
        constraints = [
            models.UniqueConstraint(fields=["product", "kind"], name="salt_once_per_product"),
            models.CheckConstraint(
                # Elemental magnesium is a part of the compound: never confuse the two masses.
                condition=Q(elemental_mg__gt=0) & Q(elemental_mg__lt=F("salt_mg")),
                name="salt_elemental_is_part_of_mass",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.salt_mg} mg"


class ProductTranslation(Draft):
    """A product's copy and its mandatory information in one locale."""

    master = TranslationsForeignKey(
        Product, on_delete=models.CASCADE, related_name="translations", null=True, editable=False
    )
    food_category = models.CharField(
        _("name of the food"),
        max_length=120,
        help_text=_("The name the law prescribes, for example “Food supplement”."),
    )
    intake = models.CharField(_("recommended daily intake"), max_length=300)
    ingredients = models.TextField(_("ingredients"))
    notices = models.TextField(
        _("mandatory notices"), help_text=_("One notice a line (Directive 2002/46/EC, Art. 6(3)).")
    )
    storage = models.CharField(_("storage"), max_length=200, blank=True)
    net_quantity = models.CharField(_("net quantity"), max_length=80)

    class Meta:
        verbose_name = _("product copy")
        verbose_name_plural = _("product copy")
        unique_together = [("language_code", "master")]
        constraints = [
            models.UniqueConstraint(
                fields=["language_code", "slug"], name="product_slug_once_per_locale"
            )
        ]

    def content(self) -> dict[str, Any]:
        """The supplement facts of this locale, as a revision stores them."""
        return {
            "food_category": self.food_category,
            "intake": self.intake,
            "ingredients": self.ingredients,
            "notices": [line.strip() for line in self.notices.splitlines() if line.strip()],
            "storage": self.storage,
            "net_quantity": self.net_quantity,
        }
