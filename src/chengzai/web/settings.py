"""Settings of the door: an embedded database in the data folder.

CHENGZAI_DATA is the data folder, CHENGZAI_CONTENT the pack, CHENGZAI_REAL=1 shows real figures only,
CHENGZAI_DRAFT is the folder of a draft to review.
"""

import os
from pathlib import Path

_data = Path(os.environ.get("CHENGZAI_DATA", "var"))

SECRET_KEY = os.environ.get("CHENGZAI_SECRET", "no-sessions-yet-so-nothing-is-signed")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CHENGZAI_HOSTS", "127.0.0.1,localhost").split(",")
INSTALLED_APPS = ["chengzai.store.apps.StoreConfig", "chengzai.web.apps.WebConfig"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "chengzai.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"string_if_invalid": "", "autoescape": True},
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(_data / "chengzai.sqlite3")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_COOKIE_SAMESITE = "Strict"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
USE_I18N = False
