"""What a person may see and do: roles hold over a unit and all below it, in rows and in columns."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from chengzai.collect._forms import Department
from chengzai.kernel import Actor, Grant, Places

# What a role may do with a line of a sheet in its scope. Reading is for every role named here but the administrator.
_PARTS: Mapping[str, frozenset[str]] = {
    "reporter": frozenset({"read", "hand_in"}),
    "county_reviewer": frozenset({"read", "review"}),
    "custodian": frozenset({"read", "accept"}),
    "task_force": frozenset({"read", "accept"}),
    "leader": frozenset({"read"}),
    "evaluator": frozenset({"read"}),
    "auditor": frozenset({"read"}),
    "administrator": frozenset(),
}
# The office's own acts: the task force proposes, the leader approves.
_OFFICE: Mapping[str, frozenset[str]] = {
    "task_force": frozenset({"read", "hand_in"}),
    "leader": frozenset({"read", "accept"}),
    "auditor": frozenset({"read"}),
    "evaluator": frozenset({"read"}),
    "custodian": frozenset({"read"}),
    "county_reviewer": frozenset({"read"}),
    "reporter": frozenset({"read"}),
}
_READ, _ANY = frozenset({"read"}), frozenset({"read", "hand_in", "review", "accept"})
# Roles of the whole city: over a part of it they would mean nothing, or too much.
OF_THE_CITY = ("task_force", "leader", "evaluator", "auditor", "administrator")
# Roles that one person never holds, whatever the unit: who judges or keeps the keys has no hand in the figures.
_NEVER = (
    ("evaluator", ("reporter", "county_reviewer", "custodian", "task_force")),
    ("administrator", ("reporter", "county_reviewer", "custodian", "task_force", "leader", "evaluator")),
    ("leader", ("task_force",)),
)
# Roles that one person never holds over the same units: nobody passes what they report.
_NOT_OVER_ONE_UNIT = (("reporter", "county_reviewer"), ("reporter", "custodian"), ("reporter", "task_force"))


class Scope:
    """The units of a city, and who may do what where.

    >>> from chengzai.kernel import Place
    >>> scope = Scope(Places([Place("1", "city", "prefecture"), Place("11", "county", "county", "1")]), (), root="1")
    >>> scope.inside("11", "1"), scope.inside("1", "11")
    (True, False)
    """

    def __init__(self, places: Places, departments: Iterable[Department], *, root: str) -> None:
        self.places, self.root = places, root
        self.departments = {department.id: department for department in departments}

    def __contains__(self, unit: object) -> bool:
        return unit in self.places or unit in self.departments

    def name(self, unit: str) -> str:
        """Return a unit's name, or its code where it has none."""
        if unit in self.departments:
            return self.departments[unit].name
        return self.places[unit].name if unit in self.places else unit

    def inside(self, unit: str, above: str) -> bool:
        """Return whether a unit is another or lies below it; departments lie below the city."""
        if unit == above:
            return True
        if unit in self.departments:
            return above == self.root
        while unit in self.places:
            place = self.places[unit]
            unit = place.within or place.parent
            if unit == above:
                return True
        return False

    def parts(self, actor: Actor, unit: str, line: str, *, kind: str, department: str = "") -> frozenset[str]:
        """Return what a person may do with a line of a unit's sheet: `read`, `hand_in`, `review`, `accept`.

        `department` answers for the figures of the sheet: its custodian accepts them. Where the department reports
        itself, its custodian reviews and the task force accepts.
        """
        held: set[str] = set()
        for grant in actor.grants:
            if not _names(grant, line):
                continue
            if kind in {"allocation", "duties"}:
                held |= _OFFICE.get(grant.role, frozenset()) & (_READ if grant.unit != self.root else _ANY)
            elif self._covers(grant, unit, department):
                own = grant.role == "custodian" and unit in self.departments
                held |= {"read", "review"} if own else _PARTS[grant.role]
        return frozenset(held)

    def may_see(self, actor: Actor, unit: str, *, kind: str, department: str = "", whole: str = "") -> bool:
        """Return whether any line of a unit's sheet is open to a person; `whole` names what is one line by itself."""
        if kind in {"allocation", "duties"}:
            return bool(actor.roles & set(_OFFICE))
        return any(
            _PARTS[grant.role] and self._covers(grant, unit, department) and (not whole or _names(grant, whole))
            for grant in actor.grants
        )

    def _covers(self, grant: Grant, unit: str, department: str) -> bool:
        if grant.role == "custodian" and grant.unit in self.departments:
            return bool(department) and grant.unit == department
        return self.inside(unit, grant.unit)


def _names(grant: Grant, line: str) -> bool:
    return not grant.elements or any(fnmatchcase(line, pattern) for pattern in grant.elements)


def conflicting(grants: Iterable[Grant], scope: Scope) -> tuple[str, str] | None:
    """Return two roles of one person that must be apart, or None."""
    given = tuple(grants)
    roles = {grant.role for grant in given}
    for role, others in _NEVER:
        apart = next((other for other in others if role in roles and other in roles), None)
        if apart:
            return role, apart
    for one, other in _NOT_OVER_ONE_UNIT:
        for a in given:
            for b in given:
                over_one = scope.inside(a.unit, b.unit) or scope.inside(b.unit, a.unit)
                if (a.role, b.role) == (one, other) and over_one:
                    return one, other
    return None
