"""The search over assignments, compiled: flat arrays in, the best state left in place."""

import numpy as np
from numba import njit

SLACK = 1e-7  # sums in another order may pass the budget by this much; the check outside allows more


@njit(cache=True)
def open_phases(load, room, price, first, paid):  # type: ignore[no-untyped-def]
    """Write what opening phases costs in each year and return whether the people of every year have room."""
    have, k, years = 0, 0, len(load)
    paid[:] = 0.0
    for t in range(years):
        while have < load[t]:
            if k == len(room) or first[k] > t:
                return False
            have += room[k]
            paid[t] += price[k]
            k += 1
    return True


@njit(cache=True, nogil=True)
def search(  # type: ignore[no-untyped-def]
    aim, steps, seed, heats, limits, prices, at, year,
    budget, count, size, persons, value, must, cost, burden, beds, lodged, uses,
    workers, room, price, first, free, jobs, town, town_room, town_market, kind, share, least, leaving, floor,
    residents, centres, lonely, near_start, near, watch_start, watch,
):  # fmt: skip
    """Anneal one aim from a state in place; the best state found is left there, its aims and broken rules returned."""
    np.random.seed(seed)
    units, years, sites = len(persons), value.shape[1], len(town)
    load, paid = np.zeros((sites, years), dtype=np.int64), np.zeros((sites, years))
    inside, lodging = np.zeros((len(town_room), years)), np.zeros((len(town_room), years))
    taken, employed, gone = np.zeros((sites, uses.shape[2])), np.zeros(sites), np.zeros(len(floor))
    spent, people, trial = np.zeros(years), np.zeros(len(share)), np.zeros(years)
    total = np.zeros(3)  # benefit below nothing, cost, burden: all to be made small
    tally = np.zeros(3)  # persons moved, villages moved, rules broken
    alone = np.zeros(len(lonely), dtype=np.bool_)
    order, to_site, to_year = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    was_site, was_year = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    tally[_BROKEN] = must.sum()
    given_at, given_year = at.copy(), year.copy()
    at[:], year[:] = -1, -1
    scale, usual = _usual_gain(aim, value, budget, cost, burden, persons), max(persons.mean(), 1e-9)
    fine, soft = 40.0 * scale, 3.0 * scale  # the price of a broken rule, and of a share too small on the way
    crowd = residents.copy()
    short, lacking = _below(gone, floor, crowd, centres)
    now = fine * (tally[_BROKEN] + max(0, count)) + soft * short / usual  # nobody moves yet
    best, best_at, best_year = now + fine * (lacking + short / usual), at.copy(), year.copy()
    hot, cold = heats[0] * scale, heats[1] * scale
    for step in range(-units, steps):
        heat = hot * (cold / hot) ** (max(step, 0) / steps)
        u = np.random.randint(units)
        if step < 0:  # first the given state is put in, one by one, as far as it holds
            u = units + step
            if given_at[u] < 0:
                continue
            changes, order[0], to_site[0], to_year[0] = 1, u, given_at[u], given_year[u]
        else:
            changes = _proposed(u, at, year, cost, years, order, to_site, to_year)
        if not _may(changes, at, year, cost, value, order, to_site, to_year):
            continue
        for c in range(changes):
            was_site[c], was_year[c] = at[order[c]], year[order[c]]
        before0, before1, before2 = total[0], total[1], total[2]
        # Twice: there, and back again if the new state is not taken.
        for way in range(2):
            for c in range(changes):
                s, t = (to_site[c], to_year[c]) if way == 0 else (was_site[c], was_year[c])
                _shift(order[c], s, t, at, year, persons, size, value, must, cost, burden, beds, lodged, uses, workers,
                       town, kind, leaving, load, inside, lodging, taken, employed, gone, crowd, spent, total, people,
                       tally)  # fmt: skip
            ok = True
            for c in range(changes):
                for i in (was_site[c], to_site[c]):
                    if i >= 0:
                        ok = _reopen(i, load, room, price, first, paid, spent, total, trial) and ok
                        ok = ok and _within(
                            i, employed, jobs, taken, free, town, inside, town_room, lodging, town_market
                        )
                _look_round(order[c], at, alone, lonely, near_start, near, watch_start, watch, tally)
            if way == 1:
                break
            afforded, worth = _afford(spent, budget, prices)
            ok = ok and afforded
            if step >= 0:
                ok = ok and (aim < 1 or total[0] <= limits[0]) and (aim < 2 or total[1] <= limits[1])
                ok = ok and (aim < 3 or total[2] <= limits[2])
            if ok:
                off, short, lacking = _off(people, share, least, tally[_PERSONS])
                if len(floor) or len(centres):
                    more, rules = _below(gone, floor, crowd, centres)
                    short, lacking = short + more, lacking + rules
                plain = (off if aim == 3 else total[aim]) + fine * (tally[_BROKEN] + max(0, count - tally[_MOVED]))
                then = plain + soft * short / usual + (worth if aim == 0 else 0.0)
                plain += fine * (lacking + short / usual)  # the way may lead past too small shares, the best may not
                if step < 0 or then <= now or np.random.random() < np.exp((now - then) / heat):
                    now = then
                    if plain < best - 1e-9 or step < 0:
                        best = plain
                        best_at[:] = at
                        best_year[:] = year
                    break
        if at[order[0]] == was_site[0] and year[order[0]] == was_year[0]:
            total[0], total[1], total[2] = before0, before1, before2  # no drift by going there and back
    at[:] = best_at
    year[:] = best_year
    return _told(at, year, value, cost, burden, persons, beds, room, price, first, kind, share, least, leaving, floor,
                 residents, centres, must, size, count, lonely, near_start, near)  # fmt: skip


