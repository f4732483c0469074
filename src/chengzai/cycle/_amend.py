"""Amending a plan: a reviewed draft is laid over it, every change is decided, an approver sets the day."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chengzai.cycle._clock import now
from chengzai.cycle._history import Amended, plan_history
from chengzai.cycle._review import reviewed_draft
from chengzai.kernel import Places, Severity, Text, UserError
from chengzai.plan import (
    Carried,
    Change,
    Doubt,
    Plan,
    Version,
    audit_plan,
    carry,
    compare_versions,
    compile_plan,
)
from chengzai.store import (
    append_decision,
    pack_files,
    pairs,
    plan_versions,
    read_decisions,
    read_pack,
    read_plan,
    write_files,
)

_LOG = "amendment"
_AGREE = "agree"
_WHAT = {"changed": "改动", "added": "新增", "dropped": "删去", "doubt": "存疑"}


class AmendmentRefused(UserError):
    """An amendment that cannot be recorded: something is undecided, or the new version does not hold together."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing of an amendment that a person decides: a change to agree to, or a doubt with its choices.

    `choice` is what was decided, empty until then, and `by` who decided it. A decision counts for the words that it was
    taken on: when the draft says something else later, the point is open again.
    """

    key: str
    what: str
    question: Text
    choices: tuple[str, ...]
    choice: str = ""
    by: str = ""

    @property
    def digest(self) -> str:
        """Return what the decision is bound to: the question in words."""
        return hashlib.sha256(f"{self.key} {self.question.zh}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Proposed:
    """An amendment before it is recorded: its tables and plan, every change, and the points to decide."""

    carried: Carried
    plan: Plan
    changes: tuple[Change, ...]
    points: tuple[Point, ...]

    @property
    def open(self) -> tuple[Point, ...]:
        """The points that nobody has decided yet."""
        return tuple(point for point in self.points if not point.choice)


def propose_amendment(content: Path, draft: Path, *, on: dt.date | None = None) -> Proposed:
    """Return what a draft, as reviewed, would change of the plan in force on a day, by default the latest version.

    Raises NothingToReview where the folder holds no draft.
    """
    old = version_in_force(content, on)
    tables, document = reviewed_draft(draft)
    new = Version(tables, compile_plan(tables, document)[0])
    places = read_pack(content).places
    log = read_decisions(draft, _LOG)
    last = {str(entry["key"]): str(entry["choice"]) for entry in log}
    apart = {key.partition(":")[2] for key, choice in last.items() if choice == "apart"}
    return proposed(old, carry(old, new, places, apart=apart, prefix=f"{_stamp(document)}-"), places, log)


def proposed(old: Version, carried: Carried, places: Places, log: Iterable[Mapping[str, Any]]) -> Proposed:
    """Return a carried plan with its changes and points, the decisions of a log taken on them."""
    doubts = [_of_doubt(doubt, places) for doubt in carried.doubts]
    decided = {str(e["digest"]): e for e in log}
    doubts = [_decided(point, decided) for point in doubts]
    settled = _settled(carried, dict(zip(carried.doubts, doubts, strict=True)), old)
    plan = compile_plan(settled.tables, settled.document)[0]
    changes = compare_versions(old.plan, plan)
    points = [_decided(_of_change(change), decided) for change in changes if change.what != "kept"]
    return Proposed(settled, plan, changes, (*doubts, *points))


def version_in_force(content: Path, on: dt.date | None = None) -> Version:
    """Return the version of a pack's plan in force on a day, by default the latest of all."""
    versions = [v for v in plan_versions(content) if on is None or v.in_force <= on]
    tables, document = read_plan(versions[-1].folder if versions else content)
    return Version(tables, compile_plan(tables, document)[0])


def decide_amendment(content: Path, draft: Path, key: str, choice: str, *, by: str, note: str = "") -> Proposed:
    """Take one decision on an amendment and return it after; `all` agrees to every change that raises no doubt.

    Raises AmendmentRefused for a point or a choice that there is not.
    """
    if not by.strip():
        raise AmendmentRefused(Text("请写明由谁决定（--by 姓名）。", "Say who decides (--by NAME)."))
    told = propose_amendment(content, draft)
    chosen = [p for p in told.points if p.key == key or (key == "all" and p.what != "doubt" and not p.choice)]
    if not chosen and key != "all":
        raise AmendmentRefused(Text(f"没有“{key}”这一条。", f"There is no point '{key}'."))
    for point in chosen:
        if choice not in point.choices and not (point.choices[-1:] == ("DAY",) and _is_day(choice)):
            words = "、".join(point.choices)
            raise AmendmentRefused(Text(f"“{point.key}”可选：{words}。", f"Choices for '{point.key}': {words}."))
        at = now(simulated=False).astimezone().isoformat(timespec="seconds")
        entry = {"at": at, "author": by, "key": point.key, "digest": point.digest, "choice": choice, "note": note}
        append_decision(draft, entry, _LOG)
    return propose_amendment(content, draft)


