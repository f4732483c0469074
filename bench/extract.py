"""The extractor against the reviewed Quzhou pack, with its confusions, and its speed on a long text.

usage: python bench/extract.py
"""

import re
import time
from collections import Counter
from pathlib import Path

from chengzai.plan import audit_plan, compile_plan, draft_plan
from chengzai.store import read_pack

ROOT = Path(__file__).parents[1]
FIELDS = ("comparator", "value", "unit", "deadline", "kind", "strength", "direction", "every_year")


def quotes(plan):
    return [(t, q) for t in plan.targets for q in t.quotes if re.search(r"[0-9Ⅱ]", q.number)]


def overlap(one, other):
    return one.number_span.start < other.number_span.end and other.number_span.start < one.number_span.end


def matched(gold, mine):
    taken, pairs = set(), []
    for target, quote in gold:
        found = next((i for i, (_, q) in enumerate(mine) if i not in taken and overlap(q, quote)), None)
        if found is not None:
            taken.add(found)
        pairs.append((target, mine[found][0] if found is not None else None))
    return pairs, [mine[i] for i in range(len(mine)) if i not in taken]


def named_alike(one, other):
    return one in other or other in one or len(set(one) & set(other)) / max(len(set(other)), 1) > 0.6


def main():
    pack = read_pack(ROOT / "content" / "quzhou")
    reviewed, _ = compile_plan(pack.tables, pack.document)
    drafted, findings = compile_plan(draft_plan(pack.document, name="draft").tables, pack.document)
    account = audit_plan(drafted, findings)
    gold, mine = quotes(reviewed), quotes(drafted)
    pairs, extra = matched(gold, mine)
    hits = [(g, m) for g, m in pairs if m is not None]
    precision, recall = len(hits) / len(mine), len(hits) / len(gold)
    print(f"numbers accounted for       {1 - len(account.unaccounted) / len(account.accounts):.3f}")
    f1 = 2 * precision * recall / (precision + recall)
    print(f"targets found               precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    wrong = Counter()
    for good, found in hits:
        for name in FIELDS:
            if getattr(good, name) != getattr(found, name):
                wrong[name] += 1
        if not named_alike(found.indicator, good.indicator):
            wrong["indicator"] += 1
    for name in ("indicator", *FIELDS):
        print(f"  {name:24}  {1 - wrong[name] / len(hits):.3f}")
    for good, found in pairs:
        told = [n for n in FIELDS if found is not None and getattr(good, n) != getattr(found, n)]
        if found is None or told:
            differs = (
                ", ".join(f"{n} {getattr(found, n)} for {getattr(good, n)}" for n in told) if found else "not found"
            )
            print(f"    {good.id}: {differs}")
    for target, quote in extra:
        print(f"    taken for a target: {quote.words} ({target.id})")

    long = (pack.document + "\n") * 6
    begin = time.perf_counter()
    compile_plan(draft_plan(long, name="long").tables, long)
    print(f"{len(long):,} characters compiled in {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
