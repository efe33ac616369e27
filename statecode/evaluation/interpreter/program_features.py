"""The features of a program, by which scores are reported: what its syntax tree contains."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from statecode.source_tree import tree_of

_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BY_NODE: dict[str, tuple[type[ast.AST], ...]] = {
    "loops": _LOOPS,
    "conditions": (ast.If, ast.IfExp, ast.Match),
    "lists": (ast.List, ast.ListComp),
    "mappings and sets": (ast.Dict, ast.DictComp, ast.Set, ast.SetComp),
    "comprehensions": _COMPREHENSIONS,
    "slices": (ast.Slice,),
    "functions": (*_FUNCTIONS, ast.Lambda),
    "classes": (ast.ClassDef,),
    "exceptions": (ast.Try, ast.Raise, ast.Assert),
    "generators": (ast.Yield, ast.YieldFrom),
}
FEATURES = (*_BY_NODE, "nested loops", "strings", "recursion")
"""The names of all features."""


def features_of(code: str) -> frozenset[str]:
    """Return the features of a program; none if it cannot be parsed.

    - `strings`: a text or an f-string, except docstrings and the arguments of `__name__ == "__main__"`.
    - `recursion`: a function that calls a function of its own name in its body.
    - `nested loops`: a loop or a comprehension in a loop.
    """
    tree = tree_of(code)
    if tree is None:
        return frozenset()
    nodes = list(ast.walk(tree))
    found = {name for name, kinds in _BY_NODE.items() if any(isinstance(node, kinds) for node in nodes)}
    if any(_inner_loops(node) for node in nodes if isinstance(node, _LOOPS)):
        found.add("nested loops")
    if any(_calls_itself(node) for node in nodes if isinstance(node, _FUNCTIONS)):
        found.add("recursion")
    if any(_is_string(node) for node in _without_docstrings(nodes)):
        found.add("strings")
    return frozenset(found)


def _inner_loops(loop: ast.AST) -> bool:
    return any(isinstance(node, (*_LOOPS, *_COMPREHENSIONS)) for node in ast.walk(loop) if node is not loop)


def _calls_itself(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(
        isinstance(name, ast.Name) and name.id == function.name
        or isinstance(name, ast.Attribute) and name.attr == function.name for name in called
    )


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def _without_docstrings(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes that are neither a string as a statement nor the text `__main__`."""
    statements = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return (node for node in nodes
            if id(node) not in statements and not (isinstance(node, ast.Constant) and node.value == "__main__"))
