"""A strategy for values of built-in types, and modules whose classes are like those of a program."""

from __future__ import annotations

import types
from collections import deque
from typing import Any

from hypothesis import strategies as st

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner) | st.lists(inner).map(tuple)
    | st.lists(inner).map(deque) | st.frozensets(leaves) | st.sets(leaves),
    max_leaves=20,
)


def classes(source: str) -> Any:
    """Run a source as a module `__main__` and return the module. Its classes have the names of a program's classes."""
    module = types.ModuleType("__main__")
    exec(source, module.__dict__)
    return module
