"""The annual evaluation as a procedure: self-score, check, publicity, objection to a line, decision, sealed.

It is folded from recorded acts: nothing is ever overwritten, and what stands for a line is the last word of who may
say it. The procedure follows the usual order of evaluation rules (自评、核查、公示、异议、审定).
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chengzai.assess._progress import rounded_gap
from chengzai.assess._ranking import Effects
from chengzai.collect import Act
from chengzai.kernel import Text, UserError

Said = Mapping[str, Mapping[str, Any]]


class NotNow(UserError):
    """The act is not due at this step of the procedure, or lacks what it needs."""


@dataclass(frozen=True, slots=True)
class AppraisedLine:
    """One item of one county: points as computed, claimed, checked and ruled, with the reasons given.

    Points are 0–100, NaN where nobody has spoken. `objection` is empty where none was raised; `open` while it waits.
    """

    computed: float
    claimed: float = math.nan
    note: str = ""
    checked: float = math.nan
    why: str = ""
    objection: str = ""
    ruled: float = math.nan
    ruling: str = ""

    @property
    def open(self) -> bool:
        """Whether an objection waits for its decision."""
        return bool(self.objection) and not self.ruling

    @property
    def final(self) -> float:
        """What stands: the decision, else the check, else the computed points.

        Points as printed have one decimal: who writes down the computed ones as printed has left them as they are.
        """
        said = next((p for p in (self.ruled, self.checked) if not math.isnan(p)), self.computed)
        return self.computed if math.isclose(said, self.computed, abs_tol=0.05) else said


@dataclass(frozen=True)
class Appraisal:
    """One year's procedure: on what it stands, how far it is, and every line of every county."""

    basis: Mapping[str, Any]
    lines: Mapping[str, Mapping[str, AppraisedLine]]
    claimed: frozenset[str] = frozenset()
    checked: frozenset[str] = frozenset()
    until: dt.date | None = None
    sealed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """How far it is: claim, check, object (in publicity), or seal once it is sealed."""
        if self.sealed:
            return "seal"
        if self.until:
            return "object"
        return "check" if self.claimed == frozenset(self.lines) else "claim"

    @property
    def waiting(self) -> tuple[tuple[str, str], ...]:
        """The objections that wait for a decision, as county and item."""
        return tuple((u, i) for u, items in self.lines.items() for i, line in items.items() if line.open)

    def totals(self, effects: Effects = Effects()) -> dict[str, float]:  # noqa: B008 -- frozen
        """Return each county's weighted mean of what stands and the points of events in force.

        Items without points for anybody are set aside.
        """
        weights = {item["id"]: float(item["weight"]) for item in self.basis["items"]}
        counted = [i for i in weights if not any(math.isnan(items[i].final) for items in self.lines.values())]
        whole = sum(weights[i] for i in counted)
        return {
            unit: math.fsum(weights[i] * items[i].final for i in counted) / whole + effects.points.get(unit, 0.0)
            if whole
            else math.nan
            for unit, items in self.lines.items()
        }

    def results(self, effects: Effects = Effects()) -> dict[str, dict[str, Any]]:  # noqa: B008 -- frozen
        """Return each county's score, rank within its class and grade as they stand, scores to one decimal."""
        totals = self.totals(effects)
        return {
            unit: {
                "score": None if math.isnan(total) else float(rounded_gap(total, "half_up")),
                "rank": 1 + sum(totals[other] > total for other in self._beside(unit)),
                "grade": self._grade(total, effects.limits.get(unit, "")),
            }
            for unit, total in totals.items()
        }

    def _beside(self, unit: str) -> list[str]:
        """Return the counties of a county's class; all of them where the basis names no classes."""
        classes = self.basis.get("classes") or {}
        return [other for other in self.lines if classes.get(other, "") == classes.get(unit, "")]

    def _grade(self, total: float, limit: str) -> str:
        if math.isnan(total):
            return ""
        order = [g["name"] for g in sorted(self.basis["grades"], key=lambda g: g["since"])]
        since = {g["name"]: g["since"] for g in self.basis["grades"]}
        held = max((n for n, name in enumerate(order) if total >= since[name]), default=0)
        return str(order[min(held, order.index(limit) if limit in order else held)])


