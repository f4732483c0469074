"""Making the marked twin of a city and keeping its truth apart."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from chengzai.cycle._clock import now
from chengzai.cycle._office import pack_in_force
from chengzai.kernel import Period
from chengzai.measure import read_indicators
from chengzai.plan import compile_plan
from chengzai.store import (
    acts_of,
    last_entry,
    load_facts,
    read_pack,
    record_allocations,
    record_facts,
    twin_is_current,
    write_files,
)
from chengzai_twin import simulate


def simulate_city(content: Path, data: Path, *, seed: int, months: tuple[Period, Period]) -> int:
    """Make a pack's city as a twin, record it as simulated, and return the number of its facts.

    Nothing is done, and 0 returned, if the store holds this very twin already.
    The truth behind the reports goes to `twin/truth.csv` in the data folder, which no run reads.
    """
    pack = read_pack(pack_in_force(data, content))
    note = f"seed {seed}, {months[0]} to {months[1]}, pack {pack.sha256[:16]}"
    if twin_is_current(note):
        return 0
    plan, _ = compile_plan(pack.tables, pack.document)
    indicators, _ = read_indicators(pack.indicators, pack.elements)
    twin = simulate(plan, indicators=indicators, elements=pack.elements, places=pack.places, months=months, seed=seed)
    moment = now(simulated=True)
    record_allocations(data, twin.allocations, simulated=True, author="模拟器", at=moment)
    write_files(data, {"twin/truth.csv": _truth(twin.truth)})
    return record_facts(data, twin.facts, simulated=True, author="模拟器", at=moment, note=note).rows


def months_known(data: Path, *, real: bool) -> list[Period]:
    """Return the months that the store has facts for, or the last month that has ended if it has none."""
    facts = load_facts(data, simulated=not real)
    texts = set(facts.periods if facts else ())
    texts |= {act.sheet.period for act in acts_of(simulated=not real, topics="form/") if act.act == "accept"}
    months = sorted(period for text in texts if (period := Period.parse(text)).frequency == "month")
    today = now(simulated=not real)
    return months or [Period.of("month", today.year * 12 + today.month - 2)]


def latest_month(data: Path, *, real: bool) -> Period:
    """Return the month a board opens with: the last known one that has ended, else the last known."""
    known = months_known(data, real=real)
    today = now(simulated=not real).date()
    ended = [month for month in known if month.last_day() <= today]
    return (ended or known)[-1]


def last_change(*, real: bool) -> int:
    """Return the place in the journal after which nothing has changed what a month's run would find."""
    return max(last_entry(("accept", "record"), simulated=not real), last_entry(("adopt",), simulated=False))


def last_facts(*, real: bool) -> int:
    """Return the place in the journal of the last batch of facts: what the boards showed before the office began."""
    return last_entry(("record",), simulated=not real)


def _truth(rows: Sequence[Mapping[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
