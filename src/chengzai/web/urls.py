"""Addresses: a period, then a page; the office's pages by name; the same name ending in .json is the twin."""

from allauth.account import views as account
from django.urls import include, path, re_path

from chengzai.web import (
    _acts_of_evaluation,
    _acts_of_office,
    _acts_of_planning,
    _acts_of_the_plan,
    _pages_of_office,
    _reviews,
    views,
)
from chengzai.web._door import api, page_urls

_PAGE = r"(?P<period>[0-9]{4}-[0-9]{2})/(?P<name>[\w-]+)\.(?P<form>html|json)"
REGISTERED = (
    _acts_of_evaluation,
    _acts_of_office,
    _acts_of_planning,
    _acts_of_the_plan,
    _pages_of_office,
)  # importing gives pages and acts

urlpatterns = [
    path("", views.start),
    re_path(rf"^{_PAGE}$", views.page),
    re_path(rf"^en/{_PAGE}$", views.page, {"language": "en"}),
    re_path(r"^(?P<period>[0-9]{4}-[0-9]{2})/cell/?(?P<cell>[\w./-]*)$", views.cell),
    re_path(r"^(?:en/)?wall\.(?P<form>html|json)$", views.wall),
    re_path(r"^(?:en/)?changes\.(?P<form>html|json)$", views.changes),
    re_path(r"^(?:en/)?review/$", _reviews.review_page),
    path("review/data.json", _reviews.review_data),
    path("review/decide", _reviews.review_decide),
    path("review/export", _reviews.review_export),
    re_path(r"^issued/(?P<name>[\w.-]+)$", views.issued),
    # Of the sign-in library only what is used: accounts are made and closed by an administrator.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/login/", account.login, name="account_signup"),  # the library asks for the address; there is none
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("openapi.json", views.description),
    *page_urls(),
    path("", api.urls),
]
handler404 = "chengzai.web.views.missing"
handler403 = "chengzai.web.views.forbidden"
handler500 = "chengzai.web.views.failed"