def amend_plan(content: Path, draft: Path, *, in_force: dt.date, approver: str, why: str = "") -> Amended:
    """Record a draft whose every change was decided as an amendment that holds from a day; nothing is overwritten.

    Raises AmendmentRefused while something is undecided, where the approver decided it, or where the new version
    does not hold together.
    """
    told = propose_amendment(content, draft)
    if told.open:
        first = told.open[0]
        raise AmendmentRefused(
            Text(
                f"还有 {len(told.open)} 处没有决定，第一处 {first.key}：{first.question.zh}"
                f"请用 chengzai plan amend {content} {draft} --decide {first.key}=… --by 姓名。",
                f"{len(told.open)} points are undecided, first {first.key}: {first.question.en}",
            )
        )
    authors = {point.by for point in told.points}
    if not approver.strip() or approver in authors:
        raise AmendmentRefused(
            Text(
                "修订须由未参与逐条决定的人批准（--approver 姓名）。",
                "Somebody who decided none of its points approves an amendment (--approver NAME).",
            )
        )
    files = amendment_files(told, in_force=in_force, approver=approver, decided_by=sorted(authors), why=why)
    write_files(free_folder(content, in_force), files)
    return plan_history(content)[-1]


def amendment_files(
    told: Proposed, *, in_force: dt.date, approver: str, decided_by: Iterable[str], why: str
) -> dict[str, bytes]:
    """Return the files of an amendment by name; raises AmendmentRefused where it changes nothing or has errors."""
    if all(change.what == "kept" for change in told.changes):
        raise AmendmentRefused(Text("与现行方案相比没有任何改动。", "Nothing differs from the plan in force."))
    plan, unread = compile_plan(told.carried.tables, told.carried.document)
    errors = [f for f in audit_plan(plan, unread).findings if f.severity is Severity.ERROR]
    if errors:
        raise AmendmentRefused(
            Text(
                f"修订稿还不能用：{errors[0].message.zh}{errors[0].remedy.zh}",
                f"The draft cannot be used yet: {errors[0].message.en} {errors[0].remedy.en}",
            )
        )
    head = {
        "in_force": in_force,
        "recorded": now(simulated=False).date(),
        "why": why,
        "approved_by": approver,
        "decided_by": list(decided_by),
    }
    return {**pack_files(told.carried.tables, told.carried.document), "amendment.toml": pairs(head).encode()}


def free_folder(content: Path, in_force: dt.date) -> Path:
    """Return the folder of a pack for a new amendment of a day; what is there already stays."""
    folder = content / "amendments" / in_force.isoformat()
    number = 2
    while (folder / "amendment.toml").exists():
        folder, number = content / "amendments" / f"{in_force.isoformat()}-{number}", number + 1
    return folder


def _stamp(document: str) -> str:
    """Return a short name for a version, so that what it adds never takes an id of another."""
    return "a" + hashlib.sha256(document.encode()).hexdigest()[:6]


def _of_change(change: Change) -> Point:
    told = change.as_dict()
    fields = "；".join(f"{name}：{was or '—'} → {is_ or '—'}" for name, (was, is_) in told["fields"].items())
    words = f"“{told['old'] or '—'}” → “{told['new'] or '—'}”" if told["old"] != told["new"] else f"“{told['new']}”"
    zh = f"{_WHAT[change.what]}　{told['indicator']}：{words}{'（' + fields + '）' if fields else ''}"
    return Point(f"{change.what}:{change.id}", change.what, Text(zh, zh), (_AGREE,))


def _of_doubt(doubt: Doubt, places: Places) -> Point:
    key = f"doubt-{doubt.field or doubt.kind}:{doubt.id}"
    choices = {
        "same": ("same", "apart"),
        "scope": tuple(place.code for place in places.ordered),
        "deadline": ("stays", "DAY"),
        "field": ("new", "old"),
    }[doubt.kind]
    return Point(key, "doubt", doubt.question, choices)


def _decided(point: Point, log: Mapping[str, Mapping[str, Any]]) -> Point:
    entry = log.get(point.digest)
    if entry is None:
        return point
    return Point(
        point.key, point.what, point.question, point.choices, str(entry["choice"]), str(entry.get("author", ""))
    )


def _settled(carried: Carried, points: Mapping[Doubt, Point], old: Version) -> Carried:
    """Return the tables with what people chose put in."""
    before = {str(row["id"]): row for table in old.tables["commitments"] for row in table.get("target", ())}
    changed: dict[str, dict[str, Any]] = {}
    for doubt, point in points.items():
        into = changed.setdefault(doubt.id, {})
        if doubt.kind == "scope" and point.choice:
            into["place"] = point.choice
        elif doubt.kind == "deadline" and _is_day(point.choice):
            into["deadline"] = dt.date.fromisoformat(point.choice)
        elif doubt.kind == "field" and point.choice == "old":
            into[doubt.field] = before[doubt.id].get(doubt.field)
    tables = [
        {**table, "target": [_put(row, changed.get(str(row["id"]), {})) for row in table.get("target", ())]}
        for table in carried.tables["commitments"]
    ]
    return Carried({**carried.tables, "commitments": tables}, carried.document, carried.doubts)


def _put(row: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**row, **changed}.items() if value is not None}


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
