"""What the door shows of a month: its edition and evaluation, made once and kept until something changes."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from chengzai.cycle import (
    Paper,
    evaluate,
    issues_of,
    journal_end,
    last_change,
    latest_month,
    made_alike,
    months_known,
    paper_of,
    run_month,
)
from chengzai.kernel import Period, PeriodError, Text
from chengzai.publish import Edition
from chengzai.web._folders import content_folder, data_folder, out_folder
from chengzai.web.shield import is_real

_KEPT = 8


class Editions:
    """Runs months on demand for one store and keeps the last few; what is accepted shows at the next look."""

    def __init__(self, content: Path, data: Path, out: Path, *, real: bool) -> None:
        self._content, self._data, self._out, self._real = content, data, out, real
        self._kept: dict[tuple[str, int], Edition] = {}
        self._one_at_a_time = threading.Lock()

    @property
    def periods(self) -> tuple[str, ...]:
        """The months that anything is known of, the latest first."""
        return tuple(period.text for period in reversed(months_known(self._content, self._data, real=self._real)))

    @property
    def latest(self) -> str:
        """The month the boards open with."""
        return latest_month(self._content, self._data, real=self._real).text

    def of(self, period: Period) -> Edition:
        """Return the edition of a month as it stands; raises KeyError for one that nothing is known of."""
        if period.text not in self.periods:
            raise KeyError(period.text)
        return self._get(period, last_change(real=self._real), as_of=None)

    def named(self, period: str) -> Edition:
        """Return the edition of a month by its name as it stands; raises PeriodError for one nothing is known of."""
        month = Period.parse(period)
        try:
            return self.of(month)
        except KeyError:
            raise PeriodError(Text(f"{month} 还没有数据。", f"Nothing is known of {month} yet.")) from None

    def whatever_is_known(self, period: Period) -> Edition:
        """Return the edition of a month as it stands, though nothing may be known of it."""
        return self._get(period, last_change(real=self._real), as_of=None)

    def as_known(self, period: Period, sequence: int) -> Edition:
        """Return the edition of a month as it was known at a place in the journal."""
        return self._get(period, sequence, as_of=sequence or None)

    def evaluated(self, period: Period) -> dict[str, Any]:
        """Return the evaluation of a month as it stands; raises NoScheme."""
        return evaluate(self._content, self._data, period, real=self._real, month_of=self.whatever_is_known)

    def paper(self, period: Period, kind: str) -> Paper:
        """Return a paper of a month as it stands; raises PeriodError or NoSuchPaper."""
        return paper_of(self._content, self._data, self.named(period.text), kind, month_of=self.of)

    def issued(self, name: str) -> Path | None:
        """Return an issued file by its name, if there is one."""
        path = self._out / name
        return path if path.is_file() and path.parent == self._out else None

    def _get(self, period: Period, stamp: int, *, as_of: int | None) -> Edition:
        key = (period.text, stamp if as_of is None else -stamp)
        with self._one_at_a_time:
            if key not in self._kept:
                upon = self._latest_of(period) if as_of is None else None
                edition = run_month(self._content, self._data, period, real=self._real, as_of=as_of, upon=upon)
                self._kept = dict([*self._kept.items()][-_KEPT + 1 :]) | {key: edition}
            return self._kept[key]

    def against_full_runs(self) -> list[tuple[Edition, Edition]]:
        """Return each month kept as it stands beside its full run, and keep the full run from now on.

        A month to which something was added meanwhile is left for the next time.
        """
        pairs = []
        for name in dict.fromkeys(name for name, stamp in [*self._kept] if stamp >= 0):
            stamp = last_change(real=self._real)
            kept = self._get(Period.parse(name), stamp, as_of=None)
            whole = run_month(self._content, self._data, kept.period, real=self._real)
            if last_change(real=self._real) == stamp:
                pairs.append((kept, whole))
                with self._one_at_a_time:
                    self._kept[name, stamp] = whole
        return pairs

    def _latest_of(self, period: Period) -> Edition | None:
        """Return the month as it stood at the last look, from which it is brought up to date."""
        return next((e for (name, n), e in reversed(self._kept.items()) if name == period.text and n >= 0), None)


def evaluation_of(period: str) -> dict[str, Any]:
    """Return the evaluation of a month as it stands; raises PeriodError or NoScheme."""
    return dict(_evaluated(editions(), Period.parse(period), last_change(real=is_real())))


@lru_cache(maxsize=4)
def _evaluated(store: Editions, month: Period, stamp: int) -> dict[str, Any]:  # noqa: ARG001 -- what was accepted since is another answer
    return store.evaluated(month)


def paper_as_is(period: str, kind: str) -> Paper:
    """Return a paper of a month as it stands, set once until anything is recorded; raises NoSuchPaper."""
    return _set(editions(), Period.parse(period), kind, journal_end())


@lru_cache(maxsize=8)
def _set(store: Editions, month: Period, kind: str, stamp: int) -> Paper:  # noqa: ARG001 -- what was recorded since is another answer
    return store.paper(month, kind)


def issue_of(period: Period) -> str:
    """Return a month's standing: nothing if not issued, `issued_as_is`, or `issued_moved_on`.

    A month stands as issued only where nothing it is made of has moved: the journal, the pack, the program.
    """
    issues = issues_of(period, real=is_real())
    if not issues:
        return ""
    moved = last_change(real=is_real()) > issues[-1]["sequence"] or not made_alike(issues[-1], editions().of(period))
    return "issued_moved_on" if moved else "issued_as_is"


def edition_of(period: str) -> Edition:
    """Return the edition of a month as it stands; raises PeriodError for one that nothing is known of."""
    return editions().named(period)


def editions() -> Editions:
    """Return the editions of the store that the environment names now."""
    return _editions_of(content_folder(), data_folder(), out_folder(), real=is_real())


@lru_cache(maxsize=1)
def _editions_of(content: Path, data: Path, out: Path, *, real: bool) -> Editions:
    """Return the editions of one store: kept by its folders, so that no store is answered from another's."""
    return Editions(content, data, out, real=real)
