"""Settings both peers share; each module beside says what is its own."""

import environ

SECRET_KEY = "only-for-a-benchmark-on-this-machine"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": environ.Env().db_url("PEER_DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60}
USE_TZ = True
LANGUAGES = [("de", "German"), ("en", "English")]
LANGUAGE_CODE = "de"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
LOGGING_CONFIG = None
STATIC_URL = "/static/"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
