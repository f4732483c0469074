"""Making the marked twin of a city and keeping its truth apart."""

import csv
import datetime as dt
import io
from pathlib import Path

from chengzai.kernel import Period
from chengzai.measure import read_indicators
from chengzai.plan import compile_plan
from chengzai.store import Recorded, load_facts, read_pack, record_allocations, record_facts, write_files
from chengzai_twin import simulate


def simulate_city(content: Path, data: Path, *, seed: int, months: tuple[Period, Period]) -> Recorded:
    """Simulate a pack's city, record its facts and allocation as simulated, and return the facts' batch.

    The truth behind the reports goes to `twin/truth.csv` in the data folder, which no run reads.
    """
    pack = read_pack(content)
    plan, _ = compile_plan(pack.tables, pack.document)
    indicators, _ = read_indicators(pack.indicators, pack.elements)
    twin = simulate(
        plan, indicators=indicators, elements=pack.elements, places=pack.places, months=months, seed=seed
    )
    now = dt.datetime.now(tz=dt.UTC)  # noqa: TID251 -- the cycle reads the clock
    record_allocations(data, twin.allocations, simulated=True, author="模拟器", at=now)
    write_files(data, {"twin/truth.csv": _truth(twin.truth)})
    note = f"seed {seed}, {months[0]} to {months[1]}, pack {pack.sha256[:12]}"
    return record_facts(data, twin.facts, simulated=True, author="模拟器", at=now, note=note)


def latest_month(data: Path, *, real: bool) -> Period | None:
    """Return the latest month that the store has facts for, or None."""
    facts = load_facts(data, simulated=not real)
    months = [p for text in (facts.periods if facts else ()) if (p := Period.parse(text)).frequency == "month"]
    return max(months, default=None)


def _truth(rows: object) -> bytes:
    listed = list(rows)  # type: ignore[call-overload]  # a tuple of mappings
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode()
