"""Who acts: a person with the roles granted to them, each over one unit."""

from dataclasses import dataclass

ROLES = (
    "reporter",
    "county_reviewer",
    "custodian",
    "task_force",
    "leader",
    "evaluator",
    "auditor",
    "administrator",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one unit and all below it: a place's code or a department's id.

    `elements` are shell patterns of element codes, task ids or register ids; none means all of them.
    """

    role: str
    unit: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the records know them: the account's name, the person's name, and what was granted."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)
