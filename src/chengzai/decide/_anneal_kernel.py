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
    budget, count, size, persons, value, must, cost, burden, pupils, workers,
    room, price, first, seats, jobs, town, town_room, kind, share, least,
    lonely, near_start, near, watch_start, watch,
):  # fmt: skip
    """Anneal one aim from a state in place; the best state found is left there, its aims and broken rules returned."""
    np.random.seed(seed)
    units, years = value.shape
    sites, stages, kinds = len(town), pupils.shape[1], len(share)
    load = np.zeros((sites, years), dtype=np.int64)
    inside = np.zeros((len(town_room), years))
    taught = np.zeros((sites, stages))
    employed = np.zeros(sites)
    paid = np.zeros((sites, years))
    spent = np.zeros(years)
    people = np.zeros(kinds)
    everybody = 0.0
    total = np.zeros(3)  # benefit below nothing, cost, burden: all to be made small
    alone = np.zeros(len(lonely), dtype=np.bool_)
    broken = 0
    moved = 0
    trial = np.zeros(years)
    order = np.zeros(4, dtype=np.int64)
    to_site, to_year = np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64)
    was_site, was_year = np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64)

    for u in range(units):
        broken += must[u]
    given_at, given_year = at.copy(), year.copy()
    at[:], year[:] = -1, -1
    mean = 0.0
    for u in range(units):
        best_value = 0.0
        for t in range(years):
            best_value = max(best_value, value[u, t])
        mean += best_value / units
    scale = max(mean, 1e-9)
    if aim == 1:
        scale = max(budget[-1] / max(units, 1), 1e-9)
    if aim == 2:
        scale = 1e-9
        for u in range(units):
            for s in range(sites):
                if cost[u, s] < np.inf:
                    scale = max(scale, burden[u, s])
    if aim == 3:
        scale = max(persons.mean(), 1e-9)
    fine = 40.0 * scale  # the price of a broken rule
    soft = 3.0 * scale
    usual = max(persons.mean(), 1e-9)
    now = fine * (broken + max(0, count - moved))
    best, best_at, best_year = now, at.copy(), year.copy()
    hot, cold = heats[0] * scale, heats[1] * scale
    for step in range(-units, steps):
        heat = hot * (cold / hot) ** (max(step, 0) / steps)
        changes = 1
        u = np.random.randint(units)
        if step < 0:  # first the given state is put in, one by one, as far as it holds
            u = units + step
            if given_at[u] < 0:
                continue
        order[0] = u
        if step < 0:
            to_site[0], to_year[0] = given_at[u], given_year[u]
        elif np.random.random() < 0.55 or at[u] < 0:
            if at[u] >= 0 and np.random.random() < 0.15:
                to_site[0], to_year[0] = -1, -1
            else:
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
                        changes = 2
                        order[1], to_site[1], to_year[1] = w, -1, -1
                        to_site[0], to_year[0] = at[w], year[w]
        else:  # two change places
            w = np.random.randint(units)
            if w == u or at[w] < 0:
                continue
            changes = 2
            order[1] = w
            to_site[0], to_year[0], to_site[1], to_year[1] = at[w], year[w], at[u], year[u]
            if np.random.random() < 0.4:  # years alone
                to_site[0], to_site[1] = at[u], at[w]
        usable = False
        for c in range(changes):
            u, s, t = order[c], to_site[c], to_year[c]
            usable = usable or s != at[u] or t != year[u]
            if s >= 0 and (cost[u, s] == np.inf or value[u, t] < 0):
                usable = False
                break
        if not usable:
            continue
        for c in range(changes):
            u = order[c]
            was_site[c], was_year[c] = at[u], year[u]
        before0, before1, before2 = total[0], total[1], total[2]
        # Twice: there, and back again if the new state is not taken.
        for way in range(2):
            for c in range(changes):
                u = order[c]
                s, t = (to_site[c], to_year[c]) if way == 0 else (was_site[c], was_year[c])
                for sign in (-1, 1):
                    i, y0 = (at[u], year[u]) if sign < 0 else (s, t)
                    if i < 0:
                        continue
                    for y in range(y0, years):
                        load[i, y] += sign * persons[u]
                        if town[i] >= 0:
                            inside[town[i], y] += sign * persons[u]
                    for k in range(stages):
                        taught[i, k] += sign * pupils[u, k]
                    employed[i] += sign * workers[u]
                    spent[y0] += sign * cost[u, i]
                    total[0] -= sign * value[u, y0]
                    total[1] += sign * cost[u, i]
                    total[2] += sign * burden[u, i]
                    everybody += sign * persons[u]
                    if kind[i] >= 0:
                        people[kind[i]] += sign * persons[u]
                if (at[u] >= 0) != (s >= 0):
                    sign = 1 if s >= 0 else -1
                    moved += sign * size[u]
                    broken -= sign * must[u]
                at[u], year[u] = s, t
            ok = True
            for c in range(changes):
                for i in (was_site[c], to_site[c]):
                    if i < 0:
                        continue
                    ok = open_phases(load[i], room[i], price[i], first[i], trial) and ok
                    for y in range(years):
                        spent[y] += trial[y] - paid[i, y]
                        total[1] += trial[y] - paid[i, y]
                        paid[i, y] = trial[y]
                    ok = ok and employed[i] <= jobs[i]
                    for k in range(stages):
                        ok = ok and taught[i, k] <= seats[i, k]
                    if town[i] >= 0:
                        for y in range(years):
                            ok = ok and inside[town[i], y] <= town_room[town[i], y]
                u = order[c]
                for j in range(watch_start[u], watch_start[u + 1]):
                    k = watch[j]
                    left = at[lonely[k]] < 0
                    for m in range(near_start[k], near_start[k + 1]):
                        left = left and at[near[m]] >= 0
                    if left != alone[k]:
                        broken += 1 if left else -1
                        alone[k] = left
            if way == 1:
                break
            paying, worth = 0.0, 0.0
            for y in range(years):
                paying += spent[y]
                worth += prices[y] * paying
                ok = ok and paying <= budget[y] + SLACK
            if step >= 0:
                ok = ok and (aim < 1 or total[0] <= limits[0]) and (aim < 2 or total[1] <= limits[1])
                ok = ok and (aim < 3 or total[2] <= limits[2])
            if ok:
                off, short = 0.0, 0.0
                for k in range(kinds):
                    if share[k] >= 0:
                        off += abs(people[k] - share[k] * everybody)
                    short += max(0.0, least[k] * everybody - people[k] - SLACK) / usual
                plain = (off if aim == 3 else total[aim]) + fine * (broken + max(0, count - moved))
                then = plain + soft * short + (worth if aim == 0 else 0.0)
                plain += fine * short  # the way may lead past too small shares, the best may not
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
    return _told(at, year, value, cost, burden, persons, room, price, first, kind, share, least, must, size, count,
                 lonely, near_start, near)  # fmt: skip


