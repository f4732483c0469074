"""What boards and papers say of tasks that are blocked: who, what, since when, how long and why."""

from collections.abc import Sequence
from typing import Any

from chengzai.kernel import Period
from chengzai.publish._blocked import Blocked
from chengzai.publish._blocks import Block, Line
from chengzai.publish._claims import said

_MOST = 60  # characters of a reason that a paper prints; the page has all of it


def blocked_rows(blocked: Sequence[Blocked], period: Period) -> list[dict[str, Any]]:
    """Return blocked tasks as a page shows them."""
    return [
        {
            "task": b.task,
            "words": b.words,
            "unit": b.unit,
            "unit_name": b.unit_name,
            "since": b.since.text,
            "reported": b.reported.text,
            "months": b.months(period),
            "reason": b.reason,
            "next": b.next_step,
        }
        for b in blocked
    ]


def blocked_lines(blocked: Sequence[Blocked], period: Period, *, most: int) -> list[Line]:
    """Return what papers say of blocked tasks: who, what, since when, how long and why; the longest blocked first."""
    lines: list[Line] = []
    for b in blocked[:most]:
        months = b.months(period)
        how_long = f"，已{months}个月" if months > 1 else ""
        since = f"{b.since.year}年{b.since.part}月"
        words = f"{b.unit_name}报告“{b.words}”自{since}起受阻{how_long}，原因是“{_short(b.reason)}”"
        last = "" if b.reported == period else f"（最近一次报告为{b.reported.year}年{b.reported.part}月）"
        lines.append((said(f"{words}{last}。", "blocked", b.task, b.unit, b.since.text, b.reported.text),))
    if len(blocked) > most:
        lines.append((said("其余受阻任务见进度看板。", "more-blocked", str(most)),))
    return lines


def blocked_blocks(blocked: Sequence[Blocked], period: Period, *, most: int = 10) -> list[Block]:
    """Return the paragraphs of blocked tasks for a meeting to decide on; none where nothing is blocked."""
    lines = blocked_lines(blocked, period, most=most)
    head: list[Line] = [("下列任务受阻，提请研究解决：",)] if lines else []
    return [Block("body", (line,)) for line in [*head, *lines]]


def _short(reason: str) -> str:
    words = " ".join(reason.split()).rstrip("。.")
    return words if len(words) <= _MOST else words[:_MOST] + "……"
