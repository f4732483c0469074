"""The search over assignments, compiled: flat arrays in, the best state left in place."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SLACK = 1e-7  # sums in another order may pass the budget by this much; the check outside allows more
_PERSONS, _MOVED, _BROKEN = 0, 1, 2


class Asked(NamedTuple):
    """What is asked, by unit `u`, site `s`, year `t`, phase `k`, town `r`, and thing of which a site has so many `w`.

    A unit is a village, or all villages of one kin. Where a unit cannot go `cost` is infinite, when it cannot `value`
    is negative. A site in no town, or of no kind that counts, has −1 there.
    """

    budget: Floats  # [t], until the end of each year
    villages: int  # that shall move at least
    size: Ints  # [u], villages
    persons: Ints  # [u]
    value: Floats  # [u, t]
    must: NDArray[np.bool_]  # [u]
    cost: Floats  # [u, s]
    burden: Floats  # [u, s]
    beds: Ints  # [u, s], persons who need room there
    lodged: Ints  # [u, s], persons who find homes in the town
    uses: Floats  # [u, s, w]
    workers: Floats  # [u]
    room: Ints  # [s, k]
    price: Floats  # [s, k]
    first: Ints  # [s, k], never sooner than the phase before
    free: Floats  # [s, w]
    jobs: Floats  # [s]
    town: Ints  # [s]
    town_room: Floats  # [r, t]
    town_market: Floats  # [r, t]
    kind: Ints  # [s]
    share: Floats  # [kind], wished; nan: none
    least: Floats  # [kind], demanded
    leaving: Floats  # [u, county with a floor], persons
    floor: Floats  # [county with a floor], persons
    residents: Floats  # [s]
    centres: Floats  # [demand, 2]: persons, and how many sites of so many
    lonely: Ints  # units that may not be left alone
    near_start: Ints  # of each of them, where the units beside it begin in `near`
    near: Ints
    watch_start: Ints  # [u], where those begin in `watch` that it may leave alone
    watch: Ints
    places_start: Ints  # [u], where the sites that it may go to begin in `places`
    places: Ints
    rivals_start: Ints  # [u], where the units that could go to one of those begin in `rivals`
    rivals: Ints


@njit(cache=True, nogil=True)
def search(aim, steps, seed, scale, heats, limits, prices, at, year, asked):  # type: ignore[no-untyped-def]
    """Anneal one aim from a state in place; the best state found is left there.

    `scale` is what a unit usually changes the aim by, `heats` the first and the last as parts of it, `limits` what
    earlier aims may be at most.
    """
    q = asked  # plain arrays from here on: to read one from a tuple counts who holds it, which costs more than the rest
    budget, villages, size, persons, value, must = q.budget, q.villages, q.size, q.persons, q.value, q.must
    cost, burden, beds, lodged, uses, workers = q.cost, q.burden, q.beds, q.lodged, q.uses, q.workers
    room, price, first, free, jobs = q.room, q.price, q.first, q.free, q.jobs
    town, town_room, town_market = q.town, q.town_room, q.town_market
    kind, share, least, leaving, floor = q.kind, q.share, q.least, q.leaving, q.floor
    residents, centres, lonely, near_start, near = q.residents, q.centres, q.lonely, q.near_start, q.near
    watch_start, watch, places_start, places = q.watch_start, q.watch, q.places_start, q.places
    rivals_start, rivals = q.rivals_start, q.rivals
    np.random.seed(seed)
    units, years, sites = len(persons), value.shape[1], len(town)
    load, paid = np.zeros((sites, years), dtype=np.int64), np.zeros((sites, years))
    inside, lodging = np.zeros((len(town_room), years)), np.zeros((len(town_room), years))
    taken, employed, gone = np.zeros((sites, uses.shape[2])), np.zeros(sites), np.zeros(len(floor))
    spent, people = np.zeros(years), np.zeros(len(share))
    total = np.zeros(3)  # benefit below nothing, cost, burden: all to be made small
    tally = np.zeros(3)  # persons moved, villages moved, rules broken
    tally[_BROKEN] = must.sum()
    alone, crowd = np.zeros(len(lonely), dtype=np.bool_), residents.copy()
    order, to_site, to_year = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    was_site, was_year = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    worth_of = np.cumsum(prices[::-1])[::-1].copy()  # of money spent in a year, by the end of it and all later ones
    given_at, given_year = at.copy(), year.copy()
    at[:], year[:] = -1, -1
    fine, soft = 40.0 * scale, 3.0 * scale / max(persons.mean(), 1e-9)  # of a broken rule, a person short of a share
    now, best, sound = np.inf, np.inf, False
    best_at, best_year = at.copy(), year.copy()
    hot, cold = heats[0] * scale, heats[1] * scale
    heat, tied = hot, np.zeros(sites)
    for step in range(-units, steps):
        if step < 0:  # first the given state is put in, one by one, as far as it holds
            u = units + step
            changes, order[0], to_site[0], to_year[0] = (1 if given_at[u] >= 0 else 0), u, given_at[u], given_year[u]
        else:
            changes = _proposed(np.random.randint(units), at, year, years, places_start, places, rivals_start, rivals,
                                order, to_site, to_year)  # fmt: skip
        if not _may(changes, at, year, cost, value, order, to_site, to_year, was_site, was_year):
            continue
        bearable = np.inf
        if step >= 0:  # what Metropolis would take, drawn first
            heat = hot * (cold / hot) ** (step / steps) if step % 1024 == 0 else heat
            bearable = -heat * np.log(1.0 - np.random.random())
            if _is_hopeless(changes, aim, limits, worth_of, bearable if sound else np.inf, order, to_site, to_year,
                            was_site, was_year, value, cost, burden, beds, uses, room, first, free, load, taken, tied,
                            total):  # fmt: skip
                continue
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
                        ok = _reopen(i, load, room, price, first, paid, spent, total) and ok
                        ok = ok and _within(i, employed, jobs, taken, free, town, inside, town_room, lodging,
                                            town_market)  # fmt: skip
                _look_round(order[c], at, alone, lonely, near_start, near, watch_start, watch, tally)
            if way == 1:
                total[0], total[1], total[2] = before0, before1, before2  # no drift by going there and back
                break
            afforded, worth = _afford(spent, budget, prices)
            ok = ok and afforded
            if step >= 0:
                ok = ok and (aim < 1 or total[0] <= limits[0]) and (aim < 2 or total[1] <= limits[1])
                ok = ok and (aim < 3 or total[2] <= limits[2])
            if ok:
                off, short, lacking = _off(people, share, least, tally[_PERSONS])
                more, rules = _below(gone, floor, crowd, centres)
                short, lacking = short + more, lacking + rules
                broken = tally[_BROKEN] + max(0, villages - tally[_MOVED])
                plain = (off if aim == 3 else total[aim]) + fine * broken + soft * short
                then = plain + (worth if aim == 0 else 0.0)
                plain += fine * lacking  # the way may lead past too small shares, the best may not
                if then - now <= bearable:
                    for c in range(changes):
                        for i in (was_site[c], to_site[c]):
                            if i >= 0:
                                tied[i] = _tied(i, load, room)
                    now, sound = then, broken <= 0 and short <= 0
                    if plain < best - 1e-9 or step < 0:
                        best = plain
                        best_at[:], best_year[:] = at, year
                    break
    at[:], year[:] = best_at, best_year


@njit(cache=True, inline="always")
def _proposed(  # type: ignore[no-untyped-def]
    u, at, year, years, places_start, places, rivals_start, rivals, order, to_site, to_year
):  # fmt: skip
    """Write what unit `u` could do, at random, and who gives way or changes places with it; return how many change."""
    if places_start[u] == places_start[u + 1]:
        return 0
    order[0] = u
    to_site[0], to_year[0] = places[np.random.randint(places_start[u], places_start[u + 1])], np.random.randint(years)
    chance = np.random.random()
    if chance < 0.4:
        if at[u] >= 0 and np.random.random() < 0.3:
            to_site[0] = at[u]
        return 1
    if at[u] >= 0 and chance < 0.45:
        to_site[0], to_year[0] = -1, -1
        return 1
    if rivals_start[u] == rivals_start[u + 1]:
        return 0
    w = rivals[np.random.randint(rivals_start[u], rivals_start[u + 1])]
    if at[w] < 0:
        return 0
    order[1] = w
    to_site[0], to_year[0], to_site[1], to_year[1] = at[w], year[w], at[u], year[u]
    chance = np.random.random()
    if at[u] >= 0 and chance < 0.4:  # years alone
        to_site[0], to_site[1] = at[u], at[w]
    elif chance > 0.7:  # who gives way goes elsewhere
        to_site[1] = places[np.random.randint(places_start[w], places_start[w + 1])]
        to_year[1] = np.random.randint(years)
    return 2


@njit(cache=True, inline="always")
def _may(changes, at, year, cost, value, order, to_site, to_year, was_site, was_year):  # type: ignore[no-untyped-def]
    """Return whether a try changes anything, to places and years that the rules leave; write where the units were."""
    usable = False
    for c in range(changes):
        u, s, t = order[c], to_site[c], to_year[c]
        was_site[c], was_year[c] = at[u], year[u]
        usable = usable or s != at[u] or t != year[u]
        if s >= 0 and (cost[u, s] == np.inf or value[u, t] < 0):
            return False
    return usable


@njit(cache=True, inline="always")
def _is_hopeless(  # type: ignore[no-untyped-def]
    changes, aim, limits, worth_of, bearable, order, to_site, to_year, was_site, was_year,
    value, cost, burden, beds, uses, room, first, free, load, taken, tied, total,
):  # fmt: skip
    """Return whether a try surely breaks a rule or is worse than bearable, without working it out in full.

    What it costs to open phases is left out: no try is better for it, unless a site needs fewer phases afterwards.
    """
    less, more, further, worth, fewer = 0.0, 0.0, 0.0, 0.0, False
    for c in range(changes):
        for sign, i, y in ((-1, was_site[c], was_year[c]), (1, to_site[c], to_year[c])):
            if i >= 0:
                less -= sign * value[order[c], y]
                more += sign * cost[order[c], i]
                further += sign * burden[order[c], i]
                worth += sign * cost[order[c], i] * worth_of[y]
    if (aim > 0 and total[0] + less > limits[0]) or (aim > 2 and total[2] + further > limits[2]):
        return True
    if aim == 2 and further > bearable:
        return True
    plainly = less + worth > bearable if aim == 0 else aim == 1 and more > bearable
    if plainly or (aim > 1 and total[1] + more > limits[1]):
        for c in range(changes):
            i, gone = was_site[c], 0
            for d in range(changes):
                gone += beds[order[d], i] * (was_site[d] == i)
            fewer = fewer or (i >= 0 and gone >= tied[i])
        if not fewer:
            return True
    for c in range(changes):
        if to_site[c] >= 0 and not _fits(to_site[c], changes, order, to_site, to_year, was_site, was_year, beds, uses,
                                         room, first, free, load, taken):  # fmt: skip
            return True
    return False


@njit(cache=True, inline="always")
def _fits(  # type: ignore[no-untyped-def]
    i, changes, order, to_site, to_year, was_site, was_year, beds, uses, room, first, free, load, taken
):  # fmt: skip
    """Return whether a site's seats and rooms hold after a try."""
    for k in range(free.shape[1]):
        after = taken[i, k]
        for c in range(changes):
            after += uses[order[c], i, k] * (int(to_site[c] == i) - int(was_site[c] == i))
        if after > free[i, k]:
            return False
    for y in range(load.shape[1]):
        persons = load[i, y]
        for c in range(changes):
            if was_site[c] == i and was_year[c] <= y:
                persons -= beds[order[c], i]
            if to_site[c] == i and to_year[c] <= y:
                persons += beds[order[c], i]
        phases = _needed(persons, room, i)
        if phases > room.shape[1] or (phases and first[i, phases - 1] > y):
            return False
    return True


