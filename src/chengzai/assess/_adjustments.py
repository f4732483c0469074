"""Bonus, penalty, cap and veto as events: each with its document, author, appeal and effect; folded from acts.

An event counts in its year from the day of its document, once somebody other than its author has accepted it. A county
may appeal; until the appeal is decided the event stands, and an appeal that is upheld ends it. Nothing is overwritten.
"""

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chengzai.assess._ranking import Effects
from chengzai.assess._scheme import Scheme
from chengzai.collect import Act
from chengzai.kernel import Text, UserError

ADJUSTMENTS: Mapping[str, Text] = {
    "bonus": Text("加分", "bonus"),
    "penalty": Text("扣分", "penalty"),
    "cap": Text("限等", "cap on the grade"),
    "veto": Text("否决", "veto"),
}


class AdjustmentRefused(UserError):
    """An event, or a step with one, that the scheme or the order of steps does not allow."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One event of a county: what it is, on which document it stands, who entered it, and how far it has come.

    `points` are those of a bonus or penalty, always above nought; `grade` is the best grade a cap leaves; `ground` the
    scheme's own words for a veto. `step` is `entered`, `accepted` or `refused`; `ruling` is empty until an appeal is
    decided, then `kept` or `ended`. `decider` and `appellant` are the persons' ids beside their names.
    """

    key: str
    unit: str
    kind: str
    document: str
    day: dt.date
    author: str
    author_name: str
    points: float = 0.0
    grade: str = ""
    ground: str = ""
    step: str = "entered"
    decided_by: str = ""
    reason: str = ""
    appeal: str = ""
    appealed_by: str = ""
    ruling: str = ""
    ruled_by: str = ""
    ruled_why: str = ""
    decider: str = ""
    appellant: str = ""

    @property
    def matter(self) -> tuple[object, ...]:
        """What two entries of one event have in common: county, kind, document however it is spaced, day, effect."""
        document = "".join(unicodedata.normalize("NFKC", self.document).split())
        effect: object = {"cap": self.grade, "veto": self.ground}.get(self.kind, self.points)
        return self.unit, self.kind, document, self.day, effect

    @property
    def waiting(self) -> bool:
        """Whether an appeal waits for its decision."""
        return bool(self.appeal) and not self.ruling

    @property
    def in_force(self) -> bool:
        """Whether it has its effect: accepted, and not ended on appeal."""
        return self.step == "accepted" and self.ruling != "ended"


def fold_adjustments(acts: Iterable[Act]) -> tuple[Adjustment, ...]:
    """Return the events as their acts have left them, in the order in which they were entered."""
    found: dict[str, Adjustment] = {}
    for act in acts:
        if act.act == "enter":
            key = str(act.sequence)
            found[key] = event_of(key, act)
            continue
        for key in act.lines:
            if key in found:
                found[key] = _after(found[key], act)
    return tuple(found.values())


def event_of(key: str, act: Act) -> Adjustment:
    """Return the event that an act of entering says, under its key."""
    said: Mapping[str, Any] = act.lines["event"]
    return Adjustment(
        key,
        act.sheet.unit,
        str(said["kind"]),
        str(said["document"]),
        dt.date.fromisoformat(str(said["day"])),
        act.actor,
        act.name,
        float(said.get("points", 0.0)),
        str(said.get("grade", "")),
        str(said.get("ground", "")),
    )


def _after(a: Adjustment, act: Act) -> Adjustment:
    if act.act in {"accept", "refuse"}:
        step = "accepted" if act.act == "accept" else "refused"
        return replace(a, step=step, decided_by=act.name, decider=act.actor, reason=act.reason)
    if act.act == "appeal":
        appealed = replace(a, appeal=act.reason, appealed_by=act.name, appellant=act.actor)
        return replace(appealed, ruling="", ruled_by="", ruled_why="")
    outcome = str(act.lines[a.key].get("outcome", "kept"))
    return replace(a, ruling=outcome, ruled_by=act.name, ruled_why=act.reason)


def effects_of(scheme: Scheme, adjustments: Iterable[Adjustment], year: int, until: dt.date) -> Effects:
    """Return what the events in force do in a year up to a day: points within the scheme's limits, and grades left.

    Bonuses of a county count up to `bonus_most`, penalties up to `penalty_most`; of several limits the lowest holds.
    """
    since = {grade.name: grade.since for grade in scheme.grades}
    gained: dict[str, float] = {}
    lost: dict[str, float] = {}
    limits: dict[str, str] = {}
    for a in adjustments:
        if not a.in_force or a.day.year != year or a.day > until:
            continue
        if a.kind == "bonus":
            gained[a.unit] = gained.get(a.unit, 0.0) + a.points
        elif a.kind == "penalty":
            lost[a.unit] = lost.get(a.unit, 0.0) + a.points
        else:
            limit = scheme.veto_grade if a.kind == "veto" else a.grade
            limits[a.unit] = min((limits.get(a.unit, limit), limit), key=lambda name: since.get(name, math.inf))
    points = {
        unit: min(gained.get(unit, 0.0), scheme.bonus_most) - min(lost.get(unit, 0.0), scheme.penalty_most)
        for unit in {**gained, **lost}
    }
    return Effects(points, limits)


