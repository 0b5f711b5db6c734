"""The site's settings with a cluster of their own, a fast hasher and mail that stays here."""

import os

os.environ.setdefault("EMBEDDED_DATABASE", "tests")
for _name in ("DATABASE_ROLE", "DEBUG", "DEMO", "EMAIL_URL", "OPENID_CONNECT_SERVER", "TRUSTED_PROXY_COUNT"):
    os.environ.pop(_name, None)

from oic.settings import *  # noqa: E402, F403 - Django's way to build one settings module on another
from oic.settings import DATABASES, STORAGES  # noqa: E402

SECRET_KEY = "only-for-tests-only-for-tests-only-for-tests-only-for-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# The test client and the test browser speak plain HTTP.
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

# Files come from where they are built, without a collected copy.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
