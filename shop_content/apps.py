"""The Django application. Celery is loaded here, so that `shop_content.claims` is free of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopContentConfig(AppConfig):
    """Shop Content."""

    name = "shop_content"
    label = "shop_content"
    verbose_name = _("Shop content")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the Celery application (shared tasks bind to it) and register the system checks."""
        from shop_content import celery, system_checks  # noqa: F401, PLC0415 -- apps must be ready
