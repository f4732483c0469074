"""Pages by name: one function gives the data, the template shows it, the twin prints it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string

from chengzai.publish import Edition, city_page, county_page, document_page, target_page
from chengzai.web._labels import label

_NAME = re.compile(r"(index|document|county|target)(?:-([\w-]+))?")


class NoSuchPage(LookupError):
    """The name is no page of this edition."""


def page_data(edition: Edition, name: str, language: str) -> dict[str, Any]:
    """Return a page's data by its name without ending, such as `index` or `target-gdp`; raises NoSuchPage."""
    match = _NAME.fullmatch(name)
    kind, key = (match[1], match[2] or "") if match else ("", "")
    if kind == "index" and not key:
        return city_page(edition, language)
    if kind == "document" and not key:
        return document_page(edition, language)
    if kind == "county" and key in edition.counties:
        return county_page(edition, key, language)
    if kind == "target" and key in edition.plan.target:
        return target_page(edition, key, language)
    raise NoSuchPage(name)


def foreseen(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a month's outlook adds to a page: warnings to the city's, the range at the deadline to a target's."""
    if name == "index":
        return {"warned": {"city": told["warned_city"], "all": len(told["warnings"])}, **_dated(told)}
    target = name.removeprefix("target-")
    mine = next((o for o in told["outlooks"] if o["city"] and o["target"] == target), None)
    return {"foretold": mine, **_dated(told)} if mine else {}


def _dated(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the day and minute on which the outlook was worked out, and whether a newer one is under way."""
    return {"foretold_on": told["made"], "foretold_renewing": told["renewing"]}


def page_html(
    data: Mapping[str, Any],
    name: str,
    *,
    periods: Sequence[str] = (),
    served: bool = False,
    nonce: str = "",
    signed: bool = False,
) -> str:
    """Return a page's data as HTML; its links are relative, so that it reads the same served or saved."""
    language, period = str(data["language"]), str(data["period"])
    template = {"index": "city.html"}.get(name.partition("-")[0], f"{name.partition('-')[0]}.html")
    up = "../../" if served and language == "en" else "../"
    context = {
        **data,
        "page": f"{name}.html",
        "twin": f"{name}.json",
        "periods": periods,
        "up": "../",
        "nonce": nonce,
        "office": ("/en/office/" if language == "en" else "/office/") if signed else "",
        "issued": "/issued/" if served else ("../../" if language == "en" else "../"),
        "other": _other(period, language, up, served=served),
    }
    if "mentions" in data:
        numbers = data["mentions"]
        context["account_line"] = label(language, "account_line").format(sum(numbers.values()), *numbers.values())
    return render_to_string(template, context)


def page_json(data: Mapping[str, Any]) -> bytes:
    """Return a page's data as JSON."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def page_names(edition: Edition) -> Iterator[str]:
    """Yield the name of every page of an edition."""
    yield from ("index", "document")
    yield from (f"county-{code}" for code in edition.counties)
    yield from (f"target-{target}" for target in edition.plan.target)


def _other(period: str, language: str, up: str, *, served: bool) -> str:
    """Return the way from a page to the folder of the other language."""
    if served:
        return f"{up}{period}/" if language == "en" else f"{up}en/{period}/"
    return "../" if language == "en" else "en/"
