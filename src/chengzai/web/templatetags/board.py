"""What templates may draw: states, doors, charts. They only show; nothing is computed here."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chengzai.cycle import SITE_KINDS, local_time
from chengzai.publish import (
    REACH,
    STATE_COLOUR,
    STATE_SHAPE,
    chance_word,
    county_map,
    entry_map,
    frontier_chart,
    line_chart,
    moves_map,
    reach_map,
    sparkline,
)
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
        "fan": (context.get("foretold") or {}).get("fan"),
        "fan_label": label(language, "fan_line"),
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


_NAV = (
    ("home", "desk", ()),
    ("status/{period}", "status_page", ("administrator",)),
    ("registers", "registers", ("administrator",)),
    ("allocation", "allocation", ("administrator",)),
    ("evaluation/{board}", "evaluation", ("administrator",)),
    ("outlook/{board}", "outlook", ("administrator",)),
    ("papers/{board}", "papers", ("administrator",)),
    ("appraisal/{year}", "appraisal", ("administrator",)),
    ("adjustments/{year}", "adjustments", ("administrator", "reporter", "custodian")),
    ("burden", "burden", ("reporter",)),
)
_OWN = (
    ("verification/{board}", "verification", ("task_force", "leader", "evaluator", "auditor")),
    ("scenarios", "decide", ("task_force", "leader", "evaluator", "auditor", "county_reviewer")),
    ("content", "content", ("administrator", "task_force", "leader", "auditor")),
    ("journal", "journal", ("administrator", "auditor")),
    ("people", "people_page", ("administrator",)),
)


@register.simple_tag(takes_context=True)
def nav(context: Mapping[str, Any], roles: Sequence[str], path: str) -> SafeString:
    """Return the links that a person's roles open."""
    shown = [(name, words) for name, words, without in _NAV if set(roles) - set(without)]
    shown += [(name, words) for name, words, needed in _OWN if set(roles) & set(needed)]
    at = str(context["request"].path)
    period, board = str(context.get("open_period") or ""), str(context.get("board_period", ""))
    links = []
    for name, words in shown:
        if "{period}" in name and not period:
            continue
        address = f"{path}{name.format(period=period, board=board, year=board[:4])}.html"
        here = at.startswith(path + name.partition("{")[0].rstrip("/")) if name != "home" else at == address
        links.append(
            format_html(
                '<a href="{}"{}>{}</a>',
                address,
                mark_safe(' aria-current="page"') if here else "",
                label(str(context["language"]), words),
            )
        )
    if set(roles) - {"administrator"}:
        links.append(
            format_html(
                '<a href="/{}/index.html">{}</a>',
                context.get("board_period", ""),
                label(str(context["language"]), "boards"),
            )
        )
    return mark_safe("".join(links))  # noqa: S308 -- built by format_html above


_STEP_SHAPE = {"empty": "○", "submitted": "◔", "reviewed": "◑", "accepted": "●", "returned": "↩"}
_DECIDED = {"empty": "not_split", "submitted": "proposed", "accepted": "approved", "returned": "returned"}


@register.simple_tag(takes_context=True)
def step(context: Mapping[str, Any], name: str) -> SafeString:
    """Return where a line stands as shape and word."""
    word = label(str(context["language"]), name)
    return format_html('<span class="step {}"><i>{}</i>{}</span>', name, _STEP_SHAPE[name], word)


@register.simple_tag(takes_context=True)
def decided(context: Mapping[str, Any], name: str) -> SafeString:
    """Return where a proposal of the office stands as shape and word."""
    word = label(str(context["language"]), _DECIDED[name])
    return format_html('<span class="step {}"><i>{}</i>{}</span>', name, _STEP_SHAPE[name], word)


@register.filter
def plain(value: object) -> str:
    """Return a number as people write it: no tail of noughts; nothing for what is not there."""
    return "" if value is None else f"{value + 0:,.10g}" if isinstance(value, int | float) else str(value)


@register.filter
def chance(probability: float) -> str:
    """Return a probability as it may be said."""
    return chance_word(probability)


@register.filter
def local(moment: str) -> str:
    """Return a moment of the journal in the city's own time, to the minute."""
    return local_time(moment)


@register.simple_tag(takes_context=True)
def when(context: Mapping[str, Any], period: str) -> str:
    """Return a period as people say it: 2026年11月, 2026年第4季度, 2026年."""
    if str(context["language"]) == "en" or not period:
        return period
    year, rest = period[:4], period[4:]
    return f"{year}年{int(rest[1:])}月" if rest[:1] == "-" else f"{year}年第{rest[1:]}季度" if rest else f"{year}年"


@register.simple_tag(takes_context=True)
def file_name(context: Mapping[str, Any], number: int) -> str:
    """Return the name of a file of evidence, or its number where the page does not hold it."""
    return str(context.get("file_names", {}).get(number, f"{label(str(context['language']), 'file')}{number}"))


@register.simple_tag(takes_context=True)
def decision(context: Mapping[str, Any], act: str) -> str:
    """Return an act of the office in its own words: proposed, approved, returned."""
    return label(str(context["language"]), f"decision_{act}")


@register.simple_tag
def at(values: Sequence[object], place: int) -> object:
    """Return one value of a list by its place."""
    return values[place]


