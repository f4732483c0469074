"""Content in force: a pack is checked, adopted by somebody, and kept; what changed is said value by value."""

from pathlib import Path
from typing import Any

from chengzai.collect import Sheet, read_forms, read_registers
from chengzai.cycle._audit import audit_pack
from chengzai.cycle._clock import now
from chengzai.cycle._office import Office
from chengzai.cycle._schemes import schemes_of
from chengzai.kernel import Actor, Finding, Period, Severity, Text, UserError
from chengzai.store import acts_of, append_entry, keep_pack, one_writer, pack_changes, pack_folder, read_pack_to_check

View = dict[str, Any]
_SHOWN = 400


class NotAdopted(UserError):
    """The pack has errors, so what was in force stays in force; `findings` lists them."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(
            Text(
                f"内容包有 {len(findings)} 处错误，未采用；第一处：{findings[0].message.zh} {findings[0].remedy.zh}",
                f"The pack has {len(findings)} errors and was not adopted: {findings[0].message.en}",
            )
        )
        self.findings = findings


def check_content(content: Path) -> list[Finding]:
    """Return what keeps a pack from being adopted: errors in its plan, rules, forms and registers."""
    from chengzai.cycle._rules import rules_in_force  # noqa: PLC0415 -- one use

    pack = read_pack_to_check(content)
    audit = audit_pack(content)
    _, asked = read_forms(pack.forms, pack.elements)
    _, unusable = read_registers(pack.registers, pack.elements)
    last_month = Period.parse(f"{pack.tables['plan']['end']:%Y-%m}")
    _, holes = rules_in_force(pack, last_month)
    _, schemes = schemes_of(pack)
    return [f for f in (*audit.findings, *asked, *unusable, *holes, *schemes) if f.severity is Severity.ERROR]


def adopt_content(data: Path, content: Path, actor: Actor, *, why: str = "", simulated: bool = False) -> View:
    """Put a pack in force and return its hash and what it changes; the same pack again changes nothing.

    Raises NotAdopted while the pack has errors.
    """
    errors = check_content(content)
    if errors:
        raise NotAdopted(errors)
    before = acts_of(simulated=False, topic="content")
    last = next(iter(before[-1].lines)) if before else ""
    sha256 = keep_pack(data, content)
    if sha256 == last:
        return {"sha256": sha256, "changes": [], "new": False, "first": False}
    changes = pack_changes(pack_folder(data, last) if last else None, pack_folder(data, sha256))
    with one_writer():
        done = append_entry(
            "adopt",
            Sheet("content", ""),
            actor=actor.id,
            name=actor.name,
            at=now(simulated=simulated).isoformat(timespec="microseconds"),
            simulated=False,
            lines={sha256: {"changes": len(changes) if last else 0}},
            reason=why,
        )
    return {
        "sha256": sha256,
        "changes": changes if last else [],
        "new": True,
        "first": not last,
        "sequence": done.sequence,
    }


def content_page(office: Office, content: Path) -> View:
    """Return every adoption with what it changed, and how the folder beside it differs from what is in force."""
    acts = acts_of(simulated=False, topic="content")
    versions = []
    before = ""
    for act in acts:
        sha256 = next(iter(act.lines))
        changes = pack_changes(pack_folder(office.data, before), pack_folder(office.data, sha256)) if before else []
        versions.append(
            {
                "sequence": act.sequence,
                "at": act.at,
                "name": act.name,
                "why": act.reason,
                "sha256": sha256,
                "changes": changes[:_SHOWN],
                "count": len(changes),
            }
        )
        before = sha256
    waiting: list[dict[str, str]] = []
    errors: list[Finding] = []
    if content.exists() and read_pack_to_check(content).sha256 != before:
        waiting = pack_changes(pack_folder(office.data, before) if before else None, content)
        errors = check_content(content)
    return {
        "versions": versions[::-1],
        "waiting": waiting[:_SHOWN],
        "waiting_count": len(waiting),
        "folder": content.name,
        "errors": [finding.as_dict() for finding in errors],
        "simulated": office.simulated,
    }