_PERSONS, _MOVED, _BROKEN = 0, 1, 2


@njit(cache=True)
def _usual_gain(aim, value, budget, cost, burden, persons):  # type: ignore[no-untyped-def]
    """Return what a village usually changes an aim by."""
    units, scale = len(persons), 1e-9
    if aim == 0:
        for u in range(units):
            scale += max(0.0, value[u].max()) / units
    if aim == 1:
        scale = max(budget[-1] / max(units, 1), scale)
    if aim == 2:
        for u in range(units):
            for s in range(cost.shape[1]):
                if cost[u, s] < np.inf:
                    scale = max(scale, burden[u, s])
    if aim == 3:
        scale = max(persons.mean(), scale)
    return scale


@njit(cache=True, inline="always")
def _proposed(u, at, year, cost, years, order, to_site, to_year):  # type: ignore[no-untyped-def]
    """Write what unit `u` could do, at random, and who gives way or changes places with it; return how many change."""
    units, sites = cost.shape
    order[0] = u
    if np.random.random() < 0.55 or at[u] < 0:
        if at[u] >= 0 and np.random.random() < 0.15:
            to_site[0], to_year[0] = -1, -1
            return 1
        s = np.random.randint(sites)
        if at[u] >= 0 and np.random.random() < 0.3:
            s = at[u]
        for _ in range(2 * sites):
            if cost[u, s] < np.inf:
                break
            s = (s + 1) % sites
        to_site[0], to_year[0] = s, np.random.randint(years)
        if at[u] < 0 and np.random.random() < 0.6:  # one that moves there and then stays instead
            w = np.random.randint(units)
            if at[w] >= 0 and cost[u, at[w]] < np.inf:
                order[1], to_site[1], to_year[1] = w, -1, -1
                to_site[0], to_year[0] = at[w], year[w]
                return 2
        return 1
    w = np.random.randint(units)  # two change places
    if w == u or at[w] < 0:
        return 0
    order[1] = w
    to_site[0], to_year[0], to_site[1], to_year[1] = at[w], year[w], at[u], year[u]
    if np.random.random() < 0.4:  # years alone
        to_site[0], to_site[1] = at[u], at[w]
    return 2


@njit(cache=True, inline="always")
def _may(changes, at, year, cost, value, order, to_site, to_year):  # type: ignore[no-untyped-def]
    """Return whether a change changes anything, and each place and year is one that the rules leave."""
    usable = False
    for c in range(changes):
        u, s, t = order[c], to_site[c], to_year[c]
        usable = usable or s != at[u] or t != year[u]
        if s >= 0 and (cost[u, s] == np.inf or value[u, t] < 0):
            return False
    return usable


@njit(cache=True, inline="always")
def _shift(  # type: ignore[no-untyped-def]
    u, s, t, at, year, persons, size, value, must, cost, burden, beds, lodged, uses, workers, town, kind, leaving,
    load, inside, lodging, taken, employed, gone, crowd, spent, total, people, tally,
):  # fmt: skip
    """Take a unit from where it goes and send it to a site and year (−1: it stays), all sums along."""
    for sign in (-1, 1):
        i, y0 = (at[u], year[u]) if sign < 0 else (s, t)
        if i < 0:
            continue
        for y in range(y0, len(spent)):
            load[i, y] += sign * beds[u, i]
            if town[i] >= 0:
                inside[town[i], y] += sign * persons[u]
                lodging[town[i], y] += sign * lodged[u, i]
        for k in range(uses.shape[2]):
            taken[i, k] += sign * uses[u, i, k]
        for k in range(leaving.shape[1]):
            gone[k] += sign * leaving[u, k]
        crowd[i] += sign * persons[u]
        employed[i] += sign * workers[u]
        spent[y0] += sign * cost[u, i]
        total[0] -= sign * value[u, y0]
        total[1] += sign * cost[u, i]
        total[2] += sign * burden[u, i]
        tally[_PERSONS] += sign * persons[u]
        if kind[i] >= 0:
            people[kind[i]] += sign * persons[u]
    if (at[u] >= 0) != (s >= 0):
        sign = 1 if s >= 0 else -1
        tally[_MOVED] += sign * size[u]
        tally[_BROKEN] -= sign * must[u]
    at[u], year[u] = s, t


