"""Outlooks in the background: asked for after each acceptance and at night, worked out one after the other, kept.

Until a new one is finished, pages show the last one with its date. What works it out is one function of the cycle;
this thread is the simplest thing that calls it.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from chengzai.cycle import (
    KeptOutlook,
    kept_outlook,
    last_change,
    local_time,
    outlook_inputs,
    seconds_until,
    work_out_and_keep,
)
from chengzai.kernel import Period, Text, UserError
from chengzai.publish import Edition
from chengzai.web._editions import Editions, edition_of, editions
from chengzai.web._folders import content_folder, data_folder
from chengzai.web.shield import is_real

_log = logging.getLogger(__name__)
_STAMPS = 16
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the thread works with: the newest month, a month's hash of inputs, and how its outlook is made and found."""

    newest: Callable[[], str]
    inputs: Callable[[str], str]
    make: Callable[[str, Progress], KeptOutlook]
    find: Callable[[str], KeptOutlook | None]
    until_night: Callable[[], float]


class Outlooks:
    """The list of months asked for, the thread that takes the newest request first, and what has become of each."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._asked: list[str] = []
        self._at_work = ("", 0, 1)
        self._failed: dict[str, tuple[str, UserError]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, period: str) -> None:
        """Put a month at the head of the list; it is worked out once however often it is asked for."""
        with self._changed:
            self._asked = [p for p in self._asked if p != period] + [period]
            self._changed.notify_all()

    def begin(self) -> None:
        """Start the thread, once."""
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="outlooks", daemon=True)
                self._thread.start()

    def status(self, period: str) -> tuple[bool, int, int]:
        """Return whether a month is asked for or at work, and how far it is."""
        with self._changed:
            name, done, total = self._at_work
            return period in (*self._asked, name), done if name == period else 0, total if name == period else 1

    def of(self, period: str) -> dict[str, Any]:
        """Return a month's last finished outlook with its date, `ready` false where there is none yet.

        One that was made from something else than what is now in force is asked for anew, and shown meanwhile.
        Raises what went wrong where nothing can be shown.
        """
        found, inputs = self._workshop.find(period), self._workshop.inputs(period)
        fresh = found is not None and found.inputs == inputs
        failed = self._failed.get(period)
        if failed and failed[0] == inputs and not fresh:
            if found is None:
                raise failed[1]
        elif not fresh and not self.status(period)[0]:
            self.ask(period)
            self.begin()
        waits, done, total = self.status(period)
        head = {"ready": found is not None, "renewing": waits and not fresh, "done": done, "total": total}
        return {**(_dated(found) if found else {"period": period}), **head}

    def finished(self, period: str) -> dict[str, Any] | None:
        """Return a month's last finished outlook with its date, if any; asking does not make it."""
        found = self._workshop.find(period)
        if found is None:
            return None
        return _dated(found) | {"renewing": self.status(period)[0]}

    def wait(self, seconds: float) -> bool:
        """Return whether all that was asked for is done, waiting at most so long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._asked and not self._at_work[0], timeout=seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._asked and not self._changed.wait(timeout=self._workshop.until_night()):
                    self._asked.append("")  # night: the newest month, whichever it is by then
                if not self._asked:
                    continue
                period = self._asked.pop()
                self._at_work = (period, 0, 1)
            self._work(period)

    def _work(self, period: str) -> None:
        def heard(what: str, done: int, total: int) -> None:
            if what == "month":
                self._at_work = (period, done, total + 1)

        inputs = ""
        try:
            period = period or self._workshop.newest()
            inputs = self._workshop.inputs(period)
            self._workshop.make(period, heard)
            self._failed.pop(period, None)
        except UserError as problem:
            self._failed[period] = (inputs, problem)
        except Exception:  # noqa: BLE001 -- a thread's fault is shown at the next look, not lost
            _log.exception("the outlook of %s failed", period)
            words = Text("预测没有做成，已记录；请告诉管理员。", "The outlook failed; tell the administrator.")
            self._failed[period] = (inputs, UserError(words))
        finally:
            connections.close_all()
            with self._changed:
                self._at_work = ("", 0, 1)
                self._changed.notify_all()


def _dated(found: KeptOutlook) -> dict[str, Any]:
    return {**found.view, "made": local_time(found.made.isoformat())}


@lru_cache(maxsize=_STAMPS)
def _inputs(store: Editions, period: str, stamp: int) -> str:  # noqa: ARG001 -- what was accepted since may be another answer
    return outlook_inputs(store.named(period))


def _night() -> float:
    return seconds_until(dt.time.fromisoformat(settings.NIGHT))


def outlooks() -> Outlooks:
    """Return the outlooks of the store that the environment names now."""
    return _outlooks_of(editions(), content_folder(), data_folder(), real=is_real())


@lru_cache(maxsize=1)
def _outlooks_of(store: Editions, content: Path, data: Path, *, real: bool) -> Outlooks:
    """Return the outlooks of one store: its thread keeps to that store's folders, whatever is opened later."""
    return Outlooks(
        Workshop(
            newest=lambda: store.latest,
            inputs=lambda period: _inputs(store, period, last_change(real=real)),
            make=lambda period, progress: work_out_and_keep(content, data, store.named(period), progress=progress),
            find=lambda period: kept_outlook(data, period, simulated=not real),
            until_night=_night,
        )
    )


def accepted(period: str = "") -> None:
    """Ask for the outlooks that an acceptance changes: of the month it is for, and first of the newest."""
    months = [period] if _is_month(period) else []
    for month in (*months, editions().latest):
        outlooks().ask(month)


def _is_month(period: str) -> bool:
    return bool(period) and period in editions().periods and Period.parse(period).frequency == "month"


def outlook_of(period: str) -> Mapping[str, Any]:
    """Return a month's outlook as pages show it, or how far it is; raises PeriodError for a month without facts."""
    edition: Edition = edition_of(period)
    return {"period": edition.period.text, "simulated": edition.simulated, **outlooks().of(edition.period.text)}


def told_of(edition: Edition) -> dict[str, Any] | None:
    """Return a month's last finished outlook, if there is one; asking does not make it."""
    return outlooks().finished(edition.period.text)
