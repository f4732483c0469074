"""Rules that change: values that hold from a day on, each with its clause."""

import datetime as dt
from dataclasses import dataclass
from typing import Generic, TypeVar

from chengzai.kernel._finding import Text, UserError

V = TypeVar("V")


class NoRuleInForce(UserError):
    """No step of the rule holds on the day asked for."""


@dataclass(frozen=True, slots=True)
class Step(Generic[V]):
    """One value of a rule: the first day it holds, the clause that says so, and its source tag.

    `status` is `cited` for an official source and `draft` for a default that a person must confirm.
    """

    since: dt.date
    value: V
    clause: str
    status: str = "cited"


@dataclass(frozen=True, slots=True)
class Dated(Generic[V]):
    """A rule with its steps in order of date."""

    name: str
    steps: tuple[Step[V], ...]

    def at(self, day: dt.date) -> Step[V]:
        """Return the step in force on `day`; raises NoRuleInForce."""
        in_force = [step for step in self.steps if step.since <= day]
        if not in_force:
            raise NoRuleInForce(
                Text(
                    f"规则“{self.name}”在{day}尚未生效；请在规则文件中补充该日起的取值。",
                    f"Rule '{self.name}' is not in force on {day}; add a step that begins by then.",
                )
            )
        return max(in_force, key=lambda step: step.since)
