"""A task that is blocked by its last accepted report: one record for boards and papers."""

from dataclasses import dataclass

from chengzai.kernel import Period


@dataclass(frozen=True, slots=True)
class Blocked:
    """A task that a unit reports as blocked, accepted so: since which month, by which report, and why.

    `since` is the first month of the reports that say so one after another, `reported` the month of the last one.
    """

    task: str
    words: str
    unit: str
    unit_name: str
    since: Period
    reported: Period
    reason: str
    next_step: str = ""

    def months(self, period: Period) -> int:
        """Return how many months it has been blocked by the end of a period, the first and the last counted."""
        return period.ordinal - self.since.ordinal + 1
