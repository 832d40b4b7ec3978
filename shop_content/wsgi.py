"""The WSGI entry point that granian serves: the gate, the front, and Django behind them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_content.settings")

django_application = get_wsgi_application()

from shop_content.front.application import Front  # noqa: E402 -- Django is set up above
from shop_content.front.gate import Gate  # noqa: E402

application = Gate(Front(django_application))
