"""Settings of the door, all from the environment, for a closed network.

CHENGZAI_DATA is the data folder, CHENGZAI_CONTENT the pack, CHENGZAI_REAL=1 shows real figures only,
CHENGZAI_DRAFT is the folder of a draft to review. CHENGZAI_DATABASE is an address such as
postgresql://user:word@host/name; without it the records lie in the data folder. CHENGZAI_HOSTS are the names the
server answers to, CHENGZAI_HTTPS=1 says that it stands behind an encrypted front, CHENGZAI_OPEN_BOARDS=1 lets
everybody on the network read the boards. CHENGZAI_NIGHT is the time of day, 02:00 by default, at which the newest
month's outlook is worked out again. CHENGZAI_OIDC_ISSUER, CHENGZAI_OIDC_CLIENT and CHENGZAI_OIDC_SECRET turn on
sign-in by the city's own OpenID Connect service.
"""

import datetime as dt
import os
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_data = Path(os.environ.get("CHENGZAI_DATA", "var"))
_https = os.environ.get("CHENGZAI_HTTPS", "") == "1"


def _kept_secret() -> str:
    """Return the key that signs sessions: from the environment, or made once and kept in the data folder."""
    given = os.environ.get("CHENGZAI_SECRET", "")
    if given:
        return given
    path = _data / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


SECRET_KEY = _kept_secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CHENGZAI_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if _https else []
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "chengzai.store.apps.StoreConfig",
    "chengzai.web.apps.WebConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chengzai.web.shield.shield",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "chengzai.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "string_if_invalid": "",
            "autoescape": True,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chengzai.web.shield.words",
            ],
        },
    }
]
_embedded = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(_data / "chengzai.sqlite3"),
    # One writer at a time, and an acknowledged value is on the disk before it is acknowledged.
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
_address = os.environ.get("CHENGZAI_DATABASE", "")
DATABASES = {"default": dj_database_url.parse(_address, conn_max_age=60) if _address else _embedded}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "door_cache"}}

AUTH_USER_MODEL = "web.Account"
AUTHENTICATION_BACKENDS = ["chengzai.web.sign_in.Keys"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name, "OPTIONS": options}
    for name, options in (
        ("chengzai.web.shield.LongEnough", {"min_length": 10}),
        ("django.contrib.auth.password_validation.CommonPasswordValidator", {}),
        ("django.contrib.auth.password_validation.NumericPasswordValidator", {}),
        (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
            {"user_attributes": ("username", "person")},
        ),
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/office/home.html"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "chengzai.web.sign_in.AccountDoor"
SOCIALACCOUNT_ADAPTER = "chengzai.web.sign_in.CityDoor"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
# Five wrong passwords for one name close it for a quarter of an hour; sixty from one address close that.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/15m/ip,5/15m/key"}
SOCIALACCOUNT_LOGIN_ON_GET = False
_issuer = os.environ.get("CHENGZAI_OIDC_ISSUER", "")
if _issuer and not _issuer.startswith(("https://", "http://127.0.0.1:")):
    raise ImproperlyConfigured("CHENGZAI_OIDC_ISSUER 须以 https:// 开头 / must begin with https://")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "city",
                "name": os.environ.get("CHENGZAI_OIDC_NAME", "统一身份认证"),
                "client_id": os.environ.get("CHENGZAI_OIDC_CLIENT", ""),
                "secret": os.environ.get("CHENGZAI_OIDC_SECRET", ""),
                "settings": {"server_url": _issuer},
            }
        ]
        if _issuer
        else []
    }
}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"  # a sign-in that comes back from the city's own service must find its session
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
NIGHT = os.environ.get("CHENGZAI_NIGHT", "02:00")
try:
    dt.time.fromisoformat(NIGHT)
except ValueError as problem:
    raise ImproperlyConfigured("CHENGZAI_NIGHT 应写作 02:00 / must be written as 02:00") from problem
OPEN_BOARDS = os.environ.get("CHENGZAI_OPEN_BOARDS", "") == "1"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
