"""Maps and curves for decisions, as SVG text: who moves where, how long the way is, what money buys."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from chengzai.publish._svg import INK, QUIET, RULE, _Frame, _line, _svg, _text, _tick_label, _ticks

# Minutes up to which a way belongs to a class, and its grey: the nearer, the darker.
REACH = ((5, "#1a1a1a"), (10, "#4d4d4d"), (15, "#7d7d7d"), (30, "#ababab"), (50, "#cfcfcf"))
_BEYOND, _BEYOND_ALL = "#c2410c", 1e9


def _outlines(frame: _Frame, shapes: Sequence[Mapping[str, Any]]) -> list[str]:
    parts = []
    for shape in shapes:
        rings = ("M" + "L".join("{:.1f} {:.1f}".format(*frame.at(p)) for p in ring) + "Z" for ring in shape["rings"])
        parts.append(f'<path d="{"".join(rings)}" fill="#f1f3f3" stroke="#fff" stroke-width="2"/>')
    return parts


def _names(frame: _Frame, shapes: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f'<g paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round" pointer-events="none">'
        f"{_text(*frame.at(shape['label']), str(shape['name']), QUIET, 'middle', 13)}</g>"
        for shape in shapes
    ]


def _drawn(frame: _Frame, parts: list[str], title: str, mark: str) -> str:
    if mark:
        parts.append(_text(12, frame.height + 8, mark, QUIET, "start", 11))
    svg = _svg(frame.width + 16, frame.height + 16, parts, title)
    where = f'data-west="{frame.west}" data-north="{frame.north}" data-sx="{frame.across}" data-sy="{frame.down}"'
    return svg.replace("<svg ", f"<svg {where} ", 1)


def moves_map(
    shapes: Sequence[Mapping[str, Any]],
    moves: Sequence[Mapping[str, Any]],
    sites: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    mark: str = "",
) -> str:
    """Return the counties with a line from each village to its site, and sites as large as who moves there.

    A move holds `from` and `to` (lon, lat) and `title`; a site `at`, `persons` and `title`.
    """
    frame = _Frame.around([p for shape in shapes for ring in shape["rings"] for p in ring])
    if frame is None:
        return ""
    parts = _outlines(frame, shapes)
    for move in moves:
        (x1, y1), (x2, y2) = frame.at(move["from"]), frame.at(move["to"])
        parts.append(
            f"<g><title>{escape(move['title'])}</title>{_line(x1, y1, x2, y2, '#8a8a8a', 0.8)}"
            f'<circle cx="{x1:.1f}" cy="{y1:.1f}" r="1.8" fill="{INK}"/></g>'
        )
    for site in sites:
        x, y = frame.at(site["at"])
        radius = 2.5 + (site["persons"] ** 0.5) / 6
        look = f'fill="{INK}" fill-opacity="0.8"' if site["persons"] else f'fill="#fff" stroke="{INK}"'
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {look}><title>{escape(site["title"])}</title></circle>'
        )
    return _drawn(frame, parts + _names(frame, shapes), title, mark)


def reach_map(
    shapes: Sequence[Mapping[str, Any]], points: Sequence[Sequence[Any]], *, title: str = "", mark: str = ""
) -> str:
    """Return the counties with every place coloured by its way: a point is lon, lat, minutes (None: no way), title.

    Each carries its number in `points`.
    """
    frame = _Frame.around([p for shape in shapes for ring in shape["rings"] for p in ring])
    if frame is None:
        return ""
    parts = _outlines(frame, shapes)
    far = float("inf")
    for n, (lon, lat, minutes, words) in sorted(
        enumerate(points), key=lambda p: -(far if p[1][2] is None else p[1][2])
    ):
        x, y = frame.at((lon, lat))
        grey = next((g for limit, g in REACH if minutes is not None and minutes <= limit), None)
        look = f'fill="{grey}"' if grey else f'fill="#fff" stroke="{_BEYOND}" stroke-width="1.2"'
        where = f'data-n="{n}" cx="{x:.1f}" cy="{y:.1f}" r="2.3"'
        parts.append(f"<circle {where} {look}><title>{escape(words)}</title></circle>")
    return _drawn(frame, parts + _names(frame, shapes), title, mark)


def frontier_chart(points: Sequence[tuple[float, float]], target: float, *, title: str, mark: str = "") -> str:
    """Return what money buys: `points` are (亿元, 万人) between which the cheapest cost is straight."""
    width, height, left, right, top, bottom = 300, 170, 44, 14, 20, 28
    if not points:
        return ""
    across = max(cost for cost, _ in points) or 1.0
    ticks = _ticks(min(p for _, p in points), max(target, *(p for _, p in points)))
    low, high = ticks[0], ticks[-1]

    def at(cost: float, people: float) -> tuple[float, float]:
        return (
            left + cost / across * (width - left - right),
            height - bottom - (people - low) / ((high - low) or 1) * (height - top - bottom),
        )

    parts = [_text(left, 13, title, INK)]
    for tick in ticks:
        y = at(0, tick)[1]
        parts += [
            _line(left, y, width - right, y, RULE, 0.6),
            _text(left - 5, y + 4, _tick_label(tick, ticks), QUIET, "end", 11),
        ]
    y = at(0, target)[1]
    parts.append(_line(left, y, width - right, y, INK, 1.0, "5 3"))
    run = " ".join("{:.1f},{:.1f}".format(*at(*p)) for p in points)
    parts.append(f'<polyline points="{run}" fill="none" stroke="{INK}" stroke-width="2"/>')
    parts += [f'<circle cx="{at(*p)[0]:.1f}" cy="{at(*p)[1]:.1f}" r="2.6" fill="{INK}"/>' for p in points]
    parts.append(_text(left, height - 8, "0", QUIET, "middle", 11))
    parts.append(_text(width - right, height - 8, f"{across:.3g} 亿元", QUIET, "end", 11))
    if mark:
        parts.append(_text(width - right, height - bottom - 5, mark, "#8a8a8a", "end", 10))
    return _svg(width, height, parts, title)
