"""Forecasts and warnings scored: on twins nobody has seen, and on public monthly series beside the library's methods.

usage: python bench/outlook.py twin SEED [SEED …] | series [NAME …] | speed

`twin` simulates whole plans to their end, tells outlooks as of three Octobers and warnings month by month, and scores
them by what happened. `series` reads ../shared/data/benchmarks/timeseries and says so if it is not there.
"""

import csv
import math
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.special import ndtr

from chengzai.assess import (
    Measured,
    Scored,
    WarnRule,
    assess_plan,
    forecast_series,
    foretell,
    past_forecasts,
    raised,
    track_record,
    tracks_of,
    warn,
)
from chengzai.cycle import forecast_rules
from chengzai.cycle._rules import rules_in_force
from chengzai.cycle._sources import build_cubes
from chengzai.kernel import Period
from chengzai.measure import read_indicators
from chengzai.plan import compile_plan
from chengzai.store import read_pack
from chengzai_twin import simulate

ROOT = Path(__file__).parents[1]
SERIES = ROOT.parent / "shared" / "data" / "benchmarks" / "timeseries"
CUTS = ("2024-10", "2025-10", "2026-10")
END, BEFORE = Period.parse("2027-12"), Period.parse("2027-11")
BEHIND = -10.0


class City:
    """One twin from the first month to the last, looked at as of any month."""

    def __init__(self, seed):
        self.pack = read_pack(ROOT / "content" / "quzhou")
        self.plan, _ = compile_plan(self.pack.tables, self.pack.document)
        self.indicators, _ = read_indicators(self.pack.indicators, self.pack.elements)
        self.twin = simulate(
            self.plan, indicators=self.indicators, elements=self.pack.elements, places=self.pack.places,
            months=(Period.parse("2023-01"), END), seed=seed,
        )  # fmt: skip
        self.allocations = {a.target: a for a in self.twin.allocations}
        self.rule, self.warning, _, _ = forecast_rules(self.pack, END.last_day())
        self.judged_at_end = self.look(END)[1]

    def look(self, period):
        rules, _ = rules_in_force(self.pack, period)
        cubes = build_cubes(self.twin.facts, self.pack, self.indicators, self.plan, period)
        measured = Measured(cubes, {i.id: i for i in self.indicators}, self.twin.facts)
        judged = assess_plan(self.plan, measured, self.allocations, period, rules)
        tracks = tracks_of(
            self.plan, measured, self.allocations, judged, rules.completeness.value, rules.tolerance.value
        )
        aimed = [t for t in tracks if t.law != "pace" or not math.isnan(t.limit)]
        return aimed, judged

    def outcome(self, outlook, track):
        place = self.plan.root if track.place == track.target.place else track.place
        return self.judged_at_end[place].get(outlook.target)


def inside_share(o, value, whole, low, high):
    """How much of a value lies inside an interval: for whole things the share of the thing's own probability.

    The distribution is read between the five percentiles of an outlook, straight in normal scores.
    """
    known = np.maximum.accumulate(np.array([o.low95, o.low80, o.middle, o.high80, o.high95])) + 1e-9 * np.arange(5)
    scores = np.array([-1.959964, -1.281552, 0.0, 1.281552, 1.959964])

    def chance(x):
        inner = float(np.interp(x, known, scores))
        past = min(x - known[0], 0.0) + max(x - known[-1], 0.0)
        return float(ndtr(inner + past * (scores[-1] - scores[0]) / max(known[-1] - known[0], 1e-9)))

    half = 0.5 if whole else 1e-6 * max(1.0, abs(value))  # a limit that nothing passes is a step too
    under, over = chance(value - half), chance(value + half)
    if over - under < 1e-6:
        return float(low <= (under + over) / 2 <= high)
    return (min(max(over, low), high) - min(max(under, low), high)) / (over - under)


def twin(seeds):
    rows, alarms = [], []
    for seed in seeds:
        city = City(seed)
        for cut in CUTS:
            tracks, _ = city.look(Period.parse(cut))
            known = {(t.target.id, t.place): t for t in tracks}
            calibration = past_forecasts(tracks, city.rule).learned()
            for o in foretell(tracks, city.rule, calibration=calibration):
                track = known[o.target, o.place]
                end = city.outcome(o, track)
                if o.answer == "told" and o.deadline.year == END.year and end and end.state != "no_report":
                    rows.append((cut, track, o, end))
        tracks, _ = city.look(BEFORE)
        known = {(t.target.id, t.place): t for t in tracks}
        calibration = past_forecasts(tracks, city.rule).learned()
        for o in foretell(tracks, city.rule, history=60, calibration=calibration):
            track = known[o.target, o.place]
            if o.answer == "told" and track.law == "pace" and o.frequency == "month" and not track.target.every_year:
                due = np.cumsum(track.exposure)[: len(track.attained)]
                gap = (track.attained - due) * 100
                alarms.append((track, o, gap, not city.outcome(o, track).met))
        print(f"seed {seed} done", flush=True)
    told(rows)
    warned(alarms, city.warning)


