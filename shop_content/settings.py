"""Every setting of the service, read from the environment once; README.md has the table."""

from pathlib import Path
from typing import Any

import environ
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from shop_content import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# Without a key of its own a process runs commands and tests; a deployment is refused (E002).
SECRET_KEY = env.str("SECRET_KEY", default="insecure-only-for-commands-and-tests-" + "x" * 20)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Links in documents are built from this, never from a request's Host header.
STOREFRONT_ORIGIN = env.str("STOREFRONT_ORIGIN", default="http://localhost:8000").rstrip("/")
SHOP_NAME = env.str("SHOP_NAME", default="Shop Content")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "parler",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_prose_editor",
    "shop_content.apps.ShopContentConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop_content.middleware.DeskLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shop_content.urls"
WSGI_APPLICATION = "shop_content.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database: PostgreSQL only; without DATABASE_URL the embedded server that is running is found
DATABASES = {
    "default": env.db_url_config(env.str("DATABASE_URL", default="") or embedded.database_url())
}
DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("CONN_MAX_AGE", default=60))
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- languages: the interface has two, content has as many as the shop sets
LANGUAGE_CODE = "en"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
CONTENT_LOCALES: list[str] = [
    code.strip().lower() for code in env.list("CONTENT_LOCALES", default=["de", "en"])
]
PARLER_DEFAULT_LANGUAGE_CODE = CONTENT_LOCALES[0]
PARLER_LANGUAGES = {
    None: tuple({"code": code} for code in CONTENT_LOCALES),
    "default": {"fallbacks": [], "hide_untranslated": False},
}
# A process-local translation cache serves stale text: a worker would check OLD text.
PARLER_ENABLE_CACHING = False
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")

# --- files
STATIC_URL = "/static/"
# Set where collectstatic has run (the container image); elsewhere files are found in the packages.
STATIC_ROOT = env.str("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = True
# Where pages and documents say images are: this service, or a CDN before it.
MEDIA_URL = env.str("MEDIA_URL", default="/media/").rstrip("/") + "/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    # Names are made of the bytes: what is written twice is the same.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"allow_overwrite": True},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def s3_storage(bucket: str, *, endpoint: str = "", region: str = "") -> dict[str, Any]:
    """Return the storage of images in a private bucket; boto3 finds the credentials as always."""
    options = {"bucket_name": bucket, "endpoint_url": endpoint, "region_name": region}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {name: value for name, value in options.items() if value},
    }


if S3_BUCKET := env.str("S3_BUCKET", default=""):  # needs the extra s3
    STORAGES["default"] = s3_storage(
        S3_BUCKET,
        endpoint=env.str("S3_ENDPOINT", default=""),
        region=env.str("S3_REGION", default=""),
    )
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FIXTURES_ROOT = BASE_DIR / "fixtures"

# --- security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Celery: the check-run row is the truth, a message only wakes a worker (docs/decisions/0001)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or embedded.broker_url()
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 30
CELERY_TASK_SOFT_TIME_LIMIT = 20
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_QUEUES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A worker on both queues empties "interactive" before it looks at "bulk".
    "queue_order_strategy": "priority",
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
# A check run is leased for this long; it must exceed the task time limit.
CHECK_LEASE_SECONDS = env.int("CHECK_LEASE_SECONDS", default=40)
CHECK_MAX_ATTEMPTS = env.int("CHECK_MAX_ATTEMPTS", default=3)
# A queued run whose message may be lost is rung again after this long (0: never: twin test).
RING_AGAIN_SECONDS = env.float("RING_AGAIN_SECONDS", default=10.0)
# The scheduler looks for check runs left alone this often (seconds).
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=2.0)

# --- the front: released bytes in the memory of each web process
FRONT_MEMORY_MB = env.int("FRONT_MEMORY_MB", default=32)
# False: every request asks PostgreSQL what is live, for poolers that do not let LISTEN through.
FRONT_PUSH = env.bool("FRONT_PUSH", default=True)
# Whether shared caches are purged by the tags of the events: only then may they hold for long.
CDN_PURGES = env.bool("CDN_PURGES", default=False)

# --- who may ask how often, and from where (docs/decisions/0008)
# How many proxies of our own stand before this service; 0: X-Forwarded-For is nobody's word.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Of each client without a key, counted by each web process for itself.
READS_PER_MINUTE = env.int("READS_PER_MINUTE", default=6000)
# Of each client, counted by all processes together.
WRITES_PER_MINUTE = env.int("WRITES_PER_MINUTE", default=10)
# Of each person at the desks, who has texts checked while writing them.
CHECKS_PER_MINUTE = env.int("CHECKS_PER_MINUTE", default=240)
# Whose pages may read without a key: exact origins, or * for everybody.
CORS_ORIGINS: list[str] = [one.strip() for one in env.list("CORS_ORIGINS", default=[])]

# --- REST
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop_content.api.bodies.BoundedJSON"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "shop_content.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Shop Content",
    "DESCRIPTION": "Released, claim-checked product content. What is served is what was checked.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shop_content.api.access.describe_access",
        "shop_content.api.examples.add_examples",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}


def _entry(title: Any, icon: str, model: str) -> dict[str, Any]:
    """Return a link of the admin's side bar, shown to whoever may view the model."""
    app = "auth" if model in {"user", "group"} else "shop_content"
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{model}"),
    }


UNFOLD = {
    "SITE_TITLE": _("Shop Content"),
    "SITE_HEADER": _("Shop Content"),
    "SITE_SYMBOL": "verified",
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "shop_content.admin.dashboard.waiting",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Content"),
                "items": [
                    _entry(_("articles"), "article", "article"),
                    _entry(_("products"), "inventory_2", "product"),
                    _entry(_("images"), "image", "image"),
                    _entry(_("topics"), "topic", "topic"),
                    _entry(_("tags"), "sell", "tag"),
                    _entry(_("authors"), "person_edit", "author"),
                ],
            },
            {
                "title": _("Compliance"),
                "separator": True,
                "items": [
                    _entry(_("review queue"), "rule", "checkrun"),
                    _entry(_("comments"), "forum", "comment"),
                    _entry(_("rulebook"), "menu_book", "rulebookversion"),
                ],
            },
            {
                "title": _("What happened"),
                "separator": True,
                "items": [
                    _entry(_("revisions"), "history", "revision"),
                    _entry(_("decisions"), "gavel", "decision"),
                    _entry(_("releases"), "publish", "release"),
                    _entry(_("planned changes"), "schedule", "schedule"),
                    _entry(_("events"), "list_alt", "event"),
                ],
            },
            {
                "title": _("Accounts"),
                "separator": True,
                "items": [
                    _entry(_("Users"), "group", "user"),
                    _entry(_("Groups"), "groups", "group"),
                    _entry(_("API keys"), "key", "apikey"),
                ],
            },
        ],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
