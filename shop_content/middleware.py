"""Interface language only where there is an interface: public answers never depend on a header."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware

DESKS = ("/admin/", "/i18n/")


class DeskLocaleMiddleware(LocaleMiddleware):
    """Choose the interface language of the admin from the cookie or Accept-Language."""

    def process_request(self, request: HttpRequest) -> None:
        """Leave public requests alone."""
        if request.path.startswith(DESKS):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        """Say what the answer varies by, for the desks only."""
        if request.path.startswith(DESKS):
            return super().process_response(request, response)
        return response  # type: ignore[no-any-return]
