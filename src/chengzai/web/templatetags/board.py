"""What templates may draw: states, doors, charts. They only show; nothing is computed here."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chengzai.publish import STATE_COLOUR, STATE_SHAPE, county_map, line_chart, sparkline
from chengzai.web._labels import label

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Mapping[str, Any], key: str, *values: object) -> str:
    """Return a label in the page's language, with values set into it."""
    return label(str(context["language"]), key).format(*values)


@register.simple_tag(takes_context=True)
def state(context: Mapping[str, Any], name: str) -> SafeString:
    """Return a state as shape, word and colour, so that none of them stands alone."""
    word = label(str(context["language"]), name)
    return format_html('<span class="state {}"><i>{}</i>{}</span>', name, STATE_SHAPE[name], word)


@register.simple_tag(takes_context=True)
def counts(context: Mapping[str, Any], numbers: Mapping[str, int]) -> SafeString:
    """Return the counts of all states that occur, in order of concern."""
    parts = [
        format_html(
            '<span class="state {}"><i>{}</i><b>{}</b> {}</span>',
            name,
            STATE_SHAPE[name],
            n,
            label(str(context["language"]), name),
        )
        for name, n in numbers.items()
        if n
    ]
    return mark_safe(" ".join(parts))  # noqa: S308 -- built by format_html above


@register.simple_tag
def bar(numbers: Mapping[str, int], total: int) -> SafeString:
    """Return the shares of states as one thin bar."""
    pieces = [
        format_html('<i class="{}" style="width:{}%"></i>', name, round(n / total * 100, 2))
        for name, n in numbers.items()
        if n
    ]
    return format_html('<span class="bar">{}</span>', mark_safe("".join(pieces)))  # noqa: S308


@register.simple_tag
def spark(row: Mapping[str, Any]) -> SafeString:
    """Return the sparkline of a row."""
    line = row["spark"]
    svg = sparkline(
        _floats(line["values"]), _floats(line["due"]), STATE_COLOUR[row["state"]], label=str(row["indicator"])
    )
    return mark_safe(svg)  # noqa: S308 -- publish escapes every word it draws


@register.simple_tag(takes_context=True)
def chart(context: Mapping[str, Any], data: Mapping[str, Any]) -> SafeString:
    """Return the chart of a target."""
    language = str(context["language"])
    drawn = {
        **data,
        "values": _floats(data["values"]),
        "due": _floats(data["due"]),
        "goal": math.nan if data["goal"] is None else data["goal"],
        "goal_label": label(language, "goal_line").format(f"{context['sign']}{context['goal']}{data.get('unit', '')}"),
        "legend": (label(language, "actual"), label(language, "trajectory")),
        "colour": STATE_COLOUR[str(context["state"])],
        "title": str(context["indicator"]),
    }
    if not data["values"]:
        return SafeString("")
    return mark_safe(line_chart(drawn, mark=_mark(context)))  # noqa: S308


@register.simple_tag(takes_context=True)
def county_shapes(context: Mapping[str, Any], data: Mapping[str, Any]) -> SafeString:
    """Return the map of the counties with links and the note that it is indicative."""
    language = str(context["language"])
    shapes = [
        {
            **shape,
            "share": math.nan if shape["share"] is None else shape["share"],
            "href": f"county-{shape['code']}.html",
            "title": label(language, "county_share").format(shape["name"], shape["on_course"], shape["total"]),
        }
        for shape in data["shapes"]
    ]
    note = label(language, "indicative") + (f"　{_mark(context)}" if context["simulated"] else "")
    return mark_safe(county_map(shapes, data["points"], mark=note))  # noqa: S308


def _mark(context: Mapping[str, Any]) -> str:
    return label(str(context["language"]), "simulated_short") if context["simulated"] else ""


def _floats(values: Sequence[float | None]) -> list[float]:
    return [math.nan if v is None else v for v in values]
