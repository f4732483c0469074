"""The one gate: what each kind of page needs. The written table is `docs/reference/access.md`; a test compares."""

from collections.abc import Mapping

from chengzai.collect import OF_THE_CITY, NotAllowed
from chengzai.cycle import Office
from chengzai.kernel import ROLES, Actor, Text

_ALL = frozenset(ROLES)
_SEES = _ALL - {"administrator"}
# Kind of page or act → the roles that pass. `scope` further asks that the unit in the address lies within theirs.
GATE: Mapping[str, tuple[frozenset[str], bool]] = {
    "desk": (_ALL, False),
    "board": (_SEES, False),
    "county": (_SEES, True),
    "sheet": (_SEES, True),
    "sheet.save": (frozenset({"reporter"}), True),
    "sheet.submit": (frozenset({"reporter"}), True),
    "sheet.review": (frozenset({"county_reviewer", "custodian"}), True),
    "sheet.accept": (frozenset({"custodian", "task_force"}), True),
    "sheet.return": (frozenset({"county_reviewer", "custodian", "task_force"}), True),
    "sheet.open": (frozenset({"task_force"}), True),
    "register": (_SEES, True),
    "register.enter": (frozenset({"reporter"}), True),
    "register.decide": (frozenset({"county_reviewer", "custodian", "task_force"}), True),
    "allocation": (_SEES, False),
    "allocation.propose": (frozenset({"task_force"}), False),
    "allocation.approve": (frozenset({"leader"}), False),
    "issue": (frozenset({"leader"}), False),
    "plan.amend": (frozenset({"leader"}), False),
    "appraisal": (_SEES, False),
    "appraisal.open": (frozenset({"task_force"}), False),
    "appraisal.claim": (frozenset({"county_reviewer"}), True),
    "appraisal.check": (frozenset({"evaluator"}), False),
    "appraisal.rule": (frozenset({"leader"}), False),
    "adjustment.enter": (frozenset({"evaluator"}), False),
    "adjustment.appeal": (frozenset({"county_reviewer"}), True),
    "adjustment.decide": (frozenset({"leader"}), False),
    "verification": (frozenset({"task_force", "leader", "evaluator", "auditor"}), False),
    "verification.draw": (frozenset({"task_force"}), False),
    "verification.find": (frozenset({"evaluator"}), False),
    "decide": (_SEES, False),
    "decide.run": (frozenset({"task_force", "leader"}), False),
    "import": (frozenset({"reporter"}), False),
    "status": (_SEES, False),
    "burden": (_ALL, False),
    "content": (frozenset({"administrator", "task_force", "leader", "auditor"}), False),
    "content.adopt": (frozenset({"administrator"}), False),
    "journal": (frozenset({"administrator", "auditor"}), False),
    "people": (frozenset({"administrator"}), False),
}

# Which kind each step of a year's evaluation asks.
STEPS: Mapping[str, str] = {
    "open": "open",
    "publish": "open",
    "claim": "claim",
    "object": "claim",
    "check": "check",
    "rule": "rule",
    "seal": "rule",
}


def require(office: Office, actor: Actor, kind: str, unit: str = "") -> None:
    """Return if a person may; raises NotAllowed. Lines inside a sheet are decided again where they are recorded."""
    roles, scoped = GATE[kind]
    if not held(office, actor) & roles:
        raise NotAllowed(
            Text("您的角色不能打开这一页或做这件事；需要时请管理员授权。", "Your role does not open this; ask for it.")
        )
    if scoped and unit and not within(office, actor, unit, roles):
        raise NotAllowed(Text(f"“{office.scope.name(unit)}”不在您的范围内。", f"'{unit}' is outside your scope."))


def may(office: Office, actor: Actor, kind: str, unit: str = "") -> bool:
    """Return whether a person may, without a refusal."""
    try:
        require(office, actor, kind, unit)
    except NotAllowed:
        return False
    return True


def held(office: Office, actor: Actor) -> frozenset[str]:
    """Return the roles that count: one of the whole city counts only where it was granted over the whole city."""
    root = office.plan.root
    return frozenset(g.role for g in actor.grants if g.role not in OF_THE_CITY or g.unit == root)


def within(office: Office, actor: Actor, unit: str, roles: frozenset[str]) -> bool:
    """Return whether a unit lies within what a person's roles cover, or holds it: a township's people see its county.

    A custodian answers for a department's figures in every county.
    """
    scope = office.scope
    return any(
        scope.inside(unit, grant.unit)
        or (scope.inside(grant.unit, unit) and grant.unit not in scope.departments)
        or (grant.role == "custodian" and grant.unit in scope.departments)
        for grant in actor.grants
        if grant.role in roles
    )
