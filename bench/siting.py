"""p-median, warehouses and Lorena's capacitated median: published optima, how they were proven, and how long it took.

usage: python bench/siting.py
Reads ../shared/data/benchmarks and says so if it is not there. With spopt installed, its p-median runs beside ours.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import floyd_warshall

from chengzai.decide import capacitated, p_median

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "benchmarks"


def medians():
    p_median(np.arange(12.0).reshape(4, 3), 2)  # compiled before the clock runs
    for number, optimum in pmed_optima().items():
        way, p = pmed(number)
        begin = time.perf_counter()
        told = p_median(way, p)
        ours = time.perf_counter() - begin
        begin = time.perf_counter()
        fast = p_median(way, p, proven=False)
        search = time.perf_counter() - begin
        mark = "=" if told.value == optimum else "≠"
        quick = f"search alone {fast.value:.0f}, gap {fast.gap:.2%}, {search:.3f} s"
        exact = f"{told.value:.0f} {mark} {optimum}, gap {told.gap:.2%}, {ours:.3f} s ({told.left} left open)"
        print(f"pmed{number}: {len(way)} nodes, p {p}: {exact}; {quick}", flush=True)


def spopt_beside(numbers=(1, 2, 3, 6, 7, 8, 11)):
    """The same instances by spopt's exact model and the same solver underneath; its imports are not counted."""
    try:
        import pulp
        from spopt.locate import PMedian
    except ImportError:
        print("spopt: not installed (make bench installs it)")
        return
    ratios = []
    for number in numbers:
        way, p = pmed(number)
        begin = time.perf_counter()
        ours = p_median(way, p)
        mine = time.perf_counter() - begin
        begin = time.perf_counter()
        model = PMedian.from_cost_matrix(way, np.ones(len(way)), p_facilities=p)
        model = model.solve(pulp.HiGHS(msg=False), results=False)
        took = time.perf_counter() - begin
        value = pulp.value(model.problem.objective)
        ratios.append(took / mine)
        print(f"pmed{number}: spopt {value:.0f} in {took:.2f} s, ours {ours.value:.0f}: {took / mine:.0f}×", flush=True)
    print(f"spopt, median of {len(ratios)}: {np.median(ratios):.0f}× ours")


def pmed_optima():
    """The published optima, one line each: name and value."""
    rows = [line.split() for line in (SHARED / "pmed" / "pmedopt.txt").read_text().splitlines()]
    return {int(row[0][4:]): int(row[1]) for row in rows if len(row) == 2 and row[0].startswith("pmed")}


def pmed(number):
    told = (SHARED / "pmed" / f"pmed{number}.txt").read_text().split()
    nodes, edges, p = map(int, told[:3])
    way = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(way, 0)
    for e in range(edges):
        a, b, c = (int(v) for v in told[3 + 3 * e : 6 + 3 * e])
        way[a - 1, b - 1] = way[b - 1, a - 1] = c
    return floyd_warshall(way), p


def warehouses():
    for row in csv.DictReader((SHARED / "cap" / "cap_optima.csv").open()):
        told = np.array((SHARED / "cap" / row["instance"]).read_text().split(), dtype=float)
        places, blocks = int(told[0]), int(told[1])
        seats, fixed = told[2 : 2 + 2 * places].reshape(places, 2).T
        rows = told[2 + 2 * places :].reshape(blocks, places + 1)
        begin = time.perf_counter()
        answer = capacitated(rows[:, 1:], fixed, rows[:, 0], seats)
        print(f"{row['instance']}: {answer.value:.3f} of {row['milp_verified']}, {time.perf_counter() - begin:.2f} s")


def lorena():
    rows = (SHARED / "sjc" / "SJC1.dat").read_text().split()
    n, p = int(rows[0]), int(rows[1])
    x, y, seats, need = np.array(rows[2 : 2 + 4 * n], dtype=float).reshape(n, 4).T
    way = np.hypot(x[:, None] - x, y[:, None] - y)
    begin = time.perf_counter()
    told = capacitated(way, np.zeros(n), need, seats, whole=True, count=p)
    print(f"SJC1: {told.value:.3f} of 17288.993, gap {told.gap:.2%}, {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    if not SHARED.is_dir():
        sys.exit("skipped: ../shared/data/benchmarks is not there")
    medians()
    spopt_beside()
    warehouses()
    lorena()
