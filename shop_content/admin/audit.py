"""The audit trail: every event, and all that happened to one text."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from shop_content.admin.history import ReadOnlyAdmin
from shop_content.admin.rights import demand
from shop_content.models import Event
from shop_content.queries.audit import subject_named, trail, verify_chain


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The audit trail; the list says whether its chain is whole."""

    list_display = ["number", "happened_at", "actor", "verb", "of_what", "data"]
    list_select_related = ["actor"]
    list_filter = ["verb"]
    search_fields = ["thing"]
    ordering = ["-number"]

    @admin.display(description=_("thing"), ordering="thing")
    def of_what(self, event: Event) -> SafeString | str:
        """Return the thing; a text leads to its whole trail."""
        if not event.thing.startswith(("article:", "product:")):
            return event.thing
        address = reverse("admin:shop_content_event_trail", args=[event.thing])
        return format_html('<a href="{}">{}</a>', address, event.thing)

    def get_urls(self) -> list[URLPattern]:
        """Add the page of one text."""
        own = path(
            "trail/<str:thing>/",
            self.admin_site.admin_view(require_safe(self.trail_view)),
            name="shop_content_event_trail",
        )
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Verify the chain before it is shown."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        if broken := verify_chain():
            numbers = ", ".join(map(str, broken[:10]))
            messages.error(
                request, gettext("The chain is broken at: %(numbers)s") % {"numbers": numbers}
            )
        else:
            messages.info(request, gettext("The chain of events is whole."))
        return super().changelist_view(request, extra_context)

    def trail_view(self, request: HttpRequest, thing: str) -> HttpResponse:
        """Show revisions, checks, findings, decisions and releases of one text with its events."""
        demand(request, "audit_text")
        named = subject_named(thing)
        if named is None:
            raise Http404
        subject, locale = named
        events = Event.objects.filter(thing=thing).select_related("actor").order_by("number")
        context = self.admin_site.each_context(request) | {
            "title": str(subject),
            "opts": self.opts,
            "subject": subject,
            "locale": locale,
            "thing": thing,
            "revisions": trail(subject, locale),
            "events": events,
            "broken": verify_chain(),
            "newest": Event.objects.order_by("-number").first(),
        }
        return render(request, "admin/desk/trail.html", context)