@register.simple_tag
def percent(part: int, of: Sequence[object]) -> int:
    """Return a share of a list's length in whole percent, for the width of a bar."""
    return round(part / len(of) * 100) if of else 0


@register.simple_tag
def sheet_address(row: Mapping[str, Any]) -> str:
    """Return the address of a sheet below the office."""
    if str(row["topic"]).startswith("register/"):
        return f"register/{row['form']}.html?unit={row['unit']}"
    if row["topic"] in {"allocation", "duties"}:
        return "allocation.html"
    if row["topic"] == "tasks":
        return f"tasks/{row['unit']}/{row['period']}.html"
    return f"form/{row['form']}/{row['unit']}/{row['period']}.html"


@register.simple_tag(takes_context=True)
def register_map(context: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the map of the counties with a register's entries, each linked to its row."""
    language = str(context["language"])
    points = [
        {
            "at": (float(row["lon"]), float(row["lat"])),
            "href": f"#e-{row['key']}",
            "title": f"{row['name']} {label(language, row['step'])}",
            "filled": row["step"] == "accepted",
        }
        for row in rows
        if row["lon"] and row["lat"] and not row["struck"]
    ]
    note = label(language, "indicative") + (f"　{_mark(context)}" if context["simulated"] else "")
    return mark_safe(entry_map(context["shapes"], points, mark=note))  # noqa: S308 -- publish escapes every word it draws


@register.simple_tag(takes_context=True)
def moves(context: Mapping[str, Any], told: Mapping[str, Any]) -> SafeString:
    """Return the map of who moves where."""
    language = str(context["language"])
    note = label(language, "indicative") + (f"　{_mark(context)}" if context["simulated"] else "")
    title = label(language, "what_moves")
    return mark_safe(moves_map(told["shapes"], told["moves"], told["sites"], title=title, mark=note))  # noqa: S308


@register.simple_tag(takes_context=True)
def reach(context: Mapping[str, Any], told: Mapping[str, Any]) -> SafeString:
    """Return the map of how long the ways are."""
    language = str(context["language"])
    note = label(language, "indicative") + (f"　{_mark(context)}" if context["simulated"] else "")
    title = label(language, "way_to").format(told["kind"])
    return mark_safe(reach_map(told["shapes"], told["points"], title=title, mark=note))  # noqa: S308


@register.simple_tag(takes_context=True)
def reach_key(context: Mapping[str, Any]) -> SafeString:
    """Return the key of the map of ways."""
    parts = [format_html('<span><i class="dot" style="background:{}"></i>≤{}′</span> ', g, n) for n, g in REACH]
    far = format_html('<span><i class="dot far"></i>{}</span>', label(str(context["language"]), "beyond"))
    return mark_safe("".join([*parts, far]))  # noqa: S308 -- built by format_html


@register.simple_tag(takes_context=True)
def frontier(context: Mapping[str, Any], told: Mapping[str, Any]) -> SafeString:
    """Return what money buys in a town."""
    points = [(float(cost), float(people)) for cost, people in told["points"]]
    return mark_safe(frontier_chart(points, told["target"], title=str(told["town"]), mark=_mark(context)))  # noqa: S308


@register.simple_tag
def percent_of(share: float) -> str:
    """Return a share as a number of per cent, with up to two decimals."""
    return f"{round(share * 100, 2):g}"


@register.simple_tag(takes_context=True)
def kind_word(context: Mapping[str, Any], kind: str) -> str:
    """Return the words for a kind of site, or the kind as the sheets name it."""
    return SITE_KINDS[kind].in_(str(context["language"])) if kind in SITE_KINDS else kind


@register.filter
def hundredth(share: float | None) -> str:
    """Return a share as per cent with one decimal, or a dash where there is none."""
    if not isinstance(share, int | float):
        return "—"
    return "—" if share is None else f"{share * 100:.1f}%"


def _mark(context: Mapping[str, Any]) -> str:
    return label(str(context["language"]), "simulated_short") if context["simulated"] else ""


def _floats(values: Sequence[float | None]) -> list[float]:
    return [math.nan if v is None else v for v in values]


_VERDICT = {"pass": "✓", "fail": "✗", "warn": "▲", "not_measured": "–", "person": "○"}


@register.simple_tag(takes_context=True)
def verdict(context: Mapping[str, Any], name: str) -> SafeString:
    """Return a verdict on the layout as shape and word."""
    return format_html("<i>{}</i> {}", _VERDICT[name], label(str(context["language"]), f"layout_{name}"))


@register.simple_tag(takes_context=True)
def paper_says(context: Mapping[str, Any], name: str) -> str:
    """Return what a paper is for, in one line."""
    return label(str(context["language"]), f"{name}_says")


@register.simple_tag
def tried(scheme: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Return the weight of an item as it is tried, or as the scheme has it."""
    weights = scheme.get("what_if", {}).get("weights", {})
    return f"{weights.get(item['id'], item['weight']):g}"


@register.simple_tag(takes_context=True)
def passes(context: Mapping[str, Any], passed: Mapping[str, Any]) -> str:
    """Return who passes whom under other weights and by which indicators, as a sentence."""
    because = "、".join(f"{b['name']}（{b['points']:+.2f}）" for b in passed["because"])
    words = label(str(context["language"]), "what_if_passed")
    return words.format(passed["name"], passed["was"], passed["now"], passed["other"], because)
