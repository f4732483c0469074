"""Small relocations worked out by trying everything."""

import itertools

from chengzai.decide import aims_of, check_moves


def best_by_force(question):
    """Return the highest benefit, and the least cost at it, over every assignment."""
    choices = {v.id: [None] for v in question.villages}
    for v, s, t in question.allowed():
        choices[v].append((s, t))
    phases = [(s.id, n) for s in question.sites for n in range(len(s.phases))]
    years = {(s.id, n): [None, *range(p.year, question.years)] for s in question.sites for n, p in enumerate(s.phases)}
    best = None
    for opening in itertools.product(*(years[p] for p in phases)):
        opened = {p: t for p, t in zip(phases, opening, strict=True) if t is not None}
        if any(n and (s, n - 1) not in opened for s, n in opened):
            continue
        for going in itertools.product(*choices.values()):
            moves = {v: g for v, g in zip(choices, going, strict=True) if g is not None}
            if check_moves(question, moves, opened):
                continue
            aims = aims_of(question, moves, opened)
            value = (-aims["benefit"], aims["cost"])
            best = value if best is None else min(best, value)
    return best
