"""Addresses: a period, then a page; the same name with .json is its twin."""

urlpatterns: list[object] = []
