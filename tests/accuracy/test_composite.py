"""The ASEM index of COINr (MIT), stage by stage from raw data to ranks; skipped where the data does not lie."""

import csv
from pathlib import Path

import numpy as np
import pytest

from chengzai.assess import (
    competition_ranks,
    denominate,
    impute_group_mean,
    index_up,
    normalise_minmax,
    treat_outliers,
)

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "benchmarks" / "coinr"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared benchmark folder is absent")


def rows(name):
    with (FOLDER / f"ASEM_COIN_{name}.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def asem():
    meta, raw, shares = rows("Input_IndMeta"), rows("Data_Raw"), rows("Input_Denominators")
    codes = [m["IndCode"] for m in meta]

    def number(text):
        return np.nan if text in {"", "NA"} else float(text)

    def matrix(table):
        return np.array([[number(r[c]) for c in codes] for r in table])

    under = np.array([[number(d[m["Denominator"]]) if m["Denominator"] else 1.0 for m in meta] for d in shares])
    stages = {name: matrix(rows(f"Data_{name}")) for name in ("Denominated", "Imputed", "Treated", "Normalised")}
    return meta, codes, raw, matrix(raw), under, stages


def whole(asem):
    meta, _, raw, values, under, _ = asem
    denominated = denominate(values, under)
    imputed = impute_group_mean(denominated, [r["Group_EurAsia"] for r in raw])
    most = -(-len(raw) // 10)
    treated = np.column_stack([treat_outliers(column, most=most).values for column in imputed.T])
    normalised = normalise_minmax(treated, [int(float(m["Direction"])) for m in meta])
    return {"Denominated": denominated, "Imputed": imputed, "Treated": treated, "Normalised": normalised}


def test_every_stage_is_reproduced_to_a_millionth(asem):
    ours, theirs = whole(asem), asem[5]
    for name, stage in theirs.items():
        assert np.array_equal(np.isnan(ours[name]), np.isnan(stage)), name
        assert np.nanmax(np.abs(ours[name] - stage)) < 1e-6, name


def test_the_index_is_the_weighted_mean_up_the_tree_and_its_ranks_follow(asem):
    meta, codes, raw = asem[:3]
    parents = {m["IndCode"]: m["Agg1"] for m in meta} | {m["Agg1"]: m["Agg2"] for m in meta}
    parents |= {m["Agg2"]: m["Agg3"] for m in meta}
    normalised = whole(asem)["Normalised"]
    levels = index_up(normalised, codes, parents, {})

    pillars = sorted({m["Agg1"] for m in meta})
    by_hand = {p: normalised[:, [k for k, m in enumerate(meta) if m["Agg1"] == p]].mean(axis=1) for p in pillars}
    for pillar in pillars:
        assert levels[pillar] == pytest.approx(by_hand[pillar])
    halves = [np.mean([by_hand[p] for p in sorted({m["Agg1"] for m in meta if m["Agg2"] == half})], axis=0)
              for half in ("Conn", "Sust")]  # fmt: skip
    assert levels["Index"] == pytest.approx(np.mean(halves, axis=0))
    ranks = competition_ranks(levels["Index"])
    order = [raw[i]["UnitCode"] for i in np.argsort(ranks)]
    assert sorted(ranks) == list(range(1, 52)), "no ties in ASEM"
    assert order[0] in {"CHE", "DNK", "NLD", "NOR", "SWE"}
