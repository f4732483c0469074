"""An outlook worked out once and kept: in the data folder, under a hash of what it was made from.

One function works it out and keeps it, so that a thread or a queue may call it; the last finished one of a month stays
until a newer one of that month is finished, whatever is accepted meanwhile and however often the server starts anew.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chengzai.cycle._clock import HOME, now
from chengzai.cycle._foresight import foresee
from chengzai.publish import Edition
from chengzai.store import acts_of, write_files

_FOLDER = "outlooks"
_FORM = 2  # what is kept has another form when this number is another: older ones are then worked out again


@dataclass(frozen=True, slots=True)
class KeptOutlook:
    """The last finished outlook of a month: when it was made, from what, and what pages show of it."""

    made: dt.datetime
    inputs: str
    view: Mapping[str, Any]


def outlook_inputs(edition: Edition) -> str:
    """Return the hash of all that an outlook is made from: pack, splits, values, reports, and entries of registers.

    What is accepted for a later month is no part of it.
    """
    found = hashlib.sha256(f"{_FORM} {edition.period} {edition.simulated} {edition.pack_sha256}".encode())
    for name in sorted(edition.allocations):
        found.update(repr(edition.allocations[name]).encode())
    for frequency in sorted(edition.measured.cubes):
        cube = edition.measured.cubes[frequency]
        found.update(cube.results.tobytes())
        found.update(cube.reported.tobytes())
    entries = acts_of(simulated=edition.simulated, topics="register/")
    found.update(str(max((act.sequence for act in entries if act.act == "accept"), default=0)).encode())
    return found.hexdigest()


def work_out_and_keep(
    content: Path, data: Path, edition: Edition, *, progress: Callable[[str, int, int], None] = lambda *_: None
) -> KeptOutlook:
    """Work out the outlook of a month and keep it in place of the one before; one made from the same is returned.

    Raises RuleMissing, CannotWrite.
    """
    inputs = outlook_inputs(edition)
    before = kept_outlook(data, edition.period.text, simulated=edition.simulated)
    if before and before.inputs == inputs:
        return before
    view = foresee(content, data, edition, progress=progress)
    made = now(simulated=edition.simulated)
    kept = {"made": made.isoformat(), "inputs": inputs, "view": view}
    name = _name(edition.period.text, simulated=edition.simulated)
    write_files(data / _FOLDER, {name: json.dumps(kept, ensure_ascii=False).encode()})
    return KeptOutlook(made, inputs, view)


def kept_outlook(data: Path, period: str, *, simulated: bool) -> KeptOutlook | None:
    """Return the last finished outlook of a month; None where there is none that can be read."""
    path = data / _FOLDER / _name(period, simulated=simulated)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError):
        return None


@lru_cache(maxsize=4)
def _read(path: Path, written: int) -> KeptOutlook:  # noqa: ARG001 -- what was written since is another answer
    kept = json.loads(path.read_text(encoding="utf-8"))
    return KeptOutlook(dt.datetime.fromisoformat(kept["made"]), str(kept["inputs"]), kept["view"])


def _name(period: str, *, simulated: bool) -> str:
    return f"{'simulated' if simulated else 'real'}-{period}.json"


def seconds_until(time: dt.time) -> float:
    """Return how long it is until a time of day in the city, at most a day.

    It is the clock of the machine: a rehearsal that sets another day still has its own nights.
    """
    here = now(simulated=False).astimezone(HOME)
    then = dt.datetime.combine(here.date(), time, HOME)
    return ((then - here) % dt.timedelta(days=1)).total_seconds() or dt.timedelta(days=1).total_seconds()
