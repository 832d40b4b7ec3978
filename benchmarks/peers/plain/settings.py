"""Django REST framework and django-parler, nothing else."""

from benchmarks.peers.settings import *  # noqa: F403

INSTALLED_APPS = [
    "benchmarks.peers.plain",
    "parler",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
ROOT_URLCONF = "benchmarks.peers.plain.urls"
PARLER_LANGUAGES = {None: ({"code": "de"}, {"code": "en"})}
PARLER_ENABLE_CACHING = False  # one process would serve what another has changed
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 20,
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}
