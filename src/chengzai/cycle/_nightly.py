"""Every night the kept boards are compared with their full runs; what differs is kept, logged and shown."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chengzai.cycle._carry import differences
from chengzai.cycle._clock import HOME, now
from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.publish import Edition
from chengzai.store import write_files

_FILE = "checks/boards.json"
_HOUR, _MINUTE = 2, 40  # in the city's own time: nobody reports, and backups come later
_SHOWN = 40


def seconds_to_night(*, simulated: bool) -> float:
    """Return how long it is until the next nightly comparison."""
    here = now(simulated=simulated).astimezone(HOME)
    night = here.replace(hour=_HOUR, minute=_MINUTE, second=0, microsecond=0)
    return ((night if night > here else night + dt.timedelta(days=1)) - here).total_seconds()


def keep_comparison(data: Path, pairs: Sequence[tuple[Edition, Edition]], *, simulated: bool) -> list[str]:
    """Compare kept months with their full runs, keep the outcome in the data folder and return what differs."""
    told = {kept.period.text: differences(kept, whole) for kept, whole in pairs}
    found = [f"{month} {what}" for month, own in told.items() for what in own]
    outcome = {
        "at": now(simulated=simulated).isoformat(timespec="seconds"),
        "months": [*told],
        "count": len(found),
        "differs": found[:_SHOWN],
    }
    write_files(data, {_FILE: json.dumps(outcome, ensure_ascii=False, indent=1).encode()})
    return found


def last_comparison(data: Path) -> dict[str, Any]:
    """Return the last nightly comparison (`at`, `months`, and `finding` if anything differed), or nothing."""
    path = data / _FILE
    if not path.exists():
        return {}
    outcome = json.loads(path.read_text(encoding="utf-8"))
    told = {"at": outcome["at"], "months": outcome["months"]}
    return {**told, "finding": _differs(outcome).as_dict()} if outcome["count"] else told


def _differs(outcome: dict[str, Any]) -> Finding:
    first, count = str(outcome["differs"][0]), int(outcome["count"])
    return Finding(
        "web.board-differs",
        Severity.ERROR,
        Text(
            f"夜间核对：看板与全量重算有{count}处不一致，首处是 {first}；看板已改用全量结果。",
            f"The nightly comparison: boards and full runs differ in {count} places, first in {first};"
            " the boards now show the full runs.",
        ),
        Text(f"请把数据文件夹中的 {_FILE} 交给系统维护人员。", f"Send {_FILE} of the data folder to the maintainers."),
        Citation("boards", first),
    )