@njit(cache=True, inline="always")
def _reopen(i, load, room, price, first, paid, spent, total, trial):  # type: ignore[no-untyped-def]
    """Open the phases that a site's people now need, and return whether that can be."""
    ok = open_phases(load[i], room[i], price[i], first[i], trial)
    for y in range(len(spent)):
        spent[y] += trial[y] - paid[i, y]
        total[1] += trial[y] - paid[i, y]
        paid[i, y] = trial[y]
    return ok


@njit(cache=True, inline="always")
def _within(i, employed, jobs, taken, free, town, inside, town_room, lodging, town_market):  # type: ignore[no-untyped-def]
    """Return whether a site's jobs, seats and homes, and what its town can bear and lodge, hold."""
    ok = employed[i] <= jobs[i]
    for k in range(taken.shape[1]):
        ok = ok and taken[i, k] <= free[i, k]
    if town[i] >= 0:
        for y in range(inside.shape[1]):
            ok = ok and inside[town[i], y] <= town_room[town[i], y] and lodging[town[i], y] <= town_market[town[i], y]
    return ok


@njit(cache=True)
def _below(gone, floor, crowd, centres):  # type: ignore[no-untyped-def]
    """Return how many persons counties and centres lack, the centres nearest their size, and how many rules break."""
    short, lacking = 0.0, 0
    for k in range(len(floor)):
        if gone[k] < floor[k] - SLACK:
            short, lacking = short + floor[k] - gone[k], lacking + 1
    for k in range(len(centres)):
        missing = np.sort(np.maximum(centres[k, 0] - crowd, 0.0))
        wanted = int(centres[k, 1])
        lacks = missing[:wanted].sum()
        if lacks > 0 or wanted > len(missing):
            short, lacking = short + lacks, lacking + 1
    return short, lacking


@njit(cache=True, inline="always")
def _look_round(u, at, alone, lonely, near_start, near, watch_start, watch, tally):  # type: ignore[no-untyped-def]
    """Count anew who would be left alone around a unit."""
    for j in range(watch_start[u], watch_start[u + 1]):
        k = watch[j]
        left = at[lonely[k]] < 0
        for m in range(near_start[k], near_start[k + 1]):
            left = left and at[near[m]] >= 0
        if left != alone[k]:
            tally[_BROKEN] += 1 if left else -1
            alone[k] = left


@njit(cache=True, inline="always")
def _afford(spent, budget, prices):  # type: ignore[no-untyped-def]
    """Return whether the money of every year holds, and what all that is spent is worth."""
    ok, paying, worth = True, 0.0, 0.0
    for y in range(len(spent)):
        paying += spent[y]
        worth += prices[y] * paying
        ok = ok and paying <= budget[y] + SLACK
    return ok, worth


@njit(cache=True, inline="always")
def _off(people, share, least, everybody):  # type: ignore[no-untyped-def]
    """Return how far shares by kind of site lie from the guidance and below the least, in persons, and how many do."""
    off, short, lacking = 0.0, 0.0, 0
    for k in range(len(share)):
        if share[k] >= 0:
            off += abs(people[k] - share[k] * everybody)
        under = least[k] * everybody - people[k] - SLACK
        if under > 0:
            short += under
            lacking += 1
    return off, short, lacking


@njit(cache=True)
def _told(  # type: ignore[no-untyped-def]
    at, year, value, cost, burden, persons, beds, room, price, first, kind, share, least, leaving, floor,
    residents, centres, must, size, count, lonely, near_start, near,
):  # fmt: skip
    """Return a state's aims, all to be made small, and how many rules it breaks, worked out from nothing."""
    told = np.zeros(5)
    sites, years = len(kind), value.shape[1]
    load = np.zeros((sites, years), dtype=np.int64)
    people, gone, crowd = np.zeros(len(share)), np.zeros(len(floor)), residents.copy()
    everybody, moved = 0.0, 0
    for u in range(len(at)):
        if at[u] < 0:
            told[4] += must[u]
            continue
        s = at[u]
        told[0] -= value[u, year[u]]
        told[1] += cost[u, s]
        told[2] += burden[u, s]
        load[s, year[u] :] += beds[u, s]
        gone += leaving[u]
        crowd[s] += persons[u]
        everybody += persons[u]
        moved += size[u]
        if kind[s] >= 0:
            people[kind[s]] += persons[u]
    paid = np.zeros(years)
    for s in range(sites):
        if not open_phases(load[s], room[s], price[s], first[s], paid):
            told[4] += 1
        told[1] += paid.sum()
    off, _, lacking = _off(people, share, least, everybody)
    told[3] += off
    told[4] += lacking + _below(gone, floor, crowd, centres)[1]
    for k in range(len(lonely)):
        if at[lonely[k]] < 0:
            left = True
            for j in range(near_start[k], near_start[k + 1]):
                left = left and at[near[j]] >= 0
            told[4] += left
    told[4] += max(0, count - moved)
    return told
