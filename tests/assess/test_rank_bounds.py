"""Attainable ranks, exact: against every weight that matters where those can be listed, and against sampling."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.assess import (
    Doubts,
    competition_ranks,
    dominance,
    leave_one_out,
    rank_ranges,
    sobol_shares,
    spread_of,
    tie_groups,
)


def test_pairs_promise_more_than_all_together_can_keep():
    """Of A, B, C the pairs let A be first; no weights put it before both at once (a published counter-example)."""
    ranges = rank_ranges(np.array([[0.49, 0.49], [1.0, 0.0], [0.0, 1.0]]), [0, 0], [1, 1])

    assert [(r.best, r.worst) for r in ranges] == [(2, 3), (1, 3), (1, 3)]
    assert all(r.exact for r in ranges)


def ranks_at(scores, weights):
    return competition_ranks(np.round(scores @ np.asarray(weights), 9))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=7), st.integers(0, 5))
def test_with_two_indicators_every_weight_that_matters_is_tried(rows, narrow):
    """Ranks change only where two scores cross: all crossings and the middles between them are the whole truth."""
    scores = np.array(rows, dtype=float)
    low, high = narrow / 12, 1 - narrow / 12
    cuts = {low, high}
    for a, b in itertools.combinations(scores, 2):
        d = a - b
        if d[0] != d[1]:
            cuts.add(float(min(max(d[1] / (d[1] - d[0]), low), high)))
    edges = sorted(cuts)
    tried = [*edges, *((x + y) / 2 for x, y in itertools.pairwise(edges))]
    seen = np.array([ranks_at(scores, [w, 1 - w]) for w in tried])

    ranges = rank_ranges(scores, [low, low], [high, high])

    assert [r.best for r in ranges] == seen.min(axis=0).tolist()
    assert [r.worst for r in ranges] == seen.max(axis=0).tolist()
    assert all(r.exact for r in ranges)


@given(st.integers(0, 10**6))
def test_no_sampled_weight_goes_beyond_and_each_end_is_shown_by_its_own_weights(seed):
    rng = np.random.default_rng(seed)
    scores = np.round(rng.uniform(0, 100, (6, 5)), 1)
    low, high = np.full(5, 0.1), np.full(5, 0.4)
    ranges = rank_ranges(scores, low, high)
    for _ in range(200):
        w = rng.dirichlet(np.ones(5)) * (1 - low.sum()) + low
        if (w <= high).all():
            for r, rank in zip(ranges, ranks_at(scores, w), strict=True):
                assert r.best <= rank <= r.worst
    for i, r in enumerate(ranges):
        for weights, rank in ((r.at_best, r.best), (r.at_worst, r.worst)):
            assert sum(weights) == pytest.approx(1, abs=1e-6)
            assert (np.array(weights) >= low - 1e-6).all()
            assert (np.array(weights) <= high + 1e-6).all()
            total = scores @ np.array(weights)
            assert 1 + int((total > total[i] + 1e-5).sum()) == rank


def test_fixed_weights_leave_one_rank_and_a_box_without_weights_is_refused():
    scores = np.array([[3.0, 1.0], [2.0, 2.0], [2.0, 2.0]])

    ranges = rank_ranges(scores, [0.75, 0.25], [0.75, 0.25])
    assert [(r.best, r.worst) for r in ranges] == [(1, 1), (2, 2), (2, 2)], "a tie is one rank for both"
    with pytest.raises(ValueError, match="sum to 1"):
        rank_ranges(scores, [0.6, 0.6], [0.7, 0.7])


def test_a_search_cut_short_says_what_is_proven_and_what_is_only_shown():
    rng = np.random.default_rng(5)
    scores = rng.uniform(0, 100, (14, 8))
    low, high = np.full(8, 0.05), np.full(8, 0.3)
    whole, cut = rank_ranges(scores, low, high), rank_ranges(scores, low, high, nodes=0)

    for exact, short in zip(whole, cut, strict=True):
        assert exact.exact
        assert short.best_bound <= exact.best <= short.best
        assert short.worst <= exact.worst <= short.worst_bound


def test_dominance_leaving_out_and_groups():
    scores = np.array([[90.0, 80.0], [70.0, 60.0], [60.0, 75.0]])

    assert dominance(scores, [0, 0], [1, 1]).tolist() == [
        [False, True, True], [False, False, False], [False, False, False],
    ]  # fmt: skip
    assert leave_one_out(scores, [0.5, 0.5]).tolist() == [[1, 3, 2], [1, 2, 3]]
    ahead = np.array([[0, 1, 1, 1], [0, 0, 0.6, 1], [0, 0.4, 0, 0.95], [0, 0, 0.05, 0]])
    assert tie_groups([0, 1, 2, 3], ahead) == [[0], [1, 2], [3]]
    chained = np.array([[0, 0.6, 0.95], [0.4, 0, 0.6], [0.05, 0.4, 0]])
    assert tie_groups([0, 1, 2], chained) == [[0, 1, 2]], "who cannot be told from one in a group is in it"


def doubts(error=0.02, methods=1):
    base = np.array([[90.0, 60.0], [70.0, 75.0], [50.0, 95.0]])
    return Doubts(tuple(base**p / 100 ** (p - 1) for p in range(1, methods + 1)), (0.25, 0.25), (0.75, 0.75), error)


def test_the_spread_of_ranks_is_the_same_for_the_same_seed_and_adds_up():
    one = spread_of(doubts(), np.random.default_rng(3))

    again = spread_of(doubts(), np.random.default_rng(3))
    assert (one.low, one.median, one.high, one.first) == (again.low, again.median, again.high, again.first)
    assert np.array_equal(one.ahead, again.ahead)
    assert sum(one.first) == pytest.approx(1)
    assert np.all(one.ahead + one.ahead.T <= 1 + 1e-12)
    sure = spread_of(Doubts(doubts().methods, (0.75, 0.25), (0.75, 0.25), 0.0), np.random.default_rng(3))
    assert (sure.low, sure.high) == ((1, 2, 3), (1, 2, 3))


def test_sobol_shares_of_a_sum_are_its_variances():
    """f = a·U₁ + b·Z + c·U₂ with variances a²/12, b², c²/12: shares are known, first-order and total alike."""
    flat = Doubts((np.zeros((1, 1)),), (0.0,), (1.0,), 0.0)

    def f(weights, data, method):
        return 3.0 * weights[:, 0] + 0.5 * data[:, 0, 0] + 1.0 * method

    shares = sobol_shares(f, flat, np.random.default_rng(1), draws=40_000)
    parts = {"weights": 9 / 12, "data": 0.25, "method": 1 / 12}
    for factor, (first, total) in shares.items():
        assert first == pytest.approx(parts[factor] / sum(parts.values()), abs=0.02)
        assert total == pytest.approx(parts[factor] / sum(parts.values()), abs=0.02)


def test_sobol_shares_of_a_product_tell_the_interaction():
    """f = Z₁·(U₂ − ½): no factor alone moves it; together they are everything."""
    flat = Doubts((np.zeros((1, 1)),), (0.0,), (1.0,), 0.0)
    shares = sobol_shares(lambda w, z, m: z[:, 0, 0] * (m - 0.5), flat, np.random.default_rng(1), draws=40_000)

    assert [round(shares[f][0], 1) for f in ("weights", "data", "method")] == [0, 0, 0]
    assert [round(shares[f][1], 1) for f in ("weights", "data", "method")] == [0, 1, 1]
    still = sobol_shares(lambda w, z, m: 0 * m, flat, np.random.default_rng(1))
    assert set(still.values()) == {(0.0, 0.0)}
