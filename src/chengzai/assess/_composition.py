"""What changed, and what only joined or left: a count over other members is not a change of the same members."""

from collections.abc import Mapping
from dataclasses import dataclass

from chengzai.assess._assess import Assessment

_JUDGED = ("on_course", "watch", "behind", "far_behind")


@dataclass(frozen=True, slots=True)
class CountChange:
    """The change of a count of targets in a state: `same` members moved in or out, others `joined` or `left`.

    A member is a target that is judged; one that is not yet due, unreported or undecidable is none. The three parts
    sum to `total`.
    """

    same: int
    joined: int
    left: int

    @property
    def total(self) -> int:
        """The change of the count itself."""
        return self.same + self.joined + self.left


def change_of(before: Mapping[str, Assessment], now: Mapping[str, Assessment], state: str) -> CountChange:
    """Return how the number of targets in a state changed between two assessments of one place, in its three parts."""
    then_in = {t for t, a in before.items() if a.state in _JUDGED}
    now_in = {t for t, a in now.items() if a.state in _JUDGED}
    was = {t for t in then_in if before[t].state == state}
    is_now = {t for t in now_in if now[t].state == state}
    both = then_in & now_in
    return CountChange(len(is_now & both) - len(was & both), len(is_now - both), -len(was - both))
