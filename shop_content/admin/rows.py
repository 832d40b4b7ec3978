"""The rows edited inside an article or a product."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import TabularInline

# A form that claims thousands of rows is not ours; each row costs a rendered line.
MOST = 60


class Rows(TabularInline):
    """A table of rows in a tab of its own, `MOST` at most."""

    extra = 0
    max_num = MOST
    tab = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Refuse a form with more rows than anybody enters, before any is made."""
        return super().get_formset(request, obj, absolute_max=MOST, **kwargs)
