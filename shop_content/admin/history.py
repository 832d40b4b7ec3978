"""What happened: read-only lists of append-only rows."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _g
from unfold.admin import ModelAdmin

from shop_content.models import Decision, Event, Release, Revision
from shop_content.queries.audit import verify_chain


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


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """Every release, live and ended."""

    list_display = ["slug", "locale", "is_live", "released_by", "released_at", "ended_at"]
    list_select_related = ["released_by"]
    list_filter = ["is_live", "locale"]
    ordering = ["-pk"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The audit trail; the list says whether its chain is whole."""

    list_display = ["number", "happened_at", "actor", "verb", "thing", "data"]
    list_select_related = ["actor"]
    list_filter = ["verb"]
    search_fields = ["thing"]
    ordering = ["-number"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Verify the chain before it is shown."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        if broken := verify_chain():
            numbers = ", ".join(map(str, broken[:10]))
            messages.error(
                request, _g("The chain is broken at: %(numbers)s") % {"numbers": numbers}
            )
        else:
            messages.info(request, _g("The chain of events is whole."))
        return super().changelist_view(request, extra_context)