def told(rows):
    print(f"{'':24}{'cases':>6} {'Brier':>6} {'log':>6} {'80 %':>6} {'95 %':>6}   told → came true, by tenths")
    groups = [(c, lambda r, c=c: r[0] == c) for c in CUTS]
    groups += [
        ("city", lambda r: r[1].place == r[1].target.place),
        ("county", lambda r: r[1].place != r[1].target.place),
    ]
    groups += [
        ("whole things", lambda r: r[1].whole),
        ("measured quantities", lambda r: not r[1].whole),
        ("all", bool),
    ]
    for name, chosen in groups:
        some = [r for r in rows if chosen(r)]
        chance = np.clip([r[2].miss for r in some], 0.005, 0.995)
        missed = np.array([not r[3].met for r in some], float)
        brier = np.mean((chance - missed) ** 2)
        log = -np.mean(missed * np.log(chance) + (1 - missed) * np.log(1 - chance))
        inside = [
            np.mean([inside_share(o, e.value, t.whole, low, 1 - low) for _, t, o, e in some]) for low in (0.1, 0.025)
        ]
        tenth = np.minimum((chance * 10).astype(int), 9)
        bins = " ".join(
            f"{chance[tenth == b].mean():.2f}→{missed[tenth == b].mean():.2f}" for b in range(10) if (tenth == b).any()
        )
        print(f"{name:24}{len(some):6} {brier:6.3f} {log:6.3f} {inside[0]:6.3f} {inside[1]:6.3f}   {bins}")


def red(gap):
    state, found = False, np.zeros(len(gap), bool)
    for t, g in enumerate(gap):
        state = g < BEHIND if not math.isnan(g) else state
        found[t] = state
    return found


def warned(alarms, rule):
    limits = f"{rule.raise_at}/{rule.clear_at}, {rule.confirm}"
    print(f"\nwarnings ({limits}) against red if behind by {-BEHIND:g} points")
    for name, chosen in (("city", True), ("county", False)):
        some = [a for a in alarms if (a[0].place == a[0].target.place) is chosen]
        show(name, "red at 10 points", [(red(g), m) for _, _, g, m in some])
        show(name, "as in the pack", [(raised(o.by_period, rule), m) for _, o, _, m in some])
        limit = sum(red(g).any() for _, _, g, m in some if not m)
        for up in np.arange(0.5, 0.999, 0.005):
            equal = WarnRule(float(up), rule.clear_at, rule.confirm, ())
            states = [(raised(o.by_period, equal), m) for _, o, _, m in some]
            if sum(s.any() for s, m in states if not m) <= limit:
                show(name, f"equal false alarms, {up:.3f}", states)
                break


def show(name, what, states):
    false = sum(s.any() for s, m in states if not m)
    kept = sum(not m for _, m in states)
    lead, hit = [], 0
    for state, missed in states:
        if missed:
            off = np.flatnonzero(~state)
            lead.append(len(state) - (off[-1] + 1 if len(off) else 0) if state[-1] else 0)
            hit += bool(state[-1])
    at_end = hit + sum(s[-1] for s, m in states if not m)
    print(
        f"{name:8}{what:30} false alarms {false}/{kept}, recall {hit}/{len(lead)}, precision at the end "
        f"{hit / max(at_end, 1):.2f}, lead months: median {np.median(lead):.0f}, mean {np.mean(lead):.1f}"
    )


def series(names):
    if not SERIES.is_dir():
        print("skipped: ../shared/data/benchmarks/timeseries is not here")
        return
    from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta, SeasonalNaive

    peers = {
        "seasonal naive": SeasonalNaive,
        "theta": DynamicOptimizedTheta,
        "ces": AutoCES,
        "ets": AutoETS,
        "arima": AutoARIMA,
    }
    for name in names or ("m1_monthly", "tourism_monthly"):
        rows = [
            (np.array(r["train"].split(), float), np.array(r["test"].split(), float))
            for r in csv.DictReader((SERIES / f"{name}.csv").open())
        ]
        print(f"\n{name}: {len(rows)} series", flush=True)
        ours = [forecast_series(y, len(z), season=12) for y, z in rows]
        points(name, "chengzai", [p.mean for p in ours], rows)
        covered(ours, rows)
        falls(ours, rows)
        for peer, model in peers.items():
            begin = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answers = [np.asarray(model(season_length=12).forecast(y=y, h=len(z))["mean"]) for y, z in rows]
            points(name, peer, answers, rows, time.perf_counter() - begin)
    together()


