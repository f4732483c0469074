"""One target amended by an approver: new words of a document, from a day on; all other targets stay as they are."""

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from chengzai.cycle._adopt import adopt_content
from chengzai.cycle._allocate import first_open_day
from chengzai.cycle._amend import AmendmentRefused, amendment_files, free_folder, proposed, version_in_force
from chengzai.cycle._office import Office, no_such_sheet, pack_in_force
from chengzai.kernel import Actor, Text
from chengzai.plan import Carried, Target, Version, carry, compile_plan, draft_plan
from chengzai.store import plan_versions, write_files

_OWN = ("same", "value", "deadline")


@dataclass(frozen=True, slots=True)
class TargetAmendment:
    """What an approver says of one target: its new words, the number and day in them, the document, and from when.

    `value` and `deadline` may be empty: then the number of the words counts, and the deadline stays.
    """

    words: str
    document: str
    in_force: str
    value: str = ""
    deadline: str = ""
    why: str = ""


def amend_target(
    office: Office, content: Path, actor: Actor, target_id: str, given: TargetAmendment
) -> dict[str, dict[str, list[str]]]:
    """Record new words of one target from a day on and put the pack in force with them; return what changed.

    The version is written beside the pack as well, so that `plan history` and the next adoption have it.
    Raises AmendmentRefused where the words do not hold the number, or would change another target.
    """
    folder = pack_in_force(office.data, content)
    day = _day(given.in_force, "施行日期")
    _refuse_undocumented(office, folder, day, given)
    old = version_in_force(folder)
    target = old.plan.target.get(target_id)
    if target is None or target.quotes[0].span.start < 0:
        raise no_such_sheet(target_id)
    told = proposed(old, _carried(office, old, target, given), office.pack.places, [])
    own = {f"doubt-{kind}:{target_id}" for kind in _OWN}  # of these the words and fields of the act speak
    asked = [p for p in told.points if p.what == "doubt" and p.key not in own]
    others = [c for c in told.changes if c.what != "kept" and c.id != target_id and c.fields != ("words",)]
    if asked or others:
        what = asked[0].question.zh if asked else f"“{others[0].as_dict()['indicator']}”也会改动。"
        raise AmendmentRefused(
            Text(
                f"这段新文不只改动这一项：{what}请只改这一项的文字，或按整篇修订办理。",
                "These words change more than this target; write its words alone, or amend the whole text.",
            )
        )
    why = f"{given.document.strip()}　{given.why.strip()}".strip()
    files = amendment_files(told, in_force=day, approver=actor.name, decided_by=[actor.name], why=why)
    with tempfile.TemporaryDirectory() as place:
        pack = shutil.copytree(folder, Path(place) / "pack")
        write_files(free_folder(pack, day), files)
        adopt_content(office.data, pack, actor, why=why, simulated=office.simulated)
    write_files(free_folder(content, day), files)
    change = next(c for c in told.changes if c.id == target_id).as_dict()
    return {"fields": change["fields"]}


def _refuse_undocumented(office: Office, folder: Path, day: dt.date, given: TargetAmendment) -> None:
    if not given.words.strip() or not given.document.strip():
        raise AmendmentRefused(Text("请写明新的原文和所依据的文件。", "Give the new words and their document."))
    if day < first_open_day(office) and not given.why.strip():
        raise AmendmentRefused(
            Text(
                f"{first_open_day(office):%Y年%m月%d日}以前的月份已经签发；要从更早的日子施行，须写明原因。",
                f"Months before {first_open_day(office)} are issued; to hold from an earlier day takes a reason.",
            )
        )
    if any(version.in_force > day for version in plan_versions(folder)):
        raise AmendmentRefused(
            Text(
                "已有更晚施行的修订；请从那一天以后施行。",
                "A later amendment is recorded; hold from then on.",
            )
        )


def _carried(office: Office, old: Version, target: Target, given: TargetAmendment) -> Carried:
    """Return the plan with the target's words exchanged in its document, and what was said of its number and day."""
    span, text = target.quotes[0].span, old.plan.document
    document = text[: span.start] + given.words.strip() + text[span.end :]
    draft = draft_plan(document, name=given.document)
    new = Version(draft.tables, compile_plan(draft.tables, draft.document)[0])
    carried = carry(old, new, office.pack.places, prefix="a-")
    rows = [row for table in carried.tables["commitments"] for row in table.get("target", ())]
    row = next((row for row in rows if row["id"] == target.id), None)
    if row is None:
        raise AmendmentRefused(
            Text(
                "新文里找不到这项目标的数；请照录原文。",
                "The words lack the target's number; copy them whole.",
            )
        )
    if given.value.strip():
        _check_number(row, given.value)
    if given.deadline:
        row |= {"deadline": _day(given.deadline, "期限"), "deadline_explicit": True}
    return carried


def _check_number(row: dict[str, Any], written: str) -> None:
    """Return if a typed number is the one that the words hold; raises AmendmentRefused."""
    try:
        value = Decimal(written.replace(",", "").strip())
    except InvalidOperation:
        raise AmendmentRefused(Text(f"“{written}”不是数。", f"'{written}' is no number.")) from None
    if row.get("value") is None or Decimal(row["value"]) != value:
        raise AmendmentRefused(
            Text(
                f"新文里的数是“{row.get('number', '')}”，与填写的 {written} 不符。",
                f"The number in the words is '{row.get('number', '')}', not {written}.",
            )
        )


def _day(written: str, what: str) -> dt.date:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise AmendmentRefused(Text(f"{what}应写作 2026-11-01。", "A day is written 2026-11-01.")) from None
