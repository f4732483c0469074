"""The compiled core: rolling up the tree of places and evaluating formulas along time.

Everything here works on plain arrays. A missing value is NaN. `combine_row` is the only function that
computes an aggregate, for a full pass and for an update alike, which makes the two bit-identical:
children are always added in the order of the tree.
"""

import numpy as np
from numba import njit

SUM, MEAN, WEIGHTED, MAX, NONE = range(5)
CONSTANT, LOAD, ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, CUMULATIVE, YTD, TRAILING, LAG, YEAR_MEAN = range(12)


@njit(cache=True)
def scatter(values, reported, axes, element, place, period, value):  # type: ignore[no-untyped-def]
    """Write facts into their cells in order, so that the last one known is in force.

    `axes` gives the position of each element, place and period that the facts name, -1 where the cube has none; that
    of a place by the stretch of time in which a period lies, which `stretches` gives by the cube's own periods.
    """
    elements, places, periods, stretches = axes
    for i in range(len(value)):
        e, t = elements[element[i]], periods[period[i]]
        if e < 0 or t < 0:
            continue
        p = places[place[i], stretches[t]]
        if p >= 0:
            values[e, p, t] = value[i]
            reported[e, p, t] = 0 if np.isnan(value[i]) else 1


@njit(cache=True)
def set_paired(values, reported, e, source, partner, p, t):  # type: ignore[no-untyped-def]
    """Fill a paired element's collected cell: the source's value where the partner is known too, else nothing."""
    both = reported[source, p, t] > 0 and reported[partner, p, t] > 0
    values[e, p, t] = values[source, p, t] if both else np.nan
    reported[e, p, t] = 1 if both else 0


@njit(cache=True)
def set_mass(values, mass, weight, e, p, begin, end):  # type: ignore[no-untyped-def]
    """Set the weight that stands behind a collected value: nothing where value or weight is missing."""
    for t in range(begin, end):
        known = not np.isnan(values[e, p, t]) and not np.isnan(values[weight, p, t])
        mass[p, t] = values[weight, p, t] if known else 0.0


@njit(cache=True)
def combine_row(values, reported, mass, tree, rule, e, p, begin, end):  # type: ignore[no-untyped-def]
    """Compute element `e` at place `p` from the children of `p` for periods begin up to end.

    A child counts in the periods in which it stands; what it goes on from counts where that stood.
    """
    kids_at, kids, stands, falls = tree[2], tree[3], tree[4], tree[5]
    first, last = kids_at[p], kids_at[p + 1]
    for t in range(begin, end):
        values[e, p, t] = 0.0
        reported[e, p, t] = 0
        if rule == WEIGHTED:
            mass[p, t] = 0.0
    for k in range(first, last):
        child = kids[k]
        for t in range(max(begin, stands[child]), min(end, falls[child])):
            count = reported[e, child, t]
            if count == 0:
                continue
            x = values[e, child, t]
            if rule == SUM:
                values[e, p, t] += x
            elif rule == MEAN:
                values[e, p, t] += x * count
            elif rule == WEIGHTED:
                if mass[child, t] > 0.0:
                    values[e, p, t] += x * mass[child, t]
                    mass[p, t] += mass[child, t]
            elif rule == MAX and (reported[e, p, t] == 0 or x > values[e, p, t]):
                values[e, p, t] = x
            reported[e, p, t] += count
    for t in range(begin, end):
        if reported[e, p, t] == 0:
            values[e, p, t] = np.nan
        elif rule == MEAN:
            values[e, p, t] /= reported[e, p, t]
        elif rule == WEIGHTED:
            values[e, p, t] = values[e, p, t] / mass[p, t] if mass[p, t] > 0.0 else np.nan


