"""Settings of both services, all from the environment. Outside demo mode no secret has a default."""

import os
import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Demo mode: made-up people with a known password, mails readable on a page, documents marked 見本.
DEMO_MODE = env.bool("DEMO_MODE", default=False)
# Which operator's URLs and apps this process serves: both, the surety's Net Desk, or D-Sure.
SITE = env.str("SITE", default="all")
if SITE not in ("all", "portal", "dsure"):
    raise ImproperlyConfigured(f"SITE must be all, portal or dsure, not {SITE!r}")

DEMO_SECRETS = {
    "SECRET_KEY": "demo-only-secret-key-that-a-real-server-refuses-to-start-on",
    "KEY_PEPPERS": "1:64656d6f2d6f6e6c792d706570706572",
    "KEY_DATA_KEYS": "1:64656d6f2d6f6e6c792d646174612d6b65792d6f662d33322d62797465732121",
    "WEBHOOK_KEYS": "1:64656d6f2d6f6e6c792d776562686f6f6b2d6b65792d6f662d33322d62797465",
}


def secret(name: str) -> str:
    """The secret of this name. Demo mode has a known one; elsewhere a missing or known one stops the start."""
    value = env.str(name, default=DEMO_SECRETS[name] if DEMO_MODE else "")
    if not DEMO_MODE and value in ("", DEMO_SECRETS[name]):
        raise ImproperlyConfigured(f"{name} must be set to a secret of its own (only DEMO_MODE=true has a default)")
    return value


def versioned(text: str) -> dict[int, bytes]:
    """Secrets that can be rotated, written `version:hex,version:hex`; the highest version is the current one."""
    return {
        int(version): bytes.fromhex(value) for version, value in (item.split(":") for item in text.split(",") if item)
    }


SECRET_KEY = secret("SECRET_KEY")
# What D-Sure and the portal both hold: the pepper under the verifier of a key (security.md 2.3).
KEY_PEPPERS = versioned(secret("KEY_PEPPERS"))
# What only the portal holds: the keys under which the contractor's copy of an authentication key lies.
KEY_DATA_KEYS = versioned(secret("KEY_DATA_KEYS")) if SITE != "dsure" else {}
# What only D-Sure holds: the keys under which the secrets of webhooks lie.
WEBHOOK_KEYS = versioned(secret("WEBHOOK_KEYS")) if SITE != "portal" else {}
for _name, _keys in (("KEY_DATA_KEYS", KEY_DATA_KEYS), ("WEBHOOK_KEYS", WEBHOOK_KEYS)):
    if any(len(key) != 32 for key in _keys.values()) or any(not 0 < number < 256 for number in _keys):
        raise ImproperlyConfigured(f"{_name} are 32 bytes each (64 hexadecimal digits), their versions from 1 to 255")
# The test authority and the seals that `make_authority` makes.
SEAL_FOLDER = Path(env.str("SEAL_FOLDER", default=str(BASE_DIR / ".authority")))

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO_MODE else [])
# The address that documents and mails name; never taken from a request.
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000" if DEMO_MODE else "")

INSTALLED_APPS = [
    "netdesk",
    "dsure",
    *(["guarantees"] if SITE != "dsure" else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "netdesk.headers.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "netdesk.urls"
WSGI_APPLICATION = "netdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "netdesk.rendering.FormRenderer"

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=False)
# A request may wait 15 s for a lock; a migration gives way after 2 s rather than hold up the people at work.
_lock_timeout = "2s" if "migrate" in sys.argv[1:2] else "15s"
DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c lock_timeout={_lock_timeout} -c statement_timeout=30s"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "netdesk.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
# How long the link in an invitation or a reset mail opens.
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

SESSION_ENGINE = "netdesk.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "netdesk.views.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMO_MODE
SECURE_HSTS_SECONDS = 0 if DEMO_MODE else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO_MODE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
# Amounts are printed by netdesk.formats; nothing is localised behind its back.
USE_THOUSAND_SEPARATOR = False

# What people hand in is held in memory and never on a disk; a larger post is refused in words by its form.
FILE_UPLOAD_HANDLERS = ["netdesk.uploads.MemoryOnly"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 5

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Fonts gain nothing from compression and take half a minute to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "zip",
    "gz",
    "br",
    "pdf",
    "woff",
    "woff2",
    "ttf",
)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://" if DEMO_MODE else environ.Env.NOTSET)
vars().update({name: value for name, value in EMAIL_CONFIG.items() if name.startswith("EMAIL_")})
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="netdesk@example.jp")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "mailing"
PROCRASTINATE_IMPORT_PATHS = ["dsure.telling"] if SITE != "portal" else []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
