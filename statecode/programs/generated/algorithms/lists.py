"""Other algorithms on lists, and on a graph."""

from __future__ import annotations

from typing import Any

from statecode.programs.generated.algorithms.base import INDEXES, LIST_NAMES, Algorithm, a_list
from statecode.programs.generated.writer import Writer


def _graph(w: Writer) -> tuple[Any, ...]:
    nodes = ["A", "B", "C", "D", "E"][: w.length(3, 5)]
    edges: dict[str, list[str]] = {node: [] for node in nodes}
    for place, node in enumerate(nodes[1:]):
        edges[nodes[w.between(0, place)]].append(node)
    if w.chance(0.5):
        edges[nodes[-1]].append(nodes[0])
    return edges, nodes[0]


LISTS = (
    Algorithm(
        ("max_subarray", "best_sum", "largest_sum"),
        "values",
        (
            """
        best = current = values[0]
        for value in values[1:]:
            current = max(value, current + value)
            best = max(best, current)
        return best
        """,
            """
        best = values[0]
        total = 0
        for value in values:
            total += value
            if total > best:
                best = total
            if total < 0:
                total = 0
        return best
        """,
        ),
        a_list(4, 8, -9, 12),
        lambda items: 8 + 7 * len(items),
        "largest sum of neighbours",
        (LIST_NAMES, ("best", "record", "result")),
    ),
    Algorithm(
        ("two_sum", "find_pair"),
        "values, target",
        (
            """
        seen = {}
        for i, value in enumerate(values):
            if target - value in seen:
                return seen[target - value], i
            seen[value] = i
        return None
        """,
            """
        for i in range(len(values)):
            for j in range(i + 1, len(values)):
                if values[i] + values[j] == target:
                    return i, j
        return None
        """,
        ),
        lambda w: (
            items := w.numbers(1, 30, w.length(3, 5)),
            items[0] + items[-1] if w.chance(0.6) else w.number(5, 60),
        ),
        lambda items, _: 8 + len(items) * (2 + 2 * len(items)),
        "",
        (LIST_NAMES, ("target", "goal", "total")),
    ),
    Algorithm(
        ("prefix_sums", "running_sums"),
        "values",
        (
            """
        sums = [0]
        for value in values:
            sums.append(sums[-1] + value)
        return sums
        """,
            """
        result = []
        total = 0
        for value in values:
            total += value
            result.append(total)
        return result
        """,
        ),
        a_list(3, 6),
        lambda items: 7 + 3 * len(items),
        "",
        (LIST_NAMES,),
    ),
    Algorithm(
        ("transpose", "flip"),
        "matrix",
        (
            """
        result = []
        for j in range(len(matrix[0])):
            row = []
            for i in range(len(matrix)):
                row.append(matrix[i][j])
            result.append(row)
        return result
        """,
            "return [[row[j] for row in matrix] for j in range(len(matrix[0]))]",
        ),
        lambda w: ([[w.between(0, 9) for _ in range(2)] for _ in range(w.length(2, 3))],),
        lambda rows: 14 + 8 * len(rows) * 2,
        "rows become columns",
        (("matrix", "grid", "rows"), *INDEXES),
    ),
    Algorithm(
        ("rotate", "rotate_left", "shift"),
        "values, k",
        (
            """
        for _ in range(k):
            values.append(values.pop(0))
        return values
        """,
            """
        k %= len(values)
        return values[k:] + values[:k]
        """,
        ),
        lambda w: (w.numbers(0, 20, w.length(3, 6)), w.between(1, 3)),
        lambda items, k: 7 + 2 * k,
        "",
        (LIST_NAMES,),
        lambda items, k: items[k % len(items) :] + items[: k % len(items)],
    ),
    Algorithm(
        ("most_common", "mode", "majority"),
        "values",
        (
            """
        counts = {}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        best = None
        for value in counts:
            if best is None or counts[value] > counts[best]:
                best = value
        return best
        """,
            """
        best, most = None, 0
        for value in values:
            count = values.count(value)
            if count > most:
                best, most = value, count
        return best
        """,
        ),
        a_list(3, 6, 0, 5),
        lambda items: 10 + 6 * len(items),
        "",
        (LIST_NAMES,),
    ),
    Algorithm(
        ("second_largest", "runner_up"),
        "values",
        (
            """
        first = second = None
        for value in values:
            if first is None or value > first:
                first, second = value, first
            elif second is None or value > second:
                second = value
        return second
        """,
            """
        ordered = sorted(set(values))
        return ordered[-2] if len(ordered) > 1 else None
        """,
        ),
        a_list(3, 6),
        lambda items: 7 + 4 * len(items),
        "",
        (LIST_NAMES,),
    ),
    Algorithm(
        ("moving_average", "window_sums", "smooth"),
        "values, size",
        (
            """
        result = []
        for i in range(len(values) - size + 1):
            window = values[i:i + size]
            result.append(sum(window))
        return result
        """,
            """
        total = sum(values[:size])
        result = [total]
        for i in range(size, len(values)):
            total += values[i] - values[i - size]
            result.append(total)
        return result
        """,
        ),
        lambda w: (w.numbers(0, 20, w.length(3, 6)), w.between(2, 3) if w.limit > 99 else 2),
        lambda items, size: 7 + 3 * len(items),
        "sliding window",
        (LIST_NAMES, ("size", "k", "width")),
    ),
    Algorithm(
        ("reachable", "bfs", "visit"),
        "graph, start",
        (
            """
        seen = [start]
        queue = [start]
        while queue:
            node = queue.pop(0)
            for neighbour in graph[node]:
                if neighbour not in seen:
                    seen.append(neighbour)
                    queue.append(neighbour)
        return seen
        """,
            """
        order = []
        stack = [start]
        while stack:
            node = stack.pop()
            if node in order:
                continue
            order.append(node)
            for neighbour in graph[node]:
                stack.append(neighbour)
        return order
        """,
        ),
        _graph,
        lambda graph, _: 8 + 12 * (len(graph) + 1),
        "visit all nodes",
        (("neighbour", "other", "near"), ("node", "place", "current")),
    ),
    Algorithm(
        ("move_zeros", "zeros_last"),
        "values",
        (
            """
        place = 0
        for i in range(len(values)):
            if values[i] != 0:
                values[place], values[i] = values[i], values[place]
                place += 1
        return values
        """,
        ),
        a_list(3, 6, 0, 3),
        lambda items: 6 + 5 * len(items),
        "",
        (LIST_NAMES, ("place", "write", "target")),
    ),
    Algorithm(
        ("longest_run", "longest_streak"),
        "values",
        (
            """
        best = run = 1
        for i in range(1, len(values)):
            run = run + 1 if values[i] > values[i - 1] else 1
            if run > best:
                best = run
        return best
        """,
        ),
        a_list(3, 7),
        lambda items: 6 + 4 * len(items),
        "length of the longest rising run",
        (LIST_NAMES,),
    ),
    Algorithm(
        ("lis", "longest_increasing"),
        "values",
        (
            """
        lengths = [1] * len(values)
        for i in range(len(values)):
            for j in range(i):
                if values[j] < values[i]:
                    lengths[i] = max(lengths[i], lengths[j] + 1)
        return max(lengths)
        """,
        ),
        a_list(3, 5),
        lambda items: 7 + len(items) * (2 + 2 * len(items)),
        "dynamic programming",
        (LIST_NAMES, ("lengths", "best", "dp")),
    ),
    Algorithm(
        ("knapsack", "best_value"),
        "weights, values, capacity",
        (
            """
        best = [0] * (capacity + 1)
        for weight, value in zip(weights, values):
            for room in range(capacity, weight - 1, -1):
                best[room] = max(best[room], best[room - weight] + value)
        return best[capacity]
        """,
        ),
        lambda w: (w.numbers(1, 4, (k := w.length(2, 3))), w.numbers(3, 20, k), w.length(3, 7)),
        lambda a, b, capacity: 7 + len(a) * (3 + 2 * capacity),
        "0/1 knapsack",
    ),
)
