"""Taking an act on a sheet: checked, allowed and recorded while nobody else writes, all of it or nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from chengzai.collect import ACT_WORD, Act, Line, NotAllowed, Sheet, next_step
from chengzai.cycle._office import Office
from chengzai.kernel import Actor, Finding, Period, Severity, Text, UserError
from chengzai.store import acts_of, drop_drafts, one_writer

Lines = Mapping[str, Mapping[str, Any]]


class Refused(UserError):
    """Lines with findings that must be mended or answered first; `findings` holds them by line."""

    def __init__(self, findings: Mapping[str, list[Finding]], *, name: str = "") -> None:
        """Say the first finding, after the name of its line where that is known, and how many more there are."""
        first = next(iter(findings.values()))[0]
        what = f"“{name}”：" if name and name not in first.message.zh else ""
        more = f"等 {len(findings)} 处" if len(findings) > 1 else ""
        super().__init__(
            Text(
                f"{what}{first.message.zh.rstrip('。')}{more}，还不能报送；请按各格提示处理。",
                f"{first.message.en} ({len(findings)} lines): not handed in; see each cell.",
            )
        )
        self.findings = findings


class Locked(UserError):
    """The period is locked; the task force may open it again, and that is on record."""


class Stale(UserError):
    """The person's page is older than the line: what they would decide on is not what they see."""


def act_on(  # noqa: PLR0913 -- each argument is a fact of one act
    office: Office,
    actor: Actor,
    sheet: Sheet,
    act: str,
    lines: Lines,
    *,
    reason: str = "",
    seen: int | None = None,
) -> tuple[Act, dict[str, Line]]:
    """Record one act on some lines of a sheet and return it with the sheet after it.

    Raises NotAllowed, Stale, Locked or Refused, and then nothing is recorded. A return, and a change of what was
    accepted, needs a reason. `seen` is the place in the journal up to which the person's page shows the lines: what
    changed since is not decided on unseen.
    """
    if not lines:
        raise UserError(Text("没有选中任何一项。", "No line was chosen."))
    if act == "return" and not reason.strip():
        raise UserError(Text("退回须写明原因，填报人才知道怎么改。", "A return needs its reason."))
    with one_writer():
        known = office.lines(sheet)
        for key in lines:
            parts, name = office.parts(actor, sheet, key), name_of_line(office, key)
            line = known.get(key) or Line(key)
            _refuse_stale(line, seen, name)
            next_step(line, act, kind=sheet.kind, actor=actor, parts=parts, name=name)
        settled = sheet.kind in {"register", "duties", "allocation"} and any(
            k in known and known[k].in_force for k in lines
        )
        if act == "submit" and settled and not reason.strip():
            raise UserError(
                Text("更正已验收（批准）的内容须写明原因。", "A change of what was accepted needs its reason.")
            )
        if act == "submit":
            _refuse_locked(office, sheet, [known.get(key) or Line(key) for key in lines])
        contents = lines if act in {"submit", "accept"} else {key: {} for key in lines}
        done = office.record(act, sheet, actor, contents, reason.strip())
        if act == "submit":
            drop_drafts(sheet, lines, simulated=office.simulated)
    return done, office.lines(sheet)


def _refuse_stale(line: Line, seen: int | None, name: str) -> None:
    if seen is None or not line.history or line.history[-1].sequence <= seen:
        return
    last = line.history[-1]
    raise Stale(
        Text(
            f"“{name}”在您打开页面之后已由{last.name}{ACT_WORD[last.act]}；请刷新后再办。",
            f"'{line.key}' was changed by {last.name} after you opened this page; reload and look again.",
        )
    )


def name_of_line(office: Office, key: str) -> str:
    """Return what a line is called, or its key."""
    element, target = office.pack.elements.get(key), office.plan.target.get(key)
    return element.name if element else target.indicator if target else key


def _refuse_locked(office: Office, sheet: Sheet, lines: Iterable[Line]) -> None:
    """Raise Locked where the period is closed; a line that was returned stays open to its reporter."""
    if not sheet.period or all(line.step == "returned" for line in lines):
        return
    _, _, locked_after = office.timing.window(Period.parse(sheet.period))
    if office.today <= max(locked_after, open_until(office, sheet) or dt.date.min):
        return
    raise Locked(
        Text(
            f"{sheet.period} 已于 {locked_after:%Y年%m月%d日} 锁定；请向市专班说明原因，申请延期。",
            f"{sheet.period} was locked after {locked_after}; ask the task force for more time.",
        )
    )


def open_until(office: Office, sheet: Sheet) -> dt.date | None:
    """Return the day up to which the task force has opened a locked sheet again, or None."""
    acts = acts_of(simulated=office.simulated, topic=f"open/{sheet.topic}", unit=sheet.unit, period=sheet.period)
    return dt.date.fromisoformat(str(acts[-1].lines["until"]["day"])) if acts else None


def open_again(office: Office, actor: Actor, sheet: Sheet, *, until: dt.date, reason: str) -> Act:
    """Open a locked sheet up to a day: an exception with its reason, on record; only the task force may."""
    if "accept" not in office.parts(actor, sheet, "") or "task_force" not in actor.roles:
        raise NotAllowed(Text("只有市专班能批准延期。", "Only the task force may open a locked sheet."))
    if not reason.strip() or until < office.today:
        raise UserError(
            Text("延期须写明原因，且期限不早于今天。", "An exception needs a reason and a day not before today.")
        )
    return office.record(
        "open",
        Sheet(f"open/{sheet.topic}", sheet.unit, sheet.period),
        actor,
        {"until": {"day": until.isoformat()}},
        reason.strip(),
    )


def errors_in(found: Mapping[str, list[Finding]], contents: Lines) -> dict[str, list[Finding]]:
    """Return the findings that keep lines back: errors, and warnings that nobody has answered in words."""
    from chengzai.collect import is_answered  # noqa: PLC0415 -- one use

    kept = {key: [f for f in findings if not is_answered(f, contents.get(key, {}))] for key, findings in found.items()}
    return {key: findings for key, findings in kept.items() if findings}


def worst(findings: Iterable[Finding]) -> str:
    """Return the gravest severity among findings, or nothing."""
    said = {finding.severity for finding in findings}
    return next((str(s) for s in (Severity.ERROR, Severity.WARNING, Severity.NOTE) if s in said), "")
