"""What happened: read-only lists of append-only rows."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from shop_content.models import Decision, Revision


def row_number(text: str) -> int:
    """Return the primary key an address names; 0, which no row has, when it names none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


class ReadOnlyAdmin(ModelAdmin):
    """Rows nobody writes here."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Every text that was submitted."""

    list_display = ["title", "locale", "number", "submitted_by", "submitted_at"]
    list_select_related = ["submitted_by"]
    list_filter = ["locale"]
    ordering = ["-pk"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Every decision with its reason."""

    list_display = ["revision", "outcome", "reviewer", "reason", "decided_at"]
    list_select_related = ["revision__article", "revision__product", "reviewer"]
    list_filter = ["outcome"]
    ordering = ["-pk"]