def fold_appraisal(acts: Iterable[Act]) -> Appraisal | None:
    """Return the procedure as its acts have left it; None where it has not been opened."""
    found: Appraisal | None = None
    for act in acts:
        if act.act == "open":
            found = _opened(act.lines["basis"])
        elif found is not None:
            found = _after(found, act)
    return found


def _opened(basis: Mapping[str, Any]) -> Appraisal:
    lines = {
        unit: {item: AppraisedLine(math.nan if value is None else float(value)) for item, value in points.items()}
        for unit, points in basis["points"].items()
    }
    return Appraisal(basis, lines)


def _after(a: Appraisal, act: Act) -> Appraisal:
    if act.act == "publish":
        return replace(a, until=dt.date.fromisoformat(str(act.lines["until"])))
    if act.act == "seal":
        return replace(a, sealed=act.lines["sealed"])
    own = dict(a.lines[act.sheet.unit])
    for item, said in act.lines.items():
        own[item] = _said(own[item], act.act, said, act.reason)
    lines = {**a.lines, act.sheet.unit: own}
    if act.act == "claim":
        return replace(a, lines=lines, claimed=a.claimed | {act.sheet.unit})
    if act.act == "check":
        return replace(a, lines=lines, checked=a.checked | {act.sheet.unit})
    return replace(a, lines=lines)


def _said(line: AppraisedLine, act: str, said: Mapping[str, Any], reason: str) -> AppraisedLine:
    points, note = float(said.get("points", math.nan)), str(said.get("note", ""))
    if act == "claim":
        return replace(line, claimed=points, note=note)
    if act == "check":
        return replace(line, checked=points, why=note)
    if act == "object":
        return replace(line, objection=reason, ruled=math.nan, ruling="")
    return replace(line, ruled=points, ruling=reason)


def require_step(a: Appraisal, act: str, unit: str, lines: Said, reason: str, day: dt.date) -> None:
    """Return if the act may be taken now; raises NotNow with what is missing.

    `lines` are what is said of each item of the county `unit`; `day` is today.
    """
    if a.sealed:
        raise _not_now("已经封存，任何人不能再改。", "It is sealed.")
    if act in {"claim", "check"} and a.until:
        raise _not_now("已经公示；要改请在公示期内对该行提出异议。", "It is public: object to the line.")
    if act == "check" and unit not in a.claimed:
        raise _not_now("该县还没有自评。", "The county has not scored itself.")
    if act == "publish":
        missing = [u for u in a.lines if u not in a.checked]
        if missing or a.until:
            raise _not_now(
                "已经公示。" if a.until else f"还有{len(missing)}个县没有核查。", "Not every county is checked."
            )
    if act == "object" and (a.until is None or day > a.until):
        raise _not_now("不在公示期内，不能提出异议。", "Objections are heard during publicity alone.")
    if act == "seal":
        if a.until is None or day <= a.until:
            raise _not_now("公示期还没有结束。", "Publicity has not ended.")
        if a.waiting:
            raise _not_now(f"还有{len(a.waiting)}项异议没有裁定。", f"{len(a.waiting)} objections wait.")
    _require_lines(a, act, unit, lines, reason)


def _require_lines(a: Appraisal, act: str, unit: str, lines: Said, reason: str) -> None:
    if act in {"publish", "seal"}:
        return
    if not lines or any(item not in a.lines[unit] for item in lines):
        raise _not_now("请选择本办法里的指标。", "Name items of the scheme.")
    if act in {"object", "rule"} and not reason.strip():
        raise _not_now("请写明理由。", "Say why.")
    if act == "rule" and any(not a.lines[unit][item].open for item in lines):
        raise _not_now("该项没有等待裁定的异议。", "No objection waits on the line.")
    for item, said in lines.items():
        if act == "object":
            continue
        points = float(said.get("points", math.nan))
        if not 0 <= points <= 100:
            raise _not_now("每项得分在0至100之间。", "Points lie between 0 and 100.")
        computed = a.lines[unit][item].computed
        if (
            act == "check"
            and not str(said.get("note", "")).strip()
            and not math.isclose(points, computed, abs_tol=0.05)
        ):
            raise _not_now(
                "核查分与测算分不同的，须写明理由。", "A check that differs from the computed points says why."
            )


def _not_now(zh: str, en: str) -> NotNow:
    return NotNow(Text(zh, en))
