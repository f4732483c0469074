"""Which villages come first for relocation: what has to move, what may not yet, and a score with what is unknown in it.

A score is the weighted mean of what each fact says between 0 and 1. An unknown fact may say anything: the score is then
a range, never a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chengzai.decide._villages import Facts, VillageTest, any_all


@dataclass(frozen=True, slots=True)
class Weigh:
    """A fact that speaks for moving: at `nothing` it says 0, at `everything` 1, evenly between; and its weight."""

    fact: str
    nothing: float
    everything: float
    weight: float

    def says(self, facts: Facts) -> float | None:
        """Return what the fact says, 0 to 1; None where it is unknown."""
        value = facts.get(self.fact)
        if value is None:
            return None
        return min(max((float(value) - self.nothing) / (self.everything - self.nothing), 0.0), 1.0)


@dataclass(frozen=True)
class Candidate:
    """A village before any plan: `must` it move, may it `not_yet` (None: unknown), its score as a range, and why.

    `told` is each fact with what it says and its weight; `missing` the facts that nobody knows.
    """

    must: bool | None
    not_yet: bool | None
    low: float
    high: float
    told: tuple[tuple[str, float | None, float], ...]
    missing: tuple[str, ...]


def candidate(
    must: Sequence[Sequence[VillageTest]],
    not_yet: Sequence[Sequence[VillageTest]],
    weighs: Sequence[Weigh],
    facts: Facts,
) -> Candidate:
    """Return how a village stands: any case of `must` or of `not_yet` that holds, and its score."""
    told = tuple((w.fact, w.says(facts), w.weight) for w in weighs)
    whole = sum(w.weight for w in weighs) or 1.0
    low = sum(weight * (says or 0.0) for _, says, weight in told) / whole
    high = sum(weight * (1.0 if says is None else says) for _, says, weight in told) / whole
    asked = [t.fact for cases in (must, not_yet) for case in cases for t in case if t.holds(facts) is None]
    return Candidate(
        any_all(must, facts) if must else False,
        any_all(not_yet, facts) if not_yet else False,
        low,
        high,
        told,
        tuple(dict.fromkeys([*asked, *(fact for fact, says, _ in told if says is None)])),
    )
