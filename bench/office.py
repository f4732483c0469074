"""How long the office takes: a page, a save, a hand-in, the journal, a board after an acceptance; ratios to one query.

Everything runs through the door (Django's client) on a twin of the whole city; no peer does this job, so the unit is
one empty request to the same door.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 15
ROOT = Path(__file__).parents[1]


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median seconds of an act."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[len(taken) // 2]


def main() -> None:
    """Print each act's median in milliseconds and as a multiple of an empty request."""
    folder = Path(tempfile.mkdtemp())
    os.environ |= {"CHENGZAI_NOW": "2026-11-28T09:00:00+08:00", "CHENGZAI_HOSTS": "testserver"}
    from chengzai.cli import main as chengzai

    for verb in (["twin"], ["rehearse"]):
        chengzai([*verb, "--data", str(folder)])
    from django.test import Client

    from chengzai.collect import Sheet
    from chengzai.cycle import run_month, verify_journal
    from chengzai.kernel import Period
    from chengzai.store import append_entry
    from chengzai.web.models import Account

    people = {}
    for name in ("xian-tianbao", "xian-shenhe", "zhuanban", "lingdao"):
        people[name] = Client()
        people[name].force_login(Account.objects.get(username=name))
    reporter, office = people["xian-tianbao"], people["zhuanban"]
    form = "/office/form/village-county-month/330881/2026-11"
    name = {"form": "village-county-month", "unit": "330881", "period": "2026-11"}
    version = [0]

    def save() -> None:
        line = {"sewage_quality_met": {"value": str(90 + version[0]), "base": version[0]}}
        told = reporter.post("/office/act/save.json", {**name, "lines": line}, content_type="application/json").json()
        version[0] = told["versions"]["sewage_quality_met"]

    def add() -> None:
        told = {"actor": "a", "name": "a", "at": "2026", "simulated": True}
        append_entry("submit", Sheet("form/bench", "330881", "2026-11"), lines={"x": {"value": "1"}}, **told)

    acts: dict[str, Callable[[], object]] = {
        "an empty request (the unit)": lambda: reporter.get("/openapi"),
        "a form's page": lambda: reporter.get(f"{form}.html"),
        "one cell saved and checked": save,
        "a form as a workbook": lambda: reporter.get(f"{form}.xlsx"),
        "a reporter's desk": lambda: reporter.get("/office/home.html"),
        "the task force's desk (122 units)": lambda: office.get("/office/home.html"),
        "status of the whole city": lambda: office.get("/office/status/2026-11.html"),
        "the split of 171 targets, 270 tasks": lambda: office.get("/office/allocation.html"),
        "one entry added to the journal": add,
        "the whole journal verified": verify_journal,
        "a board, kept": lambda: people["lingdao"].get("/2026-10/index.html"),
    }
    unit = 0.0
    for words, act in acts.items():
        act()
        seconds = timed(act)
        unit = unit or seconds
        print(f"{words:40} {seconds * 1000:8.1f} ms {seconds / unit:8.1f}×")

    count = [0]

    def accept_one_cell() -> None:
        count[0] += 1
        who = {"actor": "a", "name": "a", "at": "2026-11-28T00:00:00+00:00", "simulated": True}
        cell = {"sewage_quality_met": {"value": str(90 + count[0])}}
        for act in ("submit", "review", "accept"):
            lines = cell if act == "submit" else {"sewage_quality_met": {}}
            append_entry(act, Sheet("form/village-county-month", "330881", "2026-10"), lines=lines, **who)

    taken, busy = [], []
    for _ in range(ROUNDS):
        accept_one_cell()
        begin, worked = time.perf_counter(), time.process_time()
        people["lingdao"].get("/2026-10/index.html")
        taken.append(time.perf_counter() - begin)
        busy.append(time.process_time() - worked)
    seconds, worked = sorted(taken)[ROUNDS // 2], sorted(busy)[ROUNDS // 2]
    told = f"{seconds * 1000:8.1f} ms {seconds / unit:8.1f}× ({worked * 1000:.0f} ms of processor)"
    print(f"{'the first board after one accepted cell':40} {told}")
    seconds = timed(lambda: run_month(ROOT / "content/quzhou", folder, Period.parse("2026-10")), rounds=5)
    print(f"{'the same month run in full, no page':40} {seconds * 1000:8.1f} ms {seconds / unit:8.1f}×")


if __name__ == "__main__":
    main()
