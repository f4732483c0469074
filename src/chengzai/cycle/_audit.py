"""The account of a pack: what every number of the text became."""

from dataclasses import replace
from pathlib import Path

from chengzai.kernel import Finding
from chengzai.measure import check_elements, check_units, read_indicators
from chengzai.plan import Audit, audit_plan, check_plan, compile_plan
from chengzai.store import Pack, read_pack_to_check


def audit_pack(content: Path) -> Audit:
    """Return the account of a pack's document, findings on arithmetic and on places included."""
    pack = read_pack_to_check(content)
    plan, unread = compile_plan(pack.tables, pack.document)
    _, inconsistencies = check_plan(plan, pack.checks)
    audit = audit_plan(plan, unread)
    return replace(audit, findings=(*audit.findings, *inconsistencies, *pack.findings, *doubts_of(pack)))


def doubts_of(pack: Pack) -> tuple[Finding, ...]:
    """Return what the elements of a pack leave unsaid, and units that do not fit; none keeps a pack from use."""
    indicators, _ = read_indicators(pack.indicators, pack.elements)
    return (*check_elements(pack.elements), *check_units(indicators, pack.elements))
