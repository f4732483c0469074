"""The compiled core of travel times: plain arrays in, plain arrays out; times are whole milliseconds."""

import numpy as np
from numba import njit, prange

from chengzai.space._ground import NEVER

_NEVER = int(NEVER)


@njit(cache=True)
def complete(first, higher):  # type: ignore[no-untyped-def]
    """Return the chordal completion by rank: symbolic elimination, each node's list merged into its parent's."""
    count = len(first) - 1
    start = np.zeros(count + 1, dtype=np.int32)
    to = np.empty(max(16, 4 * len(higher)), dtype=np.int32)
    child, sibling = np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32)
    seen = np.full(count, -1, dtype=np.int32)
    size = 0
    for v in range(count):
        begin = size
        seen[v] = v
        for e in range(first[v], first[v + 1]):
            if seen[higher[e]] != v:
                seen[higher[e]] = v
                if size == len(to):
                    to = np.concatenate((to, np.empty(size, dtype=np.int32)))
                to[size] = higher[e]
                size += 1
        c = child[v]
        while c >= 0:
            for e in range(start[c], start[c + 1]):
                if seen[to[e]] != v:
                    seen[to[e]] = v
                    if size == len(to):
                        to = np.concatenate((to, np.empty(size, dtype=np.int32)))
                    to[size] = to[e]
                    size += 1
            c = sibling[c]
        to[begin:size].sort()
        start[v + 1] = size
        if size > begin:
            parent = to[begin]
            sibling[v] = child[parent]
            child[parent] = v
    return start, to[:size].copy()


@njit(cache=True)
def _arc(start, to, low, high):  # type: ignore[no-untyped-def]
    a, b = start[low], start[low + 1]
    while a < b:
        middle = (a + b) >> 1
        if to[middle] < high:
            a = middle + 1
        else:
            b = middle
    return a


@njit(cache=True)
def enter(start, to, up, down, tail, head, time):  # type: ignore[no-untyped-def]
    """Enter the streets' own times at their arcs."""
    for e in range(len(tail)):
        if tail[e] < head[e]:
            arc = _arc(start, to, tail[e], head[e])
            up[arc] = min(up[arc], time[e])
        elif tail[e] > head[e]:
            arc = _arc(start, to, head[e], tail[e])
            down[arc] = min(down[arc], time[e])


@njit(cache=True)
def customise(start, to, up, down):  # type: ignore[no-untyped-def]
    """Bring every arc down to the fastest way through lower ranks, triangle by triangle."""
    for v in range(len(start) - 1):
        for i in range(start[v], start[v + 1]):
            a = to[i]
            k = start[a]
            for j in range(i + 1, start[v + 1]):
                b = to[j]
                while to[k] < b:
                    k += 1
                if down[i] + up[j] < up[k]:  # a → v → b
                    up[k] = down[i] + up[j]
                if down[j] + up[i] < down[k]:  # b → v → a
                    down[k] = down[j] + up[i]


@njit(cache=True)
def sweep_up(start, to, down, time):  # type: ignore[no-untyped-def]
    """Carry times from places up to what lies above them; what nothing has reached yet has nothing to carry."""
    kinds = time.shape[1]
    for v in range(len(start) - 1):
        least = time[v, 0]
        for k in range(1, kinds):
            least = min(least, time[v, k])
        if least >= _NEVER:
            continue
        for e in range(start[v], start[v + 1]):
            x, w = to[e], down[e]
            for k in range(kinds):
                then = time[v, k] + w
                time[x, k] = min(time[x, k], then)


@njit(cache=True)
def sweep_down(start, to, up, time):  # type: ignore[no-untyped-def]
    """Carry times down again: each node asks all above it."""
    kinds = time.shape[1]
    for v in range(len(start) - 2, -1, -1):
        for e in range(start[v], start[v + 1]):
            x, w = to[e], up[e]
            for k in range(kinds):
                then = time[x, k] + w
                time[v, k] = min(time[v, k], then)


@njit(cache=True)
def above(start, to, nodes):  # type: ignore[no-untyped-def]
    """Return which ranks can be reached going up alone."""
    found = np.zeros(len(start) - 1, dtype=np.bool_)
    for node in nodes:
        found[node] = True
    for v in range(len(start) - 1):
        if found[v] and start[v + 1] > start[v]:
            for e in range(start[v], start[v + 1]):
                found[to[e]] = True
    return found


@njit(cache=True)
def some_up(start, to, down, time, row, ranks):  # type: ignore[no-untyped-def]
    """Carry times up among some ranks alone; `row` finds a rank's row."""
    for v in ranks:
        for e in range(start[v], start[v + 1]):
            x, w = row[to[e]], down[e]
            for k in range(time.shape[1]):
                then = time[row[v], k] + w
                time[x, k] = min(time[x, k], then)


