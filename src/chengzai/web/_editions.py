"""The editions that the door shows: the month asked for, run once and kept."""

import os
from functools import lru_cache
from pathlib import Path

from chengzai.cycle import months_known, run_month
from chengzai.kernel import Period
from chengzai.publish import Edition


class Editions:
    """Runs months on demand for one pack and keeps the last few."""

    def __init__(self, content: Path, data: Path, out: Path, *, real: bool) -> None:
        self._content, self._data, self._out, self._real = content, data, out, real
        known = months_known(data, real=real)
        self.latest = known[-1].text
        self.periods = tuple(period.text for period in reversed(known))
        self._run = lru_cache(maxsize=6)(self._run_month)

    def of(self, period: Period) -> Edition:
        """Return the edition of a month; raises KeyError for one that nothing is known of."""
        if period.text not in self.periods:
            raise KeyError(period.text)
        return self._run(period)

    def issued(self, name: str) -> Path | None:
        """Return an issued file by its name, if there is one."""
        path = self._out / name
        return path if path.is_file() and path.parent == self._out else None

    def _run_month(self, period: Period) -> Edition:
        return run_month(self._content, self._data, period, real=self._real)


@lru_cache(maxsize=1)
def editions() -> Editions:
    """Return the editions of the pack named in the environment."""
    return Editions(
        Path(os.environ.get("CHENGZAI_CONTENT", "content/quzhou")),
        Path(os.environ.get("CHENGZAI_DATA", "var")),
        Path(os.environ.get("CHENGZAI_OUT", "out")),
        real=os.environ.get("CHENGZAI_REAL", "") == "1",
    )
