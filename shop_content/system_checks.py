"""Checks of the set-up, run by `manage.py check` (ids shop_content.E001 …)."""

import re
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from shop_content.access.origins import Sharing

# BCP 47 (RFC 5646): language, optional script, optional region; lower case as in our URLs.
LOCALE_CODE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?")


@register(Tags.translation)
def check_content_locales(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: every code of CONTENT_LOCALES is a BCP 47 locale, none is given twice."""
    codes = settings.CONTENT_LOCALES
    bad = [code for code in codes if not LOCALE_CODE.fullmatch(code)]
    if bad or len(set(codes)) != len(codes) or not codes:
        return [
            Error(
                f"CONTENT_LOCALES is not a list of different BCP 47 codes: {codes}",
                hint="Write for example CONTENT_LOCALES=de,de-at,en.",
                id="shop_content.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E002: a deployment has a SECRET_KEY of its own."""
    if settings.SECRET_KEY.startswith("insecure-"):
        return [Error("SECRET_KEY is not set.", id="shop_content.E002")]
    return []


@register(Tags.security)
def check_access(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003: origins are exact; E004: limits allow something, proxies can be counted."""
    found: list[CheckMessage] = []
    try:
        Sharing.of(settings.CORS_ORIGINS)
    except ValueError as error:
        hint = "Write CORS_ORIGINS=https://shop.example,https://www.shop.example or *."
        found.append(Error(f"Not an origin: {error}", hint=hint, id="shop_content.E003"))
    limits = ("READS_PER_MINUTE", "WRITES_PER_MINUTE", "CHECKS_PER_MINUTE")
    wrong = [name for name in limits if getattr(settings, name) < 1]
    wrong += ["TRUSTED_PROXIES"] if settings.TRUSTED_PROXIES < 0 else []
    if wrong:
        found.append(Error(f"Too small: {', '.join(wrong)}", id="shop_content.E004"))
    return found