@njit(cache=True, inline="always")
def _needed(persons, room, i):  # type: ignore[no-untyped-def]
    """Return how many phases of a site so many people need; one more than there are where all are too few."""
    k = 0
    while persons > 0 and k < room.shape[1]:
        persons, k = persons - room[i, k], k + 1
    return k + (persons > 0)


@njit(cache=True)
def _tied(i, load, room):  # type: ignore[no-untyped-def]
    """Return how many persons must leave a site at least before it needs fewer phases in any year."""
    least = np.inf
    for y in range(load.shape[1]):
        persons, k = load[i, y], 0
        while k < room.shape[1] and persons > room[i, k]:
            persons, k = persons - room[i, k], k + 1
        least = min(least, persons if persons > 0 else np.inf)
    return least


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
def _reopen(i, load, room, price, first, paid, spent, total):  # type: ignore[no-untyped-def]
    """Open the phases that a site's people now need, and return whether that can be."""
    ok, have = True, 0
    for y in range(load.shape[1]):
        need, pays = max(have, _needed(load[i, y], room, i)), 0.0
        ok = ok and need <= room.shape[1] and (need == have or first[i, need - 1] <= y)
        for k in range(have, min(need, room.shape[1])):
            pays += price[i, k]
        have = need
        spent[y] += pays - paid[i, y]
        total[1] += pays - paid[i, y]
        paid[i, y] = pays
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
