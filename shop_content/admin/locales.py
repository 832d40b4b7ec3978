"""The forms of translated things: one tab a locale, and no other locale."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from parler.admin import TranslatableAdmin
from unfold.admin import ModelAdmin


class LocaleAdmin(TranslatableAdmin, ModelAdmin):
    """Whatever has a text in each locale."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a locale that the shop does not have."""
        locale = request.GET.get(self.query_language_key)
        if locale is not None and locale not in settings.CONTENT_LOCALES:
            raise Http404
        answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return answer
