"""Charts as SVG text: one hand for pages and documents, ink on paper, colour for state alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

INK, QUIET, RULE = "#1a1a1a", "#767676", "#d4d4d4"
STATE_COLOUR = {
    "on_course": "#00695c",
    "watch": "#b7791f",
    "behind": "#c2410c",
    "far_behind": "#7f1d1d",
    "not_yet_due": "#9a9a9a",
    "cannot_tell": "#9a9a9a",
    "no_report": "#5c5c5c",
    "not_asked": "#9a9a9a",
}
STATE_GREY = {
    "on_course": "#e6e6e6",
    "watch": "#b8b8b8",
    "behind": "#6e6e6e",
    "far_behind": "#1a1a1a",
    "not_yet_due": "#ffffff",
    "cannot_tell": "#ffffff",
    "no_report": "#ffffff",
    "not_asked": "#ffffff",
}


def sparkline(values: Sequence[float], due: Sequence[float], colour: str = INK, *, label: str = "") -> str:
    """Return a small series with its trajectory as a thin line and its last point marked."""
    width, height, pad = 96, 22, 3
    known = [v for v in (*values, *due) if not math.isnan(v)]
    if not known:
        return ""
    low, high = min(known), max(known)
    step = (width - 2 * pad) / max(len(values) - 1, 1)

    def at(i: int, v: float) -> str:
        y = height - pad - (v - low) / ((high - low) or 1) * (height - 2 * pad)
        return f"{pad + i * step:.1f},{y:.1f}"

    parts = [f'<polyline points="{run}" fill="none" stroke="{RULE}" stroke-width="1.4"/>' for run in _runs(due, at)]
    parts += [f'<polyline points="{run}" fill="none" stroke="{INK}" stroke-width="1.2"/>' for run in _runs(values, at)]
    last = max((i for i, v in enumerate(values) if not math.isnan(v)), default=None)
    if last is not None:
        x, y = at(last, values[last]).split(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="2.4" fill="{colour}"/>')
    return (
        f'<svg class="spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _runs(values: Sequence[float], at: Any) -> list[str]:
    """Return the unbroken stretches of a series as point lists, so that a gap shows as a gap."""
    runs: list[list[str]] = [[]]
    for i, v in enumerate(values):
        if math.isnan(v):
            runs.append([])
        else:
            runs[-1].append(at(i, v))
    return [" ".join(run) for run in runs if len(run) > 1]


def line_chart(chart: Mapping[str, Any], *, mark: str = "") -> str:
    """Return a target's series with trajectory and goal line.

    `chart` holds `labels` (every period to the deadline), `values`, `due` (trajectory), `goal`, `unit`,
    `goal_label`, `tick` (how many labels apart) and the words `legend`; `fan` the five ends of the ranges at the
    deadline, if any, and `fan_label` their words. `mark` is printed across simulated data.
    """
    width, height, left, right, top, bottom = 640, 270, 58, 16, 26, 30
    fan: Sequence[float] = chart.get("fan") or ()
    series: list[float] = [v for v in (*chart["values"], *chart["due"], chart["goal"], *fan) if not math.isnan(v)]
    if not series:
        return ""
    ticks = _ticks(min(series), max(series))
    low, high = ticks[0], ticks[-1]
    count = len(chart["labels"])

    def px(i: float) -> float:
        return left + i * (width - left - right) / max(count - 1, 1)

    def py(v: float) -> float:
        return height - bottom - (v - low) / ((high - low) or 1) * (height - top - bottom)

    def at(i: int, v: float) -> str:
        return f"{px(i):.1f},{py(v):.1f}"

    parts = [_text(left, 14, f"{chart['unit']}", QUIET)]
    for tick in ticks:
        parts.append(_line(left, py(tick), width - right, py(tick), RULE, 0.6))
        parts.append(_text(left - 6, py(tick) + 4, _tick_label(tick, ticks), QUIET, "end"))
    marked = range(0, count, chart["tick"])
    parts += [_text(px(i), height - 10, str(chart["labels"][i]), QUIET, "middle") for i in marked]
    if not math.isnan(chart["goal"]):
        parts.append(_line(left, py(chart["goal"]), width - right, py(chart["goal"]), INK, 1.0, "5 3"))
        parts.append(_text(width - right, py(chart["goal"]) - 5, chart["goal_label"], INK, "end"))
    parts += [
        f'<polyline points="{r}" fill="none" stroke="#a3a3a3" stroke-width="1.6"/>' for r in _runs(chart["due"], at)
    ]
    parts += [
        f'<polyline points="{r}" fill="none" stroke="{INK}" stroke-width="2"/>' for r in _runs(chart["values"], at)
    ]
    last = max((i for i, v in enumerate(chart["values"]) if not math.isnan(v)), default=None)
    if last is not None and fan:
        parts += _fan((px(last), py(chart["values"][last])), px(count - 1), [py(v) for v in fan], chart["fan_label"])
    if last is not None:
        parts.append(
            f'<circle cx="{px(last):.1f}" cy="{py(chart["values"][last]):.1f}" r="4" fill="{chart["colour"]}"/>'
        )
    parts.append(_legend(left + 60, chart["legend"]))
    if mark:
        parts.append(_text(width - right, height - bottom - 8, mark, "#b0b0b0", "end", 13))
    return _svg(width, height, parts, chart["title"])


def _fan(start: tuple[float, float], x: float, ends: Sequence[float], words: str) -> list[str]:
    """Return the ranges at the deadline as two wedges from the last value, the middle as a thin line."""
    low95, low80, middle, high80, high95 = ends
    wedges = ((low95, high95, "#ededed"), (low80, high80, "#d9d9d9"))
    parts = [
        f'<polygon points="{start[0]:.1f},{start[1]:.1f} {x:.1f},{low:.1f} {x:.1f},{high:.1f}" fill="{grey}"/>'
        for low, high, grey in wedges
    ]
    middle_line = _line(*start, x, middle, QUIET, 1.0, "2 3")
    return [*parts, middle_line, _text(x - 4, min(ends) - 4, words, QUIET, "end", 11)]


def _legend(x: float, legend: Sequence[str]) -> str:
    actual, due = legend
    return (
        _line(x, 10, x + 22, 10, INK, 2)
        + _text(x + 27, 14, actual, INK)
        + _line(x + 92, 10, x + 114, 10, "#a3a3a3", 1.6)
        + _text(x + 119, 14, due, INK)
    )


def stacked_bars(
    rows: Sequence[tuple[str, Mapping[str, int]]], states: Sequence[tuple[str, str]], *, mark: str = ""
) -> str:
    """Return one bar a row of counts by state, in greys and outlines that survive a photocopier."""
    width, left, line = 560, 96, 26
    height = line * len(rows) + 46
    widest = max((sum(counts.values()) for _, counts in rows), default=1) or 1
    unit = (width - left - 40) / widest
    parts = []
    x = float(left)
    for state, word in states:
        parts.append(
            f'<rect x="{x}" y="6" width="12" height="12" fill="{STATE_GREY[state]}" stroke="{INK}" stroke-width="0.7"/>'
        )
        parts.append(_text(x + 16, 16, word, INK))
        x += 30 + 13 * len(word)
    for i, (name, counts) in enumerate(rows):
        y = 30 + i * line
        parts.append(_text(left - 8, y + 14, name, INK, "end", 13))
        x = float(left)
        for state, _ in states:
            size = counts.get(state, 0) * unit
            if size:
                shade = "#ffffff" if state in {"behind", "far_behind"} else INK
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{size:.1f}" height="18" fill="{STATE_GREY[state]}" '
                    f'stroke="{INK}" stroke-width="0.7"/>'
                )
                if size > 15:
                    parts.append(_text(x + size / 2, y + 13, str(counts[state]), shade, "middle", 11))
            x += size
    if mark:
        parts.append(_text(width - 4, height - 4, mark, "#999999", "end", 11))
    return _svg(width, height, parts, "")


@dataclass(frozen=True, slots=True)
class _Frame:
    """How longitude and latitude become a drawing: its corner and its scales, equal lengths in both directions."""

    west: float
    north: float
    across: float
    down: float
    width: float
    height: float

    @classmethod
    def around(cls, corners: Sequence[Sequence[float]]) -> "_Frame | None":
        if not corners:
            return None
        west, east = min(p[0] for p in corners), max(p[0] for p in corners)
        south, north = min(p[1] for p in corners), max(p[1] for p in corners)
        squeeze = math.cos(math.radians((south + north) / 2))
        width = 430.0
        scale = width / ((east - west) * squeeze)
        return cls(west, north, squeeze * scale, scale, width, (north - south) * scale)

    def at(self, p: Sequence[float]) -> tuple[float, float]:
        return (p[0] - self.west) * self.across + 8, (self.north - p[1]) * self.down + 8


def entry_map(shapes: Sequence[Mapping[str, Any]], points: Sequence[Mapping[str, Any]], *, mark: str = "") -> str:
    """Return the counties in outline with linked points; a point holds `at` (lon, lat), `href`, `title`, `filled`.

    The drawing carries its own corner and scales, so that a click on it can be read as a place.
    """
    frame = _Frame.around([p for shape in shapes for ring in shape["rings"] for p in ring])
    if frame is None:
        return ""
    parts = []
    for shape in shapes:
        rings = ("M" + "L".join("{:.1f} {:.1f}".format(*frame.at(p)) for p in ring) + "Z" for ring in shape["rings"])
        parts.append(f'<path d="{"".join(rings)}" fill="#eef1f2" stroke="#fff" stroke-width="2"/>')
    for shape in shapes:
        x, y = frame.at(shape["label"])
        parts.append(_text(x, y, str(shape["name"]), QUIET, "middle", 13))
    for point in points:
        x, y = frame.at(point["at"])
        look = f'fill="{INK}"' if point["filled"] else f'fill="#fff" stroke="{INK}" stroke-width="2"'
        parts.append(
            f'<a href="{escape(point["href"])}"><circle cx="{x:.1f}" cy="{y:.1f}" r="5" {look}>'
            f"<title>{escape(point['title'])}</title></circle></a>"
        )
    if mark:
        parts.append(_text(12, frame.height + 8, mark, QUIET, "start", 11))
    drawn = _svg(frame.width + 16, frame.height + 16, parts, "")
    where = f'data-west="{frame.west}" data-north="{frame.north}" data-sx="{frame.across}" data-sy="{frame.down}"'
    return drawn.replace("<svg ", f"<svg {where} ", 1)


def county_map(shapes: Sequence[Mapping[str, Any]], points: Sequence[tuple[float, float]], *, mark: str = "") -> str:
    """Return the counties as a linked map shaded by share on course, with township points.

    A shape holds `rings` (lon, lat), `name`, `label`, `share` (0–1 or NaN), `href` and `title`.
    """
    frame = _Frame.around([p for shape in shapes for ring in shape["rings"] for p in ring])
    if frame is None:
        return ""
    at, width, height = frame.at, frame.width, frame.height
    parts = []
    for shape in shapes:
        path = "".join("M" + "L".join("{:.1f} {:.1f}".format(*at(p)) for p in ring) + "Z" for ring in shape["rings"])
        parts.append(
            f'<a href="{escape(shape["href"])}"><path d="{path}" fill="{_ink_tint(shape["share"])}" stroke="#fff" '
            f'stroke-width="2"><title>{escape(shape["title"])}</title></path></a>'
        )
    for point in points:
        x, y = at(point)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.5" fill="#fff" fill-opacity="0.85" pointer-events="none"/>'
        )
    for shape in shapes:
        x, y = at(shape["label"])
        share = "—" if math.isnan(shape["share"]) else f"{shape['share'] * 100:.0f}%"
        parts.append(
            f'<g pointer-events="none" text-anchor="middle" paint-order="stroke" stroke="#fff" stroke-width="3.5" '
            f'stroke-linejoin="round"><text x="{x:.1f}" y="{y - 2:.1f}" font-size="14" fill="{INK}">'
            f"{escape(shape['name'])}</text>"
            f'<text x="{x:.1f}" y="{y + 15:.1f}" font-size="13" fill="{INK}">{share}</text></g>'
        )
    if mark:
        parts.append(_text(12, height + 8, mark, QUIET, "start", 11))
    return _svg(width + 16, height + 16, parts, "")


def _ink_tint(share: float) -> str:
    """Return a grey: the more on course, the darker; white where it cannot be told."""
    if math.isnan(share):
        return "#f4f4f4"
    level = round(226 - min(max((share - 0.3) / 0.6, 0), 1) * 110)
    return f"#{level:02x}{min(level + 4, 255):02x}{min(level + 6, 255):02x}"


def _ticks(low: float, high: float) -> list[float]:
    span = (high - low) or abs(high) or 1.0
    raw = span / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    first = math.floor(low / step)
    return [step * k for k in range(first, math.ceil(high / step) + 1)]


def _tick_label(tick: float, ticks: Sequence[float]) -> str:
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else (1 if step % 1 else 0)
    return f"{tick:.{decimals}f}"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:  # noqa: PLR0913 -- a line has two ends
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start", size: int = 12) -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {where} fill="{colour}" font-size="{size}">{escape(words)}</text>'


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    named = f' role="img" aria-label="{escape(title)}"' if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}"{named} font-family="Noto Sans CJK SC, Noto Sans SC, sans-serif">{"".join(parts)}</svg>'
    )
