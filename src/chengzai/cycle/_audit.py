"""The account of a pack: what every number of the text became."""

from dataclasses import replace
from pathlib import Path

from chengzai.plan import Audit, audit_plan, check_plan, compile_plan
from chengzai.store import read_pack


def audit_pack(content: Path) -> Audit:
    """Return the account of a pack's document, arithmetic findings included."""
    pack = read_pack(content)
    plan, unread = compile_plan(pack.tables, pack.document)
    _, inconsistencies = check_plan(plan, pack.checks)
    audit = audit_plan(plan, unread)
    return replace(audit, findings=(*audit.findings, *inconsistencies))