@njit(cache=True)
def some_down(start, to, up, time, row, ranks):  # type: ignore[no-untyped-def]
    """Carry times down among some ranks alone."""
    for v in ranks:
        for e in range(start[v], start[v + 1]):
            x, w = row[to[e]], up[e]
            for k in range(time.shape[1]):
                then = time[x, k] + w
                time[row[v], k] = min(time[row[v], k], then)


@njit(cache=True)
def _push(heap_key, heap_node, size, key, node):  # type: ignore[no-untyped-def]
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap_key[above] <= key:
            break
        heap_key[at], heap_node[at] = heap_key[above], heap_node[above]
        at = above
    heap_key[at], heap_node[at] = key, node
    return size + 1


@njit(cache=True)
def _pop(heap_key, heap_node, size):  # type: ignore[no-untyped-def]
    size -= 1
    key, node = heap_key[size], heap_node[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap_key[below + 1] < heap_key[below]:
            below += 1
        if heap_key[below] >= key:
            break
        heap_key[at], heap_node[at] = heap_key[below], heap_node[below]
        at = below
    heap_key[at], heap_node[at] = key, node
    return size


@njit(cache=True)
def from_many(start, to, time, nodes, extra):  # type: ignore[no-untyped-def]
    """Return the least time from any of some nodes to every node, and from which (Dijkstra, binary heap)."""
    count = len(start) - 1
    best = np.full(count, _NEVER, dtype=np.int32)
    which = np.full(count, -1, dtype=np.int32)
    heap_key = np.empty(len(to) + len(nodes) + 1, dtype=np.int32)
    heap_node = np.empty(len(to) + len(nodes) + 1, dtype=np.int32)
    size = 0
    for i in range(len(nodes)):
        if extra[i] < best[nodes[i]]:
            best[nodes[i]], which[nodes[i]] = extra[i], i
            size = _push(heap_key, heap_node, size, extra[i], nodes[i])
    while size:
        key, node = heap_key[0], heap_node[0]
        size = _pop(heap_key, heap_node, size)
        if key > best[node]:
            continue
        for e in range(start[node], start[node + 1]):
            then = key + time[e]
            if then < best[to[e]]:
                best[to[e]], which[to[e]] = then, which[node]
                size = _push(heap_key, heap_node, size, then, to[e])
    return best, which


@njit(cache=True, parallel=True)
def sums_within(start, to, time, weight, limits, extra):  # type: ignore[no-untyped-def]
    """Return for every node the sums of weights within each limit: a bounded search from each.

    Where few nodes are within reach a queue beats a heap (Pape 1974): a node that is bettered waits again, one that
    was bettered before in front, and the times are exact when none waits.
    """
    count, most = len(start) - 1, limits[-1]
    sums = np.zeros((count, len(limits)))
    parts = 64
    for part in prange(parts):
        best = np.full(count, _NEVER, dtype=np.int32)
        waiting = np.zeros(count, dtype=np.uint8)
        touched = np.empty(count, dtype=np.int32)
        size = 1 << 12
        queue = np.empty(size, dtype=np.int32)
        for source in range(part * count // parts, (part + 1) * count // parts):
            touched[0], queue[0] = source, source
            best[source], waiting[source] = 0, 1
            seen, front, length = 1, 0, 1
            while length:
                node = queue[front]
                front = (front + 1) & (size - 1)
                length -= 1
                waiting[node] = 0
                key = best[node]
                for e in range(start[node], start[node + 1]):
                    head, then = to[e], key + time[e]
                    if then > most or then >= best[head]:
                        continue
                    fresh = best[head] == _NEVER
                    if fresh:
                        touched[seen] = head
                        seen += 1
                    best[head] = then
                    if waiting[head]:
                        continue
                    waiting[head] = 1
                    if length == size:
                        larger = np.empty(2 * size, dtype=np.int32)
                        for i in range(length):
                            larger[i] = queue[(front + i) & (size - 1)]
                        queue, front, size = larger, 0, 2 * size
                    if fresh:
                        queue[(front + length) & (size - 1)] = head
                    else:
                        front = (front - 1) & (size - 1)
                        queue[front] = head
                    length += 1
            for i in range(seen):
                node = touched[i]
                door = best[node] + extra[node]
                for k in range(len(limits)):
                    if door <= limits[k]:
                        sums[source, k] += weight[node]
                best[node] = _NEVER
    return sums
