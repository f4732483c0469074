"""Eight threads write to one journal; prints what each was told and what the journal holds. Run by test_kill.py."""

import json
import sys
import threading
from pathlib import Path


def main(folder):
    from chengzai.collect import Sheet
    from chengzai.cycle import verify_journal
    from chengzai.store import append_entry, open_store

    open_store(folder / "var")
    from django.db import connection

    acknowledged, problems = [], []

    def write(who):
        try:
            for n in range(12):
                told = {"actor": str(who), "name": "甲", "at": "2026-11-28T00:00:00+00:00", "simulated": True}
                lines = {"x": {"value": f"{who}-{n}"}}
                acknowledged.append(append_entry("submit", Sheet("form/a", "11"), lines=lines, **told).sequence)
        except Exception as problem:  # the thread must say what it met
            problems.append(repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify_journal()
    held = {"entries": found.entries, "broken_at": found.broken_at}
    print(json.dumps({"acknowledged": sorted(acknowledged), "problems": problems, **held}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
