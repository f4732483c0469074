"""The compiled core of the p-median: subgradient steps for the bound, exchanges for the solution."""

import numpy as np
from numba import njit


@njit(cache=True)
def lagrange(cost, p, keep, rounds, patience):  # type: ignore[no-untyped-def]
    """Return the best choice and value found, the best bound, and its prices and gains (subgradient steps)."""
    demand, places = cost.shape
    price = np.empty(demand)
    for i in range(demand):  # start where the second nearest is: most places then gain a little
        first, second = np.inf, np.inf
        for j in range(places):
            if cost[i, j] < first:
                first, second = cost[i, j], first
            elif cost[i, j] < second:
                second = cost[i, j]
        price[i] = second if np.isfinite(second) else first
    best_bound, best_value = -np.inf, np.inf
    best_price, best_gain = price.copy(), np.zeros(places)
    best_choice = np.zeros(places, dtype=np.bool_)
    scale, since = 2.0, 0
    for turn in range(rounds):
        gain = np.zeros(places)
        for i in range(demand):
            for j in range(places):
                if cost[i, j] < price[i]:
                    gain[j] += cost[i, j] - price[i]
        choice = keep.copy()
        order = np.argsort(gain)
        count = keep.sum()
        for j in order:
            if count == p:
                break
            if not choice[j]:
                choice[j] = True
                count += 1
        bound = price.sum()
        for j in range(places):
            if choice[j]:
                bound += gain[j]
        if bound > best_bound + 1e-9:
            best_bound, since = bound, 0
            best_price, best_gain = price.copy(), gain.copy()
        else:
            since += 1
            if since >= patience:
                scale, since = scale / 2, 0
        value = _value(cost, choice)
        if value < best_value or turn % 40 == 0:
            tried = choice.copy()
            value = _exchange(cost, tried, keep, value)
            if value < best_value:
                best_value, best_choice = value, tried
        if best_value - best_bound < 1e-9 * max(1.0, abs(best_value)) or scale < 1e-4:
            break
        norm = 0.0
        slope = np.ones(demand)
        for i in range(demand):
            for j in range(places):
                if choice[j] and cost[i, j] < price[i]:
                    slope[i] -= 1.0
            norm += slope[i] * slope[i]
        if norm == 0:
            break
        length = scale * (best_value * 1.0001 - bound) / norm
        for i in range(demand):
            price[i] += length * slope[i]
    return best_choice, best_value, best_bound, best_price, best_gain


@njit(cache=True)
def _value(cost, choice):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(cost.shape[0]):
        best = np.inf
        for j in range(cost.shape[1]):
            if choice[j] and cost[i, j] < best:
                best = cost[i, j]
        total += best
    return total


@njit(cache=True)
def _exchange(cost, choice, keep, value):  # type: ignore[no-untyped-def]
    """Exchange one place inside for one outside as long as that helps; the best exchange of each round."""
    demand, places = cost.shape
    while True:
        first = np.full(demand, np.inf)
        second = np.full(demand, np.inf)
        at = np.zeros(demand, dtype=np.int64)
        for i in range(demand):
            for j in range(places):
                if choice[j]:
                    if cost[i, j] < first[i]:
                        second[i], first[i], at[i] = first[i], cost[i, j], j
                    elif cost[i, j] < second[i]:
                        second[i] = cost[i, j]
        best, enter, leave = -1e-9, -1, -1
        for j in range(places):
            if choice[j]:
                continue
            loss = np.zeros(places)
            gained = 0.0
            for i in range(demand):
                if cost[i, j] < first[i]:
                    gained += cost[i, j] - first[i]
                else:
                    loss[at[i]] += min(cost[i, j], second[i]) - first[i]
            for k in range(places):
                if choice[k] and not keep[k] and gained + loss[k] < best:
                    best, enter, leave = gained + loss[k], j, k
        if enter < 0:
            return value
        choice[enter], choice[leave] = True, False
        value = _value(cost, choice)