def points(name, method, answers, rows, took=None):
    smape = [200 * np.mean(np.abs(z - p) / (np.abs(z) + np.abs(p))) for p, (_, z) in zip(answers, rows, strict=True)]
    mase = [np.mean(np.abs(z - p)) / np.mean(np.abs(y[12:] - y[:-12])) for p, (y, z) in zip(answers, rows, strict=True)]
    print(
        f"{name:16}{method:16} sMAPE {np.nanmean(smape):7.3f}  MASE {np.nanmean(mase):7.4f}"
        + (f"  {took:7.1f} s" if took else ""),
        flush=True,
    )


def covered(ours, rows):
    """How much of the test the ranges hold that the product states, in all and at every step."""
    for share, width in (("80 %", "near"), ("95 %", "far")):
        held = np.array([np.abs(z - p.mean) <= getattr(p, width) for p, (_, z) in zip(ours, rows, strict=True)])
        steps = " ".join(f"{100 * h:.0f}" for h in held.mean(0))
        print(f"  {share} ranges hold {held.mean():6.1%}, by step: {steps}", flush=True)
    HELD.append([(p, z) for p, (_, z) in zip(ours, rows, strict=True)])


HELD = []


def together():
    """The same over all sets, for their common steps: not one of them was used for the widths."""
    pairs = [pair for found in HELD for pair in found]
    steps = min(len(z) for _, z in pairs)
    for share, width in (("80 %", "near"), ("95 %", "far")):
        held = np.array([(np.abs(z - p.mean) <= getattr(p, width))[:steps] for p, z in pairs])
        print(f"all {len(pairs)} series, {share}: {held.mean():.1%}, by step: ", end="")
        print(" ".join(f"{100 * h:.1f}" for h in held.mean(0)))


def falls(ours, rows):
    """The chance that the next year's mean falls below the last year's: reliability, Brier, log, beside two rules.

    The width of a year's mean is learned from the year before; the rules are the line through the last year and the
    last year against the year before, both given the frequencies that suit them best in hindsight.
    """
    year = 12
    told, fell, line, before = [], [], [], []
    past = [(forecast_series(y[:-year], year, season=year), y[-year:]) for y, _ in rows if len(y) > 4 * year]
    errors = np.array([abs(z.mean() - p.mean[:year].mean()) for p, z in past])
    near = np.array([p.near[:year].mean() for p, _ in past])
    factor = np.quantile(errors[near > 0] / near[near > 0], 0.683)  # one standard deviation of a year's mean
    for p, (y, z) in zip(ours, rows, strict=True):
        if len(z) < year or len(y) < 2 * year or p.near[:year].mean() == 0:
            continue
        last = y[-year:].mean()
        told.append(float(ndtr((last - p.mean[:year].mean()) / (factor * p.near[:year].mean()))))
        fell.append(float(z[:year].mean() < last))
        line.append(float(np.polyfit(np.arange(year), y[-year:], 1)[0] < 0))
        before.append(float(last < y[-2 * year : -year].mean()))
    n, ones, number = len(told), np.ones(len(told)), np.arange(float(len(told)))
    rules = np.array(line), np.array(before)
    record = track_record(
        Scored(np.array(told), np.array(fell), ones * year, *rules, ones * 0.5, ones * 0.5, number, number)
    )
    s = record.score
    print(f"falls within a year: {n} series, {record.missed} fell")
    for name, brier, log in (
        ("ours", s.brier, s.log),
        ("line", s.line_brier, s.line_log),
        ("year", s.year_brier, s.year_log),
        ("base", s.base_brier, s.base_log),
    ):
        print(f"  {name}: Brier {brier:.3f}, log {log:.3f}")
    for b in record.bins:
        print(f"  stated {b.low:.0%}–{b.high:.0%}: {b.cases:4d}, mean {b.mean:.2f}, came true {b.came / b.cases:.2f}")


def speed():
    city = City(7)
    tracks, _ = city.look(Period.parse("2026-10"))
    begin = time.process_time()
    scored = past_forecasts(tracks, city.rule)
    calibration = scored.learned()
    record = track_record(scored)
    outlooks = foretell(tracks, city.rule, history=6, calibration=calibration)
    open_ = warn(tracks, outlooks, {}, city.rule, city.warning, calibration)
    took = time.process_time() - begin
    print(f"{len(tracks)} tracks with 6 months of history, {len(open_)} warnings: {took:.1f} s of processor time")
    for low, high, s, near, far in record.leads:
        print(
            f"  {low}–{high} months: {s.cases} forecasts, 80 % hold {near:.1%}, 95 % {far:.1%}; Brier {s.brier:.3f} "
            f"(line {s.line_brier:.3f}, last year {s.year_brier:.3f}, base rate {s.base_brier:.3f}), log {s.log:.3f} "
            f"({s.line_log:.3f}, {s.year_log:.3f}, {s.base_log:.3f})"
        )


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["speed"]
    {"twin": lambda: twin([int(s) for s in rest]), "series": lambda: series(rest), "speed": speed}[what]()
