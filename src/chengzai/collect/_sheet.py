"""Sheets: what one unit hands in for one period, line by line, and the steps each line takes to be in force.

A sheet is never stored; it is folded from the acts in the journal, so that its history is its state.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chengzai.kernel import Actor, Text, UserError

Content = Mapping[str, Any]
STEPS = ("empty", "submitted", "reviewed", "accepted", "returned")


class NotAllowed(UserError):
    """An act that the line's state, or the person's part in it, does not admit; nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The name of a sheet: its topic such as `form/goals-county`, the unit that answers for it, and the period.

    `period` is empty for what has none: register entries and the allocation.
    """

    topic: str
    unit: str
    period: str = ""

    @property
    def kind(self) -> str:
        """The part of the topic before the slash: `form`, `tasks`, `register`, `allocation`, `duties`."""
        return self.topic.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the journal: who did what to which lines of which sheet, and when it became known."""

    sequence: int
    at: str
    actor: str
    name: str
    act: str
    sheet: Sheet
    lines: Mapping[str, Content] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as its acts have left it.

    `content` is what was last handed in; `in_force` what was last accepted, which holds until another is accepted.
    `accepted` holds everything accepted so far with the day from which each holds, empty where that is always.
    """

    key: str
    step: str = "empty"
    content: Content = field(default_factory=dict)
    in_force: Content = field(default_factory=dict)
    accepted_at: int = 0
    submitted_by: str = ""
    reviewed_by: str = ""
    reason: str = ""
    history: tuple[Act, ...] = ()
    accepted: tuple[tuple[str, Content], ...] = ()

    def on(self, day: dt.date) -> Content:
        """Return what holds on a day: of all that was accepted to hold by then, what was accepted last."""
        by_then = [content for since, content in self.accepted if not since or since <= day.isoformat()]
        return by_then[-1] if by_then else {}


# (step, act) → (who may, next step). Anything absent is forbidden.
_REPORTED: dict[tuple[str, str], tuple[str, str]] = {
    ("empty", "submit"): ("hand_in", "submitted"),
    ("submitted", "submit"): ("hand_in", "submitted"),
    ("returned", "submit"): ("hand_in", "submitted"),
    ("accepted", "submit"): ("hand_in", "submitted"),
    ("submitted", "review"): ("review", "reviewed"),
    ("submitted", "return"): ("review", "returned"),
    ("reviewed", "accept"): ("accept", "accepted"),
    ("reviewed", "return"): ("accept", "returned"),
    ("accepted", "return"): ("accept", "returned"),
}
# What the office itself decides has no review in between: one proposes, another approves.
_DECIDED: dict[tuple[str, str], tuple[str, str]] = {
    ("empty", "submit"): ("hand_in", "submitted"),
    ("submitted", "submit"): ("hand_in", "submitted"),
    ("returned", "submit"): ("hand_in", "submitted"),
    ("accepted", "submit"): ("hand_in", "submitted"),
    ("submitted", "accept"): ("accept", "accepted"),
    ("submitted", "return"): ("accept", "returned"),
    ("accepted", "return"): ("accept", "returned"),
}
_FLOWS = {"allocation": _DECIDED, "duties": _DECIDED}
ACTS = ("submit", "review", "accept", "return")


def fold(acts: Iterable[Act]) -> dict[str, Line]:
    """Return the lines of one sheet as its acts, in order, have left them."""
    lines: dict[str, Line] = {}
    for act in acts:
        for key, content in act.lines.items():
            if act.act in ACTS:
                lines[key] = _after(lines.get(key) or Line(key), act, content)
    return lines


def _after(line: Line, act: Act, content: Content) -> Line:
    history = (*line.history, act)
    if act.act == "submit":
        return replace(
            line, step="submitted", content=content, submitted_by=act.actor, reviewed_by="", reason="", history=history
        )
    if act.act == "review":
        return replace(line, step="reviewed", reviewed_by=act.actor, history=history)
    if act.act == "accept":
        accepted = (*line.accepted, (str(content.get("since", "")), line.content))
        return replace(
            line, step="accepted", in_force=line.content, accepted_at=act.sequence, history=history, accepted=accepted
        )
    return replace(line, step="returned", reason=act.reason, history=history)


def next_step(line: Line, act: str, *, kind: str, actor: Actor, parts: Iterable[str], name: str = "") -> str:
    """Return the step an act leads to; raises NotAllowed with the reason in words.

    `parts` are what the person may do with this line by role: `hand_in`, `review`, `accept`.
    Reporter, approver and the one who accepts are three people, whatever their roles.
    """
    name = name or line.key
    needed, step = _FLOWS.get(kind, _REPORTED).get((line.step, act), ("", ""))
    if not step:
        raise NotAllowed(
            Text(
                f"“{name}”现为“{STEP_WORD[line.step]}”，不能{ACT_WORD[act]}；请刷新页面看最新状态。",
                f"'{line.key}' is {line.step}, so it cannot take '{act}'; reload to see where it stands.",
            )
        )
    if needed not in parts:
        raise NotAllowed(
            Text(
                f"您没有{ACT_WORD[act]}“{name}”的权限；需要时请管理员授权。",
                f"You may not '{act}' the line '{line.key}'; an administrator grants that.",
            )
        )
    makers = {line.submitted_by, str(line.content.get("typed_by", ""))}
    if act in {"review", "accept"} and actor.id in makers | {line.reviewed_by if act == "accept" else ""}:
        own = "填报" if actor.id in makers else "审核"
        raise NotAllowed(
            Text(
                f"“{name}”是您自己{own}的，须由另一人{ACT_WORD[act]}。",
                f"You handed in or reviewed '{line.key}' yourself; somebody else must '{act}' it.",
            )
        )
    return step


STEP_WORD = {"empty": "未报", "submitted": "待审核", "reviewed": "待验收", "accepted": "已验收", "returned": "已退回"}
ACT_WORD = {"submit": "报送", "review": "审核通过", "accept": "验收", "return": "退回"}
