"""Ranges of the product on public monthly series that were not used for their widths, on a sample.

The whole of both sets: python bench/outlook.py series.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from chengzai.assess import forecast_series

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "benchmarks" / "timeseries"
EVERY = {"m1_monthly": 15, "tourism_monthly": 46}  # 42 and 8 series: some five seconds
STEPS = 18


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared benchmark folder is absent")
def test_ranges_hold_what_they_say_on_series_not_used_for_their_widths():
    near, far = [], []
    for name, every in EVERY.items():
        with (FOLDER / f"{name}.csv").open(encoding="utf-8") as lines:
            for row in list(csv.DictReader(lines))[::every]:
                known, came = (np.array(row[part].split(), float) for part in ("train", "test"))
                predicted = forecast_series(known, STEPS, season=12)
                off = np.abs(came[:STEPS] - predicted.mean)
                near.append(off <= predicted.near)
                far.append(off <= predicted.far)
                if known.min() >= 0:
                    assert min(predicted.ends(step).min() for step in range(STEPS)) >= 0
    # 50 series: steps of one series are not independent, so that a share is known within some four points.
    assert np.mean(near) == pytest.approx(0.80, abs=0.05)
    assert np.mean(far) == pytest.approx(0.95, abs=0.03)
    thirds = np.array(near).reshape(len(near), 3, -1).mean((0, 2))
    assert np.abs(thirds - 0.80).max() < 0.09, "near, middle and far steps alike"