@njit(cache=True)
def inherit_row(values, reported, mass, links, k, rule, e, begin, end):  # type: ignore[no-untyped-def]
    """Fill the periods before link `k`'s place stood from what it goes on from: a sum by shares, a level as it was.

    `links` rows are the place, its first period, where its sources begin, the sources, and the shares of those.
    """
    p, first, last = int(links[0, k]), int(links[2, k]), int(links[2, k + 1])
    for t in range(begin, min(end, int(links[1, k]))):
        total, heavy, count = 0.0, 0.0, 0
        for s in range(first, last):
            source = int(links[3, s])
            told = reported[e, source, t]
            if told == 0 or (rule == NONE and last - first > 1):
                continue
            x = values[e, source, t]
            if rule == SUM:
                total += x * links[4, s]
            elif last - first == 1:  # a level goes on as it was
                total, heavy = x, mass[source, t] if rule == WEIGHTED else 0.0
            elif rule == MEAN:
                total += x * told
            elif rule == WEIGHTED:
                if mass[source, t] > 0.0:
                    total += x * mass[source, t]
                    heavy += mass[source, t]
            elif count == 0 or x > total:
                total = x
            count += told
        reported[e, p, t] = count
        if rule == WEIGHTED:
            mass[p, t] = heavy
        if count == 0:
            values[e, p, t] = np.nan
        elif rule == SUM or last - first == 1:
            values[e, p, t] = total
        elif rule == MEAN:
            values[e, p, t] = total / count
        elif rule == WEIGHTED:
            values[e, p, t] = total / heavy if heavy > 0.0 else np.nan
        else:
            values[e, p, t] = total


@njit(cache=True)
def roll_up(values, reported, masses, tree, shape, order, links):  # type: ignore[no-untyped-def]
    """Fill every place above the collecting level, element by element, deepest places first, then what went before.

    `tree` rows are parent, depth, kids_at, kids, and the first and past-the-last period each place stands in; `shape`
    rows are collected depth, rule, weight, mass row, source and partner. `order` puts a weighted element after its
    weight; `links` are those of `inherit_row`.
    """
    periods = values.shape[2]
    depth, kids_at = tree[1][:-1], tree[2]
    collected, rules, weights, mass_row, sources, partners = (
        shape[0],
        shape[1],
        shape[2],
        shape[3],
        shape[4],
        shape[5],
    )
    for e in order:
        mass = masses[mass_row[e]]
        if sources[e] >= 0:
            for p in range(len(depth)):
                if depth[p] == collected[e]:
                    for t in range(periods):
                        set_paired(values, reported, e, sources[e], partners[e], p, t)
        if rules[e] == WEIGHTED:
            for p in range(len(depth)):
                if depth[p] == collected[e]:
                    set_mass(values, mass, weights[e], e, p, 0, periods)
        if rules[e] != NONE:
            for p in range(len(depth) - 1, -1, -1):
                if depth[p] < collected[e] and kids_at[p + 1] > kids_at[p]:
                    combine_row(values, reported, mass, tree, rules[e], e, p, 0, periods)
        for k in range(links.shape[1] - 1):
            inherit_row(values, reported, mass, links, k, rules[e], e, 0, periods)