@njit(cache=True)
def _told(  # type: ignore[no-untyped-def]
    at, year, value, cost, burden, persons, room, price, first, kind, share, least, must, size, count,
    lonely, near_start, near,
):  # fmt: skip
    """Return a state's aims, all to be made small, and how many rules it breaks, worked out from nothing."""
    told = np.zeros(5)
    sites, years = len(kind), value.shape[1]
    load = np.zeros((sites, years), dtype=np.int64)
    people, everybody, moved = np.zeros(len(share)), 0.0, 0
    for u in range(len(at)):
        if at[u] < 0:
            told[4] += must[u]
            continue
        s = at[u]
        told[0] -= value[u, year[u]]
        told[1] += cost[u, s]
        told[2] += burden[u, s]
        load[s, year[u] :] += persons[u]
        everybody += persons[u]
        moved += size[u]
        if kind[s] >= 0:
            people[kind[s]] += persons[u]
    paid = np.zeros(years)
    for s in range(sites):
        if not open_phases(load[s], room[s], price[s], first[s], paid):
            told[4] += 1
        told[1] += paid.sum()
    for k in range(len(share)):
        if share[k] >= 0:
            told[3] += abs(people[k] - share[k] * everybody)
        told[4] += people[k] < least[k] * everybody - SLACK
    for k in range(len(lonely)):
        if at[lonely[k]] < 0:
            left = True
            for j in range(near_start[k], near_start[k + 1]):
                left = left and at[near[j]] >= 0
            told[4] += left
    told[4] += max(0, count - moved)
    return told
