"""Addresses: a period, then a page; the same name ending in .json is its twin."""

from django.urls import path, re_path

from chengzai.web import _reviews, views

_PAGE = r"(?P<period>\d{4}-\d{2})/(?P<name>[\w-]+)\.(?P<form>html|json)"

urlpatterns = [
    path("", views.start),
    re_path(rf"^{_PAGE}$", views.page),
    re_path(rf"^en/{_PAGE}$", views.page, {"language": "en"}),
    re_path(r"^(?:en/)?review/$", _reviews.review_page),
    path("review/data.json", _reviews.review_data),
    path("review/decide", _reviews.review_decide),
    path("review/export", _reviews.review_export),
    re_path(r"^issued/(?P<name>[\w.-]+)$", views.issued),
]
handler404 = "chengzai.web.views.missing"
