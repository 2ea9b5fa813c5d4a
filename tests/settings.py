"""The settings of the tests: demo mode with cheap password hashes, plain names for static files, and seals of their own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEMO_MODE", "true")
os.environ.setdefault("DATABASE_URL", "postgres://postgres@/netdesk")  # what needs no database may be run without one

from netdesk.settings import *  # noqa: F403
from netdesk.settings import MIDDLEWARE, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
SEAL_FOLDER = Path(tempfile.gettempdir()) / f"netdesk-test-seals-{os.getuid()}"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
