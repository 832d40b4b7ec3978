"""What a storefront page may load."""

import base64
import hashlib
from urllib.parse import urlsplit

from django.conf import settings

POLICY = (
    "default-src 'none'; style-src {style}; img-src {images}; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def policy_with(style: str) -> str:
    """Return the content security policy of a page whose only inline style is `style`.

    It is allowed by its hash: a text could never bring its own.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    media = urlsplit(settings.MEDIA_URL)
    elsewhere = f" {media.scheme}://{media.netloc}" if media.netloc else ""
    return POLICY.format(
        style=f"'self' 'sha256-{digest}'" if style else "'self'",
        images=f"'self' data:{elsewhere}",
    )
