"""Scenarios as the door works them out: one at a time, in the background, kept in the journal when they are done."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connections

from chengzai.cycle import NoSuchSheet, Table, keep_scenario, kept_scenarios, open_table, work_out
from chengzai.kernel import Actor, Text, UserError
from chengzai.publish import Edition
from chengzai.web._editions import edition_of, editions
from chengzai.web._folders import content_folder, data_folder
from chengzai.web.shield import is_real

_log = logging.getLogger(__name__)


class Busy(UserError):
    """Another scenario is being worked out."""


def table_of() -> tuple[Table, Edition]:
    """Return the planner's table and the latest month; raises NotASheet where there are no sheets for decisions."""
    edition = edition_of(editions().latest)
    return open_table(content_folder(), data_folder(), edition.period.last_day(), real=is_real()), edition


def kept_scenario(name: str) -> dict[str, Any]:
    """Return a scenario as worked out last; raises NoSuchSheet for one that nobody has."""
    kept = kept_scenarios(simulated=not is_real())
    if name not in kept:
        raise NoSuchSheet(Text("还没有推演过这个方案。", "This scenario has not been worked out yet."))
    return kept[name]


_searching = threading.Lock()


@contextmanager
def searching_alone() -> Iterator[None]:
    """Hold the one place for searches that somebody waits for, each some seconds of a core; raises Busy if taken."""
    if not _searching.acquire(blocking=False):
        raise Busy(Text("正在为别人计算，请过几秒再点。", "Another search is at work; try again in some seconds."))
    try:
        yield
    finally:
        _searching.release()


class Runs:
    """Works scenarios out in the background, one at a time: each takes both cores for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: str = ""
        self._failed: str = ""

    @property
    def now(self) -> str:
        """The name of the scenario that is being worked out, or nothing."""
        return self._now

    def failed(self) -> str:
        """Return what went wrong with the last one, once."""
        told, self._failed = self._failed, ""
        return told

    def start(self, wanted: list[dict[str, Any]], actor: Actor) -> None:
        """Begin to work out some, one after the other; raises Busy while others run."""
        table, edition = table_of()
        with self._lock:
            if self._now:
                raise Busy(Text(f"正在推演“{self._now}”，请稍后再来。", f"'{self._now}' is at work; try later."))
            self._now = wanted[0]["name"]
        threading.Thread(target=self._run, args=(table, edition, wanted, actor), daemon=True).start()

    def _run(self, table: Table, edition: Edition, wanted: list[dict[str, Any]], actor: Actor) -> None:
        try:
            for told in wanted:
                self._now = told["name"]
                like = [*kept_scenarios(simulated=table.simulated).values()]
                keep_scenario(work_out(table, told, edition, like=like), actor)
        except UserError as problem:
            self._failed = problem.text.zh
        except Exception:  # noqa: BLE001 -- a thread's fault is told at the next look, not lost
            _log.exception("the scenario %s failed", self._now)
            self._failed = "推演没有做成，已记录；请告诉管理员。"
        finally:
            self._now = ""
            connections.close_all()


@lru_cache(maxsize=1)
def runs() -> Runs:
    """Return the runs of this server."""
    return Runs()