def require_adjustment(scheme: Scheme, event: Mapping[str, Any], year: int, today: dt.date) -> None:
    """Return if an event may be entered under a scheme; raises AdjustmentRefused with what is missing."""
    kind = str(event.get("kind", ""))
    if kind not in ADJUSTMENTS:
        raise _refused(f"没有“{kind}”这种事项：{'、'.join(ADJUSTMENTS)}。", f"'{kind}' is none of {list(ADJUSTMENTS)}.")
    if not str(event.get("document", "")).strip():
        raise _refused("请写明依据文件的名称和文号。", "Name the document it stands on, with its number.")
    try:
        day = dt.date.fromisoformat(str(event.get("day", "")))
    except ValueError:
        raise _refused("请写明文件日期，如 2026-05-08。", "Give the document's day, such as 2026-05-08.") from None
    if day.year != year or day > today:
        raise _refused(f"文件日期须在{year}年内，且不晚于今天。", f"The day lies in {year} and not after today.")
    if kind in {"bonus", "penalty"}:
        _require_points(scheme, kind, event)
    if kind == "cap" and event.get("grade") not in {grade.name for grade in scheme.grades}:
        raise _refused("限等须写明本办法中的一个等次。", "A cap names a grade of the scheme.")
    if kind == "veto" and event.get("ground") not in scheme.veto:
        raise _refused(f"否决须选本办法列明的事项：{'、'.join(scheme.veto)}。", "A veto names a ground of the scheme.")


def require_single(event: Adjustment, others: Iterable[Adjustment]) -> None:
    """Return if no other entry is the same event; raises AdjustmentRefused with where that one stands.

    One that was refused may come again; one that a ruling has ended may not.
    """
    for other in others:
        if other.key == event.key or other.step == "refused" or other.matter != event.matter:
            continue
        if other.ruling == "ended":
            raise _refused(
                f"第{other.key}号事项与此相同，已经裁定撤销，不能重新录入。",
                f"Event {other.key} is the same and was ended on appeal: it does not come again.",
            )
        raise _refused(
            f"第{other.key}号事项与此相同（同县、同文件、同日、同效果），不能重复计入；"
            "确是同一文件中的另一件事，请在依据文件中写明条款。",
            f"Event {other.key} is the same (county, document, day, effect) and does not count twice; for another "
            "matter of that document, name its article beside the document.",
        )


def _require_points(scheme: Scheme, kind: str, event: Mapping[str, Any]) -> None:
    most = scheme.bonus_most if kind == "bonus" else scheme.penalty_most
    points = event.get("points")
    if not isinstance(points, int | float) or not 0 < points <= most:
        zh, en = ADJUSTMENTS[kind].zh, ADJUSTMENTS[kind].en
        raise _refused(f"{zh}须大于0、不超过{most:g}分。", f"A {en} is above 0 and at most {most:g} points.")


def require_adjustment_step(a: Adjustment, act: str, actor: str, reason: str, outcome: str = "") -> None:
    """Return if a step may be taken with an event by a person; raises AdjustmentRefused with what stands against it."""
    if act in {"accept", "refuse"} and a.step != "entered":
        raise _refused("这个事项已经审定过。", "It was decided before.")
    if act in {"accept", "refuse", "rule"} and actor == a.author:
        raise _refused("录入人不能自己审定。", "Who entered it does not decide it.")
    if act == "appeal" and (a.step != "accepted" or a.appeal):
        raise _refused("只有已生效、未申诉过的事项可以申诉。", "Only an accepted event can be appealed, once.")
    if act == "rule" and not a.waiting:
        raise _refused("没有等待裁定的申诉。", "No appeal waits.")
    if act == "rule" and actor == a.decider:
        raise _refused(
            "审定这个事项的人不能裁定对它的申诉，须由另一位领导裁定。",
            "Who accepted the event does not rule on the appeal against it: another leader does.",
        )
    if act == "rule" and actor == a.appellant:
        raise _refused("申诉人不能裁定自己的申诉。", "Who appealed does not rule on the appeal.")
    if act == "rule" and outcome not in {"kept", "ended"}:
        raise _refused("裁定须为“维持”或“撤销”。", "A ruling is `kept` or `ended`.")
    if act in {"refuse", "appeal", "rule"} and not reason.strip():
        raise _refused("请写明理由。", "Say why.")


def _refused(zh: str, en: str) -> AdjustmentRefused:
    return AdjustmentRefused(Text(zh, en))
