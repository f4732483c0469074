"""Two versions of a plan compared, and one plan held against itself; each a pack or a plain document."""

from pathlib import Path

from chengzai.kernel import Finding
from chengzai.plan import Change, CheckResult, Plan, check_plan, compare_plans, compile_plan, draft_plan
from chengzai.store import read_document, read_pack


def diff_plans(old: Path, new: Path) -> tuple[Change, ...]:
    """Return what changed from one version to the other; a document that is no pack is drafted first."""
    return compare_plans(_plan(old), _plan(new))


def check_pack(content: Path) -> tuple[tuple[CheckResult, ...], tuple[Finding, ...]]:
    """Return the arithmetic of a pack's plan and where the plan is at odds with itself."""
    pack = read_pack(content)
    plan, unread = compile_plan(pack.tables, pack.document)
    results, findings = check_plan(plan, pack.checks)
    return results, (*unread, *findings)


def _plan(path: Path) -> Plan:
    if path.is_dir():
        pack = read_pack(path)
        return compile_plan(pack.tables, pack.document)[0]
    draft = draft_plan(read_document(path), name=path.name)
    return compile_plan(draft.tables, draft.document)[0]
