"""Wagtail with its API v2 and two locales, as its documentation sets it up."""

from benchmarks.peers.settings import *  # noqa: F403

INSTALLED_APPS = [
    "benchmarks.peers.wagtail_site",
    "wagtail.api.v2",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
ROOT_URLCONF = "benchmarks.peers.wagtail_site.urls"
WAGTAIL_SITE_NAME = "peer"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = [("de", "German"), ("en", "English")]
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
# Nothing to index: no page is searched for.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}
}
