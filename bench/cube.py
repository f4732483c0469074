"""Roll-up and formulas on 17 million facts: this cube beside DuckDB, Polars and pandas, one run, equal answers.

usage: python bench/cube.py [--elements 200] [--places 1600] [--months 60] [--repeat 3]

Work: read the facts (Parquet), sum each element from villages to townships, counties and the city, and
compute for every place and month of half the elements the running total, of a quarter the year to date,
and of a quarter the ratio to its neighbour. Each engine reads the same file and ends with the same values.
"""

import argparse
import gc
import json
import statistics
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chengzai.collect import Facts
from chengzai.kernel import Element, Period, Place, Places
from chengzai.measure import build_cube, read_indicators

HERE = Path(__file__).parent


def tree(villages):
    """Return a city of 6 counties, 100 townships and the villages spread over them."""
    units = [Place("c", "", "prefecture")]
    units += [Place(f"c{i}", "", "county", "c") for i in range(6)]
    units += [Place(f"c{i % 6}t{i:03d}", "", "township", f"c{i % 6}") for i in range(100)]
    units += [Place(f"v{i:05d}", "", "village", f"c{i % 100 % 6}t{i % 100:03d}") for i in range(villages)]
    return Places(units)


def make(path, elements, villages, months, seed=1):
    """Write whole-number facts with one cell in nine missing, the same gaps for every element of a form."""
    rng = np.random.default_rng(seed)
    sent = rng.random((villages, months)) < 8 / 9
    e, v, t = (a.astype(np.int32) for a in np.nonzero(np.broadcast_to(sent, (elements, villages, months))))
    value = rng.integers(0, 1000, len(e)).astype(np.float64)
    pq.write_table(pa.table({"element": e, "village": v, "month": t, "value": value}), path, compression="zstd")
    return len(e)


def formulas(elements):
    """Return for each element what is computed of it."""
    return ["cumulative" if i % 4 < 2 else ("ytd" if i % 4 == 2 else "ratio") for i in range(elements)]


def ours(path, args, places):
    elements = [Element(f"e{i}", "", "", collected="village") for i in range(args.elements)]
    text = {
        "cumulative": "cumulative(e{0})",
        "ytd": "ytd(e{0})",
        "ratio": "e{0} / e{1} * 100",
    }
    entries = [
        {"id": f"i{i}", "name": "", "formula": text[kind].format(i, i - 1)}
        for i, kind in enumerate(formulas(args.elements))
    ]
    indicators, _ = read_indicators([{"indicator": entries}], {e.code: e for e in elements})
    periods = [Period.of("month", 2023 * 12 + m) for m in range(args.months)]
    table = pq.read_table(path)
    columns = [table.column(c).to_numpy() for c in ("element", "village", "month", "value")]
    facts = Facts(
        elements=tuple(e.code for e in elements),
        places=tuple(f"v{i:05d}" for i in range(args.places)),
        periods=tuple(p.text for p in periods),
        sources=("form",),
        element=columns[0],
        place=columns[1],
        period=columns[2],
        source=np.zeros(0, dtype=np.int32),
        value=columns[3],
    )
    return build_cube(facts, elements=elements, indicators=indicators, places=places, periods=periods)


def closure(places):
    """Return the pairs village number, ancestor number, the village itself among them."""
    pairs = []
    for code, at in places.index.items():
        if code.startswith("v"):
            up = at
            while up >= 0:
                pairs.append((int(code[1:]), up))
                up = places.parents[up]
    return np.array(pairs, dtype=np.int32).T


DUCK = """
create or replace table rolled as
  select f.element, c.place, f.month, sum(f.value) as x from facts f join closure c on f.village = c.village
  group by all;
create or replace table results as
  select element, place, month, sum(x) over (partition by element, place order by month) as y
    from rolled where element % 4 < 2
  union all
  select element, place, month, sum(x) over (partition by element, place, month // 12 order by month)
    from rolled where element % 4 = 2
  union all
  select a.element, a.place, a.month, a.x / nullif(b.x, 0) * 100
    from rolled a join rolled b on b.element = a.element - 1 and a.place = b.place and a.month = b.month
    where a.element % 4 = 3;
"""


def duckdb_run(path, places):
    import duckdb

    con = duckdb.connect()
    village, place = closure(places)
    con.register("pairs", pa.table({"village": village, "place": place}))
    con.execute("create table closure as select * from pairs")
    con.execute(f"create view facts as select * from read_parquet('{path}')")
    con.execute(DUCK)
    return con


