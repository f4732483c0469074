"""The editions that the door shows: the month asked for, run once and kept until something is accepted."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from chengzai.cycle import evaluate, last_change, latest_month, months_known, run_month
from chengzai.kernel import Period
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
        return tuple(period.text for period in reversed(months_known(self._data, real=self._real)))

    @property
    def latest(self) -> str:
        """The month the boards open with."""
        return latest_month(self._data, real=self._real).text

    def of(self, period: Period) -> Edition:
        """Return the edition of a month as it stands; raises KeyError for one that nothing is known of."""
        if period.text not in self.periods:
            raise KeyError(period.text)
        return self._get(period, last_change(real=self._real), as_of=None)

    def as_known(self, period: Period, sequence: int) -> Edition:
        """Return the edition of a month as it was known at a place in the journal."""
        return self._get(period, sequence, as_of=sequence or None)

    def issued(self, name: str) -> Path | None:
        """Return an issued file by its name, if there is one."""
        path = self._out / name
        return path if path.is_file() and path.parent == self._out else None

    def _get(self, period: Period, stamp: int, *, as_of: int | None) -> Edition:
        key = (period.text, stamp if as_of is None else -stamp)
        with self._one_at_a_time:
            if key not in self._kept:
                edition = run_month(self._content, self._data, period, real=self._real, as_of=as_of)
                self._kept = dict([*self._kept.items()][-_KEPT + 1 :]) | {key: edition}
            return self._kept[key]


def evaluation_of(period: str) -> dict[str, Any]:
    """Return the evaluation of a month as it stands; raises PeriodError or NoScheme."""
    month = Period.parse(period)
    return dict(_evaluated(month, last_change(real=is_real())))


@lru_cache(maxsize=4)
def _evaluated(month: Period, stamp: int) -> dict[str, Any]:  # noqa: ARG001 -- what was accepted since is another answer
    return evaluate(content_folder(), data_folder(), month, real=is_real())


@lru_cache(maxsize=1)
def editions() -> Editions:
    """Return the editions of the store named in the environment."""
    return Editions(content_folder(), data_folder(), out_folder(), real=is_real())
