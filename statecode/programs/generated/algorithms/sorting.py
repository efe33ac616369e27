"""Search and sorting."""

from __future__ import annotations

from typing import Any

from statecode.programs.generated.algorithms.base import INDEXES, LIST_NAMES, Algorithm, a_list
from statecode.programs.generated.writer import Writer


def _sorted_and_target(w: Writer) -> tuple[Any, ...]:
    items = sorted(set(w.numbers(1, 60, w.length(3, 9))))
    return items, w.pick(items) if w.chance(0.65) else w.number(1, 60)


SORTING = (
    Algorithm(
        ("linear_search", "find", "index_of", "search"),
        "values, target",
        (
            """
        for i in range(len(values)):
            if values[i] == target:
                return i
        return -1
        """,
            """
        for i, value in enumerate(values):
            if value == target:
                return i
        return None
        """,
            """
        i = 0
        while i < len(values) and values[i] != target:
            i += 1
        return i if i < len(values) else -1
        """,
        ),
        lambda w: (items := w.numbers(0, 30, w.length(3, 7)), w.pick(items) if w.chance(0.6) else w.number(0, 30)),
        lambda items, _: 6 + 3 * len(items),
        "linear search",
        (LIST_NAMES, INDEXES[0], ("target", "wanted", "x", "needle")),
    ),
    Algorithm(
        ("binary_search", "search", "bisect"),
        "values, target",
        (
            """
        low, high = 0, len(values) - 1
        while low <= high:
            middle = (low + high) // 2
            if values[middle] == target:
                return middle
            if values[middle] < target:
                low = middle + 1
            else:
                high = middle - 1
        return -1
        """,
            """
        low = 0
        high = len(values)
        while low < high:
            middle = (low + high) // 2
            if values[middle] < target:
                low = middle + 1
            else:
                high = middle
        return low
        """,
        ),
        _sorted_and_target,
        lambda items, _: 8 + 6 * (len(items).bit_length() + 1),
        "halve the range in each step",
        (LIST_NAMES, ("low", "left", "lo"), ("high", "right", "hi"), ("middle", "mid", "m"), ("target", "x", "key")),
    ),
    Algorithm(
        ("bubble_sort", "sort"),
        "values",
        (
            """
        n = len(values)
        for i in range(n):
            for j in range(n - i - 1):
                if values[j] > values[j + 1]:
                    values[j], values[j + 1] = values[j + 1], values[j]
        return values
        """,
            """
        swapped = True
        while swapped:
            swapped = False
            for j in range(len(values) - 1):
                if values[j] > values[j + 1]:
                    values[j], values[j + 1] = values[j + 1], values[j]
                    swapped = True
        return values
        """,
        ),
        a_list(3, 5),
        lambda items: 10 + (len(items) + 1) * (4 * len(items) + 3),
        "bubble sort",
        (LIST_NAMES, *INDEXES),
        sorted,
    ),
    Algorithm(
        ("selection_sort", "sort"),
        "values",
        (
            """
        for i in range(len(values)):
            smallest = i
            for j in range(i + 1, len(values)):
                if values[j] < values[smallest]:
                    smallest = j
            values[i], values[smallest] = values[smallest], values[i]
        return values
        """,
            """
        result = []
        rest = values[:]
        while rest:
            smallest = min(rest)
            rest.remove(smallest)
            result.append(smallest)
        return result
        """,
        ),
        a_list(3, 5),
        lambda items: 8 + len(items) * (4 + 2 * len(items)),
        "take the smallest of the rest",
        (LIST_NAMES, *INDEXES, ("smallest", "lowest", "min_index")),
        sorted,
    ),
    Algorithm(
        ("insertion_sort", "sort"),
        "values",
        (
            """
        for i in range(1, len(values)):
            current = values[i]
            j = i - 1
            while j >= 0 and values[j] > current:
                values[j + 1] = values[j]
                j -= 1
            values[j + 1] = current
        return values
        """,
            """
        result = []
        for value in values:
            i = 0
            while i < len(result) and result[i] < value:
                i += 1
            result.insert(i, value)
        return result
        """,
        ),
        a_list(3, 5),
        lambda items: 8 + len(items) * (6 + 3 * len(items) // 2),
        "insert each one at its place",
        (LIST_NAMES, *INDEXES, ("current", "key", "card")),
    ),
    Algorithm(
        ("quick_sort", "sort"),
        "values",
        (
            """
        if len(values) <= 1:
            return values
        pivot = values[0]
        smaller = [x for x in values[1:] if x < pivot]
        larger = [x for x in values[1:] if x >= pivot]
        return {f}(smaller) + [pivot] + {f}(larger)
        """,
        ),
        a_list(3, 5),
        lambda items: (2 * len(items) + 1) * (14 + 3 * len(items)),
        "quicksort",
        (LIST_NAMES, ("pivot", "middle", "first")),
        sorted,
    ),
    Algorithm(
        ("merge", "merge_sorted"),
        "first, second",
        (
            """
        result = []
        i = j = 0
        while i < len(first) and j < len(second):
            if first[i] <= second[j]:
                result.append(first[i])
                i += 1
            else:
                result.append(second[j])
                j += 1
        return result + first[i:] + second[j:]
        """,
        ),
        lambda w: (sorted(w.numbers(0, 30, w.length(2, 4))), sorted(w.numbers(0, 30, w.length(2, 4)))),
        lambda a, b: 8 + 5 * (len(a) + len(b)),
        "merge two sorted lists",
        (("first", "a", "left"), ("second", "b", "right"), ("result", "merged")),
        lambda a, b: sorted(a + b),
    ),
    Algorithm(
        ("count_sort", "counting_sort"),
        "values",
        (
            """
        counts = [0] * (max(values) + 1)
        for value in values:
            counts[value] += 1
        result = []
        for value, count in enumerate(counts):
            result += [value] * count
        return result
        """,
        ),
        a_list(3, 6, 0, 6),
        lambda items: 24 + 2 * len(items),
        "counting sort",
        (LIST_NAMES,),
        sorted,
    ),
)