def polars_run(path, places):
    import polars as pl

    village, place = closure(places)
    pairs = pl.LazyFrame({"village": village, "place": place})
    rolled = (
        pl.scan_parquet(path)
        .join(pairs, on="village")
        .group_by("element", "place", "month")
        .agg(pl.col("value").sum().alias("x"))
        .collect(engine="streaming")
        .sort("element", "place", "month")
    )
    kind = pl.col("element") % 4
    running = rolled.filter(kind < 2).with_columns(y=pl.col("x").cum_sum().over("element", "place"))
    year = rolled.filter(kind == 2).with_columns(
        y=pl.col("x").cum_sum().over("element", "place", pl.col("month") // 12)
    )
    below = rolled.filter(kind == 2).with_columns(element=pl.col("element") + 1).rename({"x": "d"})
    ratio = rolled.filter(kind == 3).join(below, on=["element", "place", "month"])
    ratio = ratio.with_columns(y=pl.when(pl.col("d") != 0).then(pl.col("x") / pl.col("d") * 100))
    return pl.concat([frame.select("element", "place", "month", "y") for frame in (running, year, ratio)])


def pandas_run(path, places):
    import pandas as pd

    village, place = closure(places)
    facts = pd.read_parquet(path)
    joined = facts.merge(pd.DataFrame({"village": village, "place": place}), on="village")
    rolled = joined.groupby(["element", "place", "month"], as_index=False)["value"].sum()
    del joined, facts
    kind = rolled["element"] % 4
    running = rolled[kind < 2].copy()
    running["y"] = running.groupby(["element", "place"])["value"].cumsum()
    year = rolled[kind == 2].copy()
    year["y"] = year.groupby(["element", "place", year["month"] // 12])["value"].cumsum()
    below = rolled[kind == 2].assign(element=lambda f: f["element"] + 1).rename(columns={"value": "d"})
    ratio = rolled[kind == 3].merge(below, on=["element", "place", "month"])
    ratio["y"] = (ratio["value"] / ratio["d"].where(ratio["d"] != 0)) * 100
    return pd.concat([frame[["element", "place", "month", "y"]] for frame in (running, year, ratio)])


def as_dense(result, shape):
    """Return a peer's result as our array, for the comparison of answers."""
    dense = np.full(shape, np.nan)
    if hasattr(result, "execute"):
        columns = result.execute("select element, place, month, y from results").fetchnumpy()
    elif hasattr(result, "to_dict") and hasattr(result, "iloc"):
        columns = {c: result[c].to_numpy() for c in ("element", "place", "month", "y")}
    else:
        columns = {c: result[c].to_numpy() for c in ("element", "place", "month", "y")}
    y = np.ma.filled(np.ma.asarray(columns["y"], dtype=np.float64), np.nan)
    dense[columns["element"], columns["place"], columns["month"]] = y
    return dense


def timed(work, repeat):
    seconds, result = [], None
    for _ in range(repeat):
        result = None
        gc.collect()
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), result


def one_change(cube, con, repeat=10_000):
    """Return the time of one changed observation with ancestors and formulas: ours, and DuckDB's targeted query."""
    village = [code for code in cube.places.index if code.startswith("v")]
    at = [cube.places.index[code] for code in village]
    begin = time.perf_counter()
    for i in range(repeat):
        cube.set_value(f"e{i % 4}", village[i % len(village)], cube.periods[i % len(cube.periods)], float(i))
    ours_seconds = (time.perf_counter() - begin) / repeat
    con.execute("create or replace table cells as select element, village, month, value from facts where element < 4")
    queries = 30
    begin = time.perf_counter()
    for i in range(queries):
        con.execute(
            """
            with chain as (select place from closure where village = ?),
            sums as (
              select c.place, f.month, sum(f.value) as x from chain join closure c using (place)
              join cells f on f.village = c.village and f.element = ? group by all)
            select place, month, sum(x) over (partition by place order by month) from sums
            """,
            [i % len(at), i % 2],
        ).fetchall()
    return ours_seconds, (time.perf_counter() - begin) / queries


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--elements", type=int, default=200)
    parser.add_argument("--places", type=int, default=1600)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", default="duckdb,polars,pandas")
    args = parser.parse_args()
    (HERE / "data").mkdir(exist_ok=True)
    path = HERE / "data" / f"facts-{args.elements}-{args.places}-{args.months}.parquet"
    rows = pq.read_metadata(path).num_rows if path.exists() else make(path, args.elements, args.places, args.months)
    places = tree(args.places)
    print(f"{rows:,} facts, {args.elements * len(places) * args.months:,} indicator cells", flush=True)

    ours(path, args, places)  # compiled before the clock starts, as an installed product is
    seconds, cube = timed(lambda: ours(path, args, places), args.repeat)
    print(f"chengzai   {seconds:7.2f} s", flush=True)
    told = {"facts": rows, "chengzai_seconds": seconds, "peers": {}}
    runs = {"duckdb": duckdb_run, "polars": polars_run, "pandas": pandas_run}
    for name in args.peers.split(","):
        spent, result = timed(lambda run=runs[name]: run(path, places), 1 if name == "pandas" else args.repeat)
        dense = as_dense(result, cube.results.shape)
        equal = np.allclose(dense, cube.results, rtol=1e-12, atol=1e-9, equal_nan=True)
        print(f"{name:10} {spent:7.2f} s   {spent / seconds:5.1f} × ours   equal answers: {equal}", flush=True)
        told["peers"][name] = {"seconds": spent, "ratio": spent / seconds, "equal": bool(equal)}
        if name == "duckdb":
            mine, theirs = one_change(cube, result)
            seconds, cube = timed(lambda: ours(path, args, places), 1)
            print(f"one change {mine * 1e6:7.1f} µs, duckdb {theirs * 1e3:.2f} ms: {theirs / mine:,.0f} ×", flush=True)
            told["one_change"] = {"ours_seconds": mine, "duckdb_seconds": theirs, "ratio": theirs / mine}
            seconds = told["chengzai_seconds"]
        del result, dense
        gc.collect()
    (HERE / "data" / "cube.json").write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
