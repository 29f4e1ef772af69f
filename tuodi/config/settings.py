"""Settings: everything an office changes comes from the environment; nothing here is a secret.

TUODI_MODE       demo (default: the seeded prefecture, business day can be moved) or production
TUODI_VAR        folder for what the installation owns: database, keys, anchors, files (default: var)
TUODI_DATABASE   empty for SQLite in TUODI_VAR, or postgresql://user:password@host:port/name
TUODI_HOSTS      host names served, comma separated
TUODI_API_CALLS_PER_MINUTE  calls a machine client may make in a minute (default: 60)
TUODI_KEYS       file with the encryption keys (default: TUODI_VAR/keys.json), never in the database
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tuodi.kit.keys import load_or_make_keys

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("TUODI_VAR", BASE_DIR / "var"))
MODE = os.environ.get("TUODI_MODE", "demo")
if MODE not in ("demo", "production"):
    raise ImproperlyConfigured("TUODI_MODE must be demo or production")
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"

KEYS = load_or_make_keys(Path(os.environ.get("TUODI_KEYS", VAR / "keys.json")), may_make=DEMO)
SECRET_KEY = KEYS.session_secret
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("TUODI_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "csp",
    "django_htmx",
    "django_cotton",
    "tuodi.kit",
    "tuodi.records.journal",
    "tuodi.records.org",
    "tuodi.records.standards",
    "tuodi.records.people",
    "tuodi.records.documents",
    "tuodi.gateways",
    "tuodi.funds",
    "tuodi.delivery.intake",
    "tuodi.delivery.referral",
    "tuodi.delivery.verification",
    "tuodi.delivery.determination",
    "tuodi.delivery.entitlement",
    "tuodi.delivery.payment",
    "tuodi.oversight.rehearsal",
    "tuodi.coordination",
    "tuodi.portal",
    "tuodi.exchange",
    "tuodi.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tuodi.kit.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "tuodi.records.org.middleware.OfficerSession",
]

ROOT_URLCONF = "tuodi.config.urls"
WSGI_APPLICATION = "tuodi.config.wsgi.application"
AUTH_USER_MODEL = "org.Officer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tuodi.portal.context.page",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "tuodi.kit.templatetags.kit",
                "tuodi.records.org.templatetags.org",
                "tuodi.records.standards.templatetags.due",
            ],
        },
    }
]


def database_from(url: str) -> dict:
    """Database settings from TUODI_DATABASE: empty means SQLite in the var folder."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "tuodi.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("TUODI_DATABASE must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database_from(os.environ.get("TUODI_DATABASE", ""))}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- language and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "tuodi" / "locale"]
LANGUAGE_COOKIE_NAME = "tuodi_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- who may come in ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["tuodi.records.org.backend.OfficerBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
# Who is at the other end, for counting wrong passwords (records/org/lockout.py).
CLIENT_ADDRESS = "tuodi.config.proxy.client_address"

SESSION_COOKIE_NAME = "tuodi_session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_SECONDS = 15 * 60 if PRODUCTION else 2 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# A demo asks for the second factor only where its account has one; production asks every decider and payer.
SECOND_FACTOR_REQUIRED = PRODUCTION

# --- machines (tuodi/exchange) ------------------------------------------------------------------------
API_CALLS_PER_MINUTE = int(os.environ.get("TUODI_API_CALLS_PER_MINUTE", "60"))

# --- files --------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
ANCHOR_FILE = VAR / "anchors" / "journal-heads.jsonl"
BANK_FOLDER = VAR / "bank"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"tuodi": {"level": "INFO"}},
}