@njit(cache=True)
def evaluate_row(values, steps, constants, begin, end, p, calendar, stack, out):  # type: ignore[no-untyped-def]
    """Run one program for one place over all periods and write the result to `out`.

    Time functions pass over gaps and give no value where the present period has none;
    `trailing` gives none before its window is full. Division by zero gives none.
    `calendar` is two rows: whether a period begins a year, and its days, by which `year_mean` weighs it.
    """
    periods = len(out)
    top = -1
    for s in range(begin, end):
        op, arg = steps[s, 0], steps[s, 1]
        if op == CONSTANT:
            top += 1
            for t in range(periods):
                stack[top, t] = constants[arg]
        elif op == LOAD:
            top += 1
            for t in range(periods):
                stack[top, t] = values[arg, p, t]
        elif op == ADD:
            top -= 1
            for t in range(periods):
                stack[top, t] += stack[top + 1, t]
        elif op == SUBTRACT:
            top -= 1
            for t in range(periods):
                stack[top, t] -= stack[top + 1, t]
        elif op == MULTIPLY:
            top -= 1
            for t in range(periods):
                stack[top, t] *= stack[top + 1, t]
        elif op == DIVIDE:
            top -= 1
            for t in range(periods):
                divisor = stack[top + 1, t]
                stack[top, t] = stack[top, t] / divisor if divisor != 0.0 else np.nan
        elif op == NEGATE:
            for t in range(periods):
                stack[top, t] = -stack[top, t]
        elif op == CUMULATIVE or op == YTD:
            total = 0.0
            for t in range(periods):
                if op == YTD and calendar[0, t] != 0.0:
                    total = 0.0
                if not np.isnan(stack[top, t]):
                    total += stack[top, t]
                    stack[top, t] = total
        elif op == YEAR_MEAN:
            total = 0.0
            days = 0.0
            for t in range(periods):
                if calendar[0, t] != 0.0:
                    total = 0.0
                    days = 0.0
                if not np.isnan(stack[top, t]):
                    total += stack[top, t] * calendar[1, t]
                    days += calendar[1, t]
                    stack[top, t] = total / days
        elif op == TRAILING:
            for t in range(periods - 1, -1, -1):
                if np.isnan(stack[top, t]):
                    continue
                if t < arg - 1:
                    stack[top, t] = np.nan
                    continue
                total = 0.0
                for back in range(t - arg + 1, t + 1):
                    if not np.isnan(stack[top, back]):
                        total += stack[top, back]
                stack[top, t] = total
        elif op == LAG:
            for t in range(periods - 1, -1, -1):
                stack[top, t] = stack[top, t - arg] if t >= arg else np.nan
    for t in range(periods):
        out[t] = stack[0, t]


@njit(cache=True)
def evaluate_all(values, steps, constants, begins, calendar, stack, out):  # type: ignore[no-untyped-def]
    """Evaluate every program at every place."""
    for f in range(len(begins) - 1):
        for p in range(values.shape[1]):
            evaluate_row(values, steps, constants, begins[f], begins[f + 1], p, calendar, stack, out[f, p])


@njit(cache=True)
def update(  # type: ignore[no-untyped-def]
    values,
    reported,
    masses,
    out,
    stack,
    tree,
    shape,
    links,
    steps,
    constants,
    begins,
    users,
    users_at,
    calendar,
    e,
    p,
    t,
    value,
):
    """Change one collected cell and everything that depends on it: ancestors, weighted elements, formulas.

    `tree`, `shape` and `links` are those of `roll_up`.
    """
    places = len(tree[0]) - 1
    parent, depth = tree[0], tree[1]
    collected, rules, weights, mass_row, sources, partners = (
        shape[0],
        shape[1],
        shape[2],
        shape[3],
        shape[4],
        shape[5],
    )
    values[e, p, t] = value
    reported[e, p, t] = 0 if np.isnan(value) else 1
    for other in range(len(rules)):
        paired = sources[other] == e or partners[other] == e
        if other != e and not paired and not (rules[other] == WEIGHTED and weights[other] == e):
            continue
        if paired:
            set_paired(values, reported, other, sources[other], partners[other], p, t)
        mass = masses[mass_row[other]]
        if rules[other] == WEIGHTED and depth[p] == collected[other]:
            set_mass(values, mass, weights[other], other, p, t, t + 1)
        up = parent[p]
        while up >= 0 and rules[other] != NONE:
            if depth[up] < collected[other]:
                combine_row(values, reported, mass, tree, rules[other], other, up, t, t + 1)
            up = parent[up]
        for k in range(links.shape[1] - 1):
            inherit_row(values, reported, mass, links, k, rules[other], other, t, t + 1)
    for k in range(links.shape[1] - 1):
        if t < links[1, k]:
            for u in range(users_at[e], users_at[e + 1]):
                f, at = users[u], int(links[0, k])
                evaluate_row(values, steps, constants, begins[f], begins[f + 1], at, calendar, stack, out[f, at])
    at = p
    while at >= 0 and at < places:
        for u in range(users_at[e], users_at[e + 1]):
            f = users[u]
            evaluate_row(values, steps, constants, begins[f], begins[f + 1], at, calendar, stack, out[f, at])
        at = parent[at]
