"""Forks children that work and are killed; prints what was lost, half done or broken. Run by test_kill.py."""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

if __name__ == "__main__":
    WORK, FOLDER, KILLS = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    ACKNOWLEDGED = FOLDER / "acknowledged.txt"


def acknowledge(words):
    with ACKNOWLEDGED.open("a", encoding="utf-8") as log:
        log.write(words + "\n")
        log.flush()


def submit(office, worker):
    """Save cells and add a journal entry for each, then say so, as the door would answer."""
    from chengzai.collect import Sheet
    from chengzai.cycle import act_on
    from office import REPORTER

    n = 0
    while True:
        key, value = f"k{worker}x{n}", f"{worker * 1000 + n}"
        lines = {f"{key}y{i}": {"value": value} for i in range(5)}
        act_on(office, REPORTER, Sheet("form/kill", "330881", "2026-11"), "submit", lines)
        acknowledge(f"{key} {value}")
        n += 1


def bring(office, worker):
    """Import a filled workbook again and again; each import is whole or not there."""
    import io

    from openpyxl import load_workbook

    from chengzai.cycle import fill_from_workbook, template
    from office import FORM, REPORTER, VALUES, sheet

    n = 0
    while True:
        _, blank = template(office, REPORTER, FORM, "330881", "2026-11")
        book = load_workbook(io.BytesIO(blank))
        page = book.worksheets[0]
        stamp = f"{worker}-{n}"
        for row in range(5, page.max_row + 1):
            page.cell(row, 6).value = float(VALUES[page.cell(row, 1).value])
            page.cell(row, 8).value = stamp
        out = io.BytesIO()
        book.save(out)
        told = fill_from_workbook(office, REPORTER, sheet(), "表.xlsx", out.getvalue())
        assert told["taken"] == len(VALUES), told["findings"]
        acknowledge(stamp)
        n += 1


def publish(_, worker):
    """Write sets of files; each file is the old one or the new one, never half."""
    from chengzai.store import write_files

    n = 0
    while True:
        body = (f"{worker}-{n} ".encode() * 200_000)[:1_500_000]
        write_files(FOLDER / "out", {f"bulletin-{i}.docx": body for i in range(3)})
        acknowledge(f"{worker}-{n}")
        n += 1


def child(worker):
    {"submit": submit, "import": bring, "publish": publish}[WORK](OFFICE, worker)


def main():
    from django.db import connections

    connections.close_all()  # a connection does not survive a fork: each child opens its own
    killed_at_work = 0
    seeded = random.Random(7)
    for worker in range(KILLS):
        before = ACKNOWLEDGED.stat().st_size if ACKNOWLEDGED.exists() else 0
        pid = os.fork()
        if pid == 0:
            try:
                child(worker)
            except BaseException as problem:  # a child that fails must not pass for one that was killed
                print(repr(problem), file=sys.stderr)
                os._exit(1)
        started = time.monotonic()
        while (
            ACKNOWLEDGED.stat().st_size if ACKNOWLEDGED.exists() else 0
        ) == before and time.monotonic() < started + 20:
            time.sleep(0.002)
        time.sleep(seeded.uniform(0, 0.06))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), "the child ended by itself"
        killed_at_work += ACKNOWLEDGED.stat().st_size > before
    print(json.dumps({"kills": KILLS, "killed_at_work": killed_at_work, **looked_at()}))


def looked_at():
    from chengzai.cycle import verify_journal
    from chengzai.store import acts_of, drafts_of
    from office import VALUES, sheet

    lost, half = [], []
    said = ACKNOWLEDGED.read_text(encoding="utf-8").splitlines()
    if WORK == "submit":
        known = {key: c["value"] for act in acts_of(simulated=True, topic="form/kill") for key, c in act.lines.items()}
        for line in said:
            key, value = line.split()
            here = [known.get(f"{key}y{i}") for i in range(5)]
            lost += [] if here == [value] * 5 else [key]
        half += [act.sequence for act in acts_of(simulated=True, topic="form/kill") if len(act.lines) != 5]
    elif WORK == "import":
        notes = {saved.content.get("note") for saved in drafts_of(sheet(), simulated=True).values()}
        half += sorted(map(str, notes)) if len(notes) != 1 else []
        last = notes.pop() if len(notes) == 1 else ""
        lost += [] if last == said[-1] or _later(last, said[-1]) else [said[-1]]
        half += [k for k in VALUES if k not in drafts_of(sheet(), simulated=True)]
    else:
        for path in sorted((FOLDER / "out").glob("bulletin-*.docx")):
            body = path.read_bytes()
            stamp = body.split(b" ", 1)[0]
            half += (
                []
                if body == (stamp + b" ") * 200_000 or body == ((stamp + b" ") * 200_000)[:1_500_000]
                else [path.name]
            )
    return {"lost": lost, "half": half, "broken_at": verify_journal().broken_at}


def _later(stamp, other):
    """Return whether a stamp is the one after the last acknowledged: done, but killed before it could be said."""
    a, b = ([int(x) for x in s.split("-")] for s in (stamp, other))
    return a > b


if __name__ == "__main__":
    from chengzai.store import open_store

    open_store(FOLDER / "var")
    from builders import QUZHOU
    from chengzai.cycle import open_office

    OFFICE = open_office(FOLDER / "var", QUZHOU, real=False)
    main()
