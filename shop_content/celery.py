"""The Celery application. Its settings are Django settings named CELERY_*."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_content.settings")

app = Celery("shop_content")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
