"""A sheet comes in: checked row by row, what is sound is recorded, what is not is held and said."""

import datetime as dt
from pathlib import Path

from chengzai.collect import Receipt, Reporting, facts_of, receive
from chengzai.cycle._clock import now
from chengzai.cycle._office_facts import office_observations
from chengzai.cycle._rules import number_in_force
from chengzai.store import load_facts, read_pack, read_sheet, record_facts, write_files


def import_sheet(content: Path, data: Path, sheet: Path, *, author: str) -> Receipt:
    """Import a CSV of observations into the store and return what became of each row.

    The file is kept as received; accepted rows become one batch; held rows stay with their findings.
    """
    pack = read_pack(content)
    facts = load_facts(data, simulated=False)
    moment = now(simulated=False)
    opens = int(number_in_force(pack, "report_opens", moment.date()))
    root = str(pack.tables["plan"].get("root", ""))
    accepted, _ = office_observations(pack, root, simulated=False, as_of=None, until=moment.date())
    known = {(o.element, o.place, o.period.text): o.value for o in facts.observations()} if facts else {}
    known |= {(o.element, o.place, o.period.text): o.value for o in accepted}
    receipt = receive(
        read_sheet(sheet),
        Reporting(
            pack.elements,
            pack.places,
            known,
            accepted={(o.element, o.place, o.period.text): o.value for o in accepted if o.source == "form"},
            until=moment.date() + dt.timedelta(days=opens),
        ),
        document=sheet.name,
        entered_at=moment.date().isoformat(),
    )
    write_files(data, {f"received/{moment:%Y%m%dT%H%M%S}-{sheet.name}": sheet.read_bytes()})
    if receipt.accepted:
        record_facts(data, facts_of(receipt.accepted), simulated=False, author=author, at=moment, note=sheet.name)
    return receipt
