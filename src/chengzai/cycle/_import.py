"""A sheet comes in: checked row by row, what is sound is recorded, what is not is held and said."""

from pathlib import Path

from chengzai.collect import Receipt, Reporting, facts_of, receive
from chengzai.cycle._clock import now
from chengzai.store import load_facts, read_pack, read_sheet, record_facts, write_files


def import_sheet(content: Path, data: Path, sheet: Path, *, author: str) -> Receipt:
    """Import a CSV of observations into the store and return what became of each row.

    The file is kept as received; accepted rows become one batch; held rows stay with their findings.
    """
    pack = read_pack(content)
    facts = load_facts(data, simulated=False)
    known = {(o.element, o.place, o.period.text): o.value for o in facts.observations()} if facts else {}
    moment = now(simulated=False)
    receipt = receive(
        read_sheet(sheet),
        Reporting(pack.elements, pack.places, known),
        document=sheet.name,
        entered_at=moment.date().isoformat(),
    )
    write_files(data, {f"received/{moment:%Y%m%dT%H%M%S}-{sheet.name}": sheet.read_bytes()})
    if receipt.accepted:
        record_facts(data, facts_of(receipt.accepted), simulated=False, author=author, at=moment, note=sheet.name)
    return receipt
