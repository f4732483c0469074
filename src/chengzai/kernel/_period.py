"""Periods: month, quarter, year, instant and span."""

import datetime as dt
import re
from dataclasses import dataclass

from chengzai.kernel._finding import Text, UserError

PER_YEAR = {"month": 12, "quarter": 4, "year": 1}  # how many periods of each frequency a year has
_FORMS = (
    ("month", re.compile(r"((?:19|20|21)[0-9]{2})-(0[1-9]|1[0-2])")),
    ("quarter", re.compile(r"((?:19|20|21)[0-9]{2})Q([1-4])")),
    ("year", re.compile(r"((?:19|20|21)[0-9]{2})")),
    ("instant", re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")),
    ("span", re.compile(r"([0-9]{4})/([0-9]{4})")),
)


class PeriodError(UserError):
    """The text is not a period."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of time, written `2026-10`, `2026Q3`, `2026`, `2020-11-01` or `2010/2020`.

    `ordinal` counts periods of the same frequency, so that neighbours differ by one;
    for an instant it is the day's ordinal and for a span the first year.

    >>> Period.parse("2026-12").next().text
    '2027-01'
    """

    frequency: str
    ordinal: int
    text: str

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Return the period that `text` writes; raises PeriodError."""
        for frequency, form in _FORMS:
            match = form.fullmatch(text.strip())
            if match:
                return cls(frequency, _ordinal(frequency, [int(g) for g in match.groups()], text), text.strip())
        raise _not_a_period(text)

    @classmethod
    def of(cls, frequency: str, ordinal: int) -> "Period":
        """Return the month, quarter or year with this ordinal."""
        per_year = PER_YEAR[frequency]
        year, part = divmod(ordinal, per_year)
        text = {"month": f"{year}-{part + 1:02d}", "quarter": f"{year}Q{part + 1}", "year": f"{year}"}[frequency]
        return cls(frequency, ordinal, text)

    @property
    def year(self) -> int:
        """The calendar year in which the period begins."""
        return int(self.text[:4])

    @property
    def months(self) -> int:
        """How many months a month, quarter or year has."""
        return 12 // PER_YEAR[self.frequency]

    @property
    def part(self) -> int:
        """The month of the year (1–12) or quarter (1–4); 1 for a year."""
        return self.ordinal % PER_YEAR[self.frequency] + 1

    def next(self, steps: int = 1) -> "Period":
        """Return the period `steps` later (earlier if negative)."""
        return Period.of(self.frequency, self.ordinal + steps)

    @property
    def days(self) -> int:
        """How many days a month, quarter or year has."""
        return (self.last_day() - self.next(-1).last_day()).days

    def last_day(self) -> dt.date:
        """Return the last day of a month, quarter or year."""
        year, month0 = divmod(self.year * 12 + self.part * self.months, 12)
        return dt.date(year, month0 + 1, 1) - dt.timedelta(days=1)

    def covering(self, frequency: str) -> "Period":
        """Return the month, quarter or year in which the period's last day lies.

        >>> Period.parse("2026-11").covering("quarter").text
        '2026Q4'
        """
        last = self.last_day()
        return Period.of(frequency, last.year * PER_YEAR[frequency] + (last.month - 1) * PER_YEAR[frequency] // 12)

    def closed_by(self, month: "Period") -> "Period":
        """Return the last period of this frequency that has ended by the end of `month`.

        >>> Period.parse("2026Q1").closed_by(Period.parse("2026-10")).text
        '2026Q3'
        """
        return Period.of(self.frequency, (month.ordinal + 1) // self.months - 1)

    def __str__(self) -> str:
        return self.text


def _ordinal(frequency: str, parts: list[int], text: str) -> int:
    if frequency == "instant":
        try:
            return dt.date(*parts).toordinal()
        except ValueError:
            raise _not_a_period(text) from None
    if frequency == "span":
        return parts[0]
    return parts[0] * PER_YEAR[frequency] + (parts[1] - 1 if len(parts) > 1 else 0)


def _not_a_period(text: str) -> PeriodError:
    return PeriodError(
        Text(
            f"“{text}”不是期间；请写作 2026-10、2026Q3 或 2026。",
            f"'{text}' is not a period; write 2026-10, 2026Q3 or 2026.",
        )
    )
