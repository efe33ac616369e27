"""Generate small random programs with values and statements of every kind, with `hypothesis` or from a seed.

Each program compiles on Python 3.10 to 3.13, ends within a second, and is deterministic: no order depends on
addresses, no finaliser waits for the garbage collector, and threads run one after the other. Most programs end without
an exception.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from tests.support import random_delegation, random_frames, random_statements, random_values

_KINDS = {
    kind: getattr(random_values, kind.upper()) for kind in ("int", "float", "str", "bytes", "list", "dict", "set", "tuple", "other")
}
_PLAIN = [kind for kind in _KINDS if kind != "other"]
_NAMES = ("x", "y", "count", "items", "left", "_", "total", "name1", "été", "__hidden", "a_rather_long_name_for_a_variable")
_PLACEHOLDER = re.compile(r"<([a-zA-Z]+)((?: \w+)*)(?:([:@])(\w+))?>")
_ATOM = re.compile(r"[A-Za-z_]\w*(?:\([^()]*\))?|\[[^][]*\]|\{[^{}]*\}|\d+|'[^']*'")
_WORD = re.compile(r"\b[A-Za-z_]\w*")
_MAX_DEPTH = 2   # number of nested blocks
_MAX_LINES = 60  # a longer program gets no further block
_DEFINITIONS = random_values.DEFINITIONS | random_frames.FRAME_DEFINITIONS
REPR_HAS_EFFECTS = re.compile(r"\b(?:Telling|Changing)\b")
"""Classes whose `__repr__` prints or counts: a program with their objects can observe that its values are read."""

_FRAMES = random_frames.FRAME_STATEMENTS, random_frames.FRAME_BLOCKS
_DELEGATION = random_statements.SIMPLE, random_delegation.BLOCKS

_Choose = Callable[[int], int]
"""A function from n to a number from 0 to n - 1."""


@dataclass
class _Block:
    """A block of a program with the variables that it can use."""

    level: int             # number of enclosing functions
    kinds: dict[str, str]  # variable → kind of its value
    in_class: bool = False

    def __post_init__(self) -> None:
        self.kinds = dict(self.kinds)

    def names_of(self, kind: str) -> list[str]:
        """Return the names of this kind; `any` means all kinds."""
        return [name for name, known in self.kinds.items() if kind in (known, "any")]


@dataclass
class _Filling:
    """The state of filling the placeholders of one template."""

    block: _Block
    depth: int
    names: dict[str, str]     # letter of a placeholder → name that replaces it
    assigned: dict[str, str]  # variable → kind of its value; added to the block at the end
    before: list[str]         # lines to insert above the template


class _Writer:
    """Writes one program; `choose` makes all random choices.

    Args:
        about: also use these statements and blocks, in about half of all places.
    """

    def __init__(self, choose: _Choose, about: tuple[list[str], list[str]] | None = None) -> None:
        self._choose = choose
        self._about = about
        self._unique = 0
        self._lines = 0

    def program(self) -> str:
        """Return the source of a program: the definitions that its statements need, then the statements."""
        block = _Block(0, {})
        parts = [self._statement(block, 0) for _ in range(2 + self._choose(9))]
        if self._choose(6) == 5:
            parts.append(self._fill(self._pick(random_statements.RISKY), block, 0))
        elif self._choose(20) == 19 and "Telling" not in "".join(parts):  # Telling prints while snoop fails
            parts.append(self._fill(self._pick(random_statements.UNCAUGHT), block, 0))
        body = "\n".join(parts)
        return "\n".join([*_required_definitions(body), body]) + "\n"

    def _pick(self, options: list[str]) -> str:
        return options[self._choose(len(options))]

    def _statement(self, block: _Block, depth: int) -> str:
        if block.in_class:
            options = random_statements.CLASS_STATEMENTS
        elif block.level == 0 and self._choose(30) == 29:
            options = random_statements.MODULE_STATEMENTS
        elif depth >= _MAX_DEPTH or self._lines > _MAX_LINES or self._choose(5) < 3:
            options = random_statements.SIMPLE
        else:
            options = random_statements.BLOCKS
        if self._about and options in (random_statements.SIMPLE, random_statements.BLOCKS) and self._choose(2):
            options = self._about[options is random_statements.BLOCKS]
        text = self._fill(self._pick(options), block, depth)
        self._lines += text.count("\n") + 1
        return text

    def _fill(self, template: str, block: _Block, depth: int) -> str:
        """Fill the placeholders of a template, line by line, and add the variables that it assigns to the block."""
        filling = _Filling(block, depth, {}, {}, [])
        lines = []
        for line in template.split("\n"):
            indent = line[: len(line) - len(line.lstrip())]
            filled = _PLACEHOLDER.sub(lambda placeholder: self._placeholder(placeholder, filling), line.lstrip())
            lines += [indent + part for part in filled.split("\n")] if _is_block_placeholder(line) else [indent + filled]
        block.kinds.update(filling.assigned)
        if "del <" not in template and "<G> = " in template:
            block.kinds[filling.names["G"]] = "any"
        return "\n".join(filling.before + lines)

    def _placeholder(self, placeholder: re.Match[str], filling: _Filling) -> str:
        word, parameters, mark, kind = placeholder.groups()
        if len(word) > 1:
            return self._part(word, parameters.split(), filling.block, filling.depth)
        if word == "n":
            return str(self._choose(5))
        if word not in filling.names:
            filling.names[word] = self._name(word, mark, kind, filling)
        return filling.names[word]

    def _name(self, letter: str, mark: str | None, kind: str | None, filling: _Filling) -> str:
        block, taken = filling.block, filling.names.values()
        if letter.isupper():
            self._unique += 1
            return f"{letter if letter in 'CD' else letter.lower()}{self._unique}"
        known = [name for name in block.names_of(kind) if name not in taken] if mark == "@" and kind else []
        if known:
            return self._pick(known)
        name = self._pick([each for name in _NAMES if (each := name + "_" * block.level) not in taken])
        filling.assigned[name] = kind or "any"
        if mark == "@" and kind:
            filling.before.append(f"{name} = {self._expression(kind, block)}")
        return name

    def _part(self, word: str, parameters: list[str], block: _Block, depth: int) -> str:
        if word in ("body", "class"):
            return self._nested(block, depth, _Block(block.level, block.kinds, block.in_class or word == "class"))
        if word == "def":
            outer = dict.fromkeys([*block.kinds, *parameters], "any")
            return self._nested(block, depth, _Block(block.level + 1, outer))
        if word == "risky":
            return self._fill(self._pick(random_statements.RISKY), _Block(block.level, block.kinds), depth)
        return self._expression(word, block)

    def _nested(self, block: _Block, depth: int, inner: _Block) -> str:
        text = "\n".join(self._statement(inner, depth + 1) for _ in range(1 + self._choose(2)))
        if inner.level == block.level:  # the nested block may have changed the kind of a variable, or deleted it
            for name, kind in block.kinds.items():
                block.kinds[name] = kind if inner.kinds.get(name) == kind else "any"
        return text

    def _expression(self, kind: str, block: _Block) -> str:
        if kind == "bool":
            return self._pick(["True", "False", f"{self._choose(5)} > 2", f"bool({self._expression('list', block)})"])
        if kind in ("plain", "var"):
            known = [name for plain in ("int", "float", "str") for name in block.names_of(plain)]
        else:
            known = block.names_of("any" if kind == "name" else kind)
        if known and self._choose(4) >= (3 if kind == "any" else 2 if kind in _KINDS else 0):
            return self._pick(known)
        if kind == "var":
            return str(self._choose(5))
        if kind not in _KINDS:
            kind = self._pick(_PLAIN if kind == "plain" else [*_KINDS, "other", "other"])
        text = self._pick(_KINDS[kind])
        return text if _ATOM.fullmatch(text) else f"({text})"


def _is_block_placeholder(line: str) -> bool:
    return line.lstrip().startswith(("<body>", "<def", "<class>", "<risky>"))


def _required_definitions(body: str) -> list[str]:
    """Return the imports and classes that a program needs; each comes after the ones that it needs itself."""
    wanted: set[str] = set()
    waiting = [body]
    while waiting:
        new = {word for word in _WORD.findall(waiting.pop()) if word in _DEFINITIONS} - wanted
        wanted |= new
        waiting += [_DEFINITIONS[name] for name in new]
    return [text for name, text in _DEFINITIONS.items() if name in wanted]


@cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Draw the source of a small program."""
    return _Writer(lambda number: draw(_below(number))).program()


def seeded_programs(count: int, seed: int = 0) -> list[str]:
    """Return `count` programs, which depend on the seed alone.

    `hypothesis` does not draw them: its choices depend on its version and on imported modules, and it prefers small
    programs.
    """
    return [_Writer(random.Random(f"{seed}/{number}").randrange).program() for number in range(count)]


def frame_program(number: int, seed: int = 0) -> str:
    """Return one program with statements about frames and lifetimes, which depends on the arguments alone.

    Reading its values has no effect that the program could print: no `__repr__` of its classes prints or counts.
    """
    for attempt in itertools.count():
        source = _Writer(random.Random(f"frames/{seed}/{number}/{attempt}").randrange, about=_FRAMES).program()
        if not REPR_HAS_EFFECTS.search(source):
            return source
    raise AssertionError("unreachable")


def delegation_program(number: int, seed: int = 0) -> str:
    """Return one program with `yield from`, coroutines and `except*`, which depends on the arguments and on Python alone."""
    return _Writer(random.Random(f"delegation/{seed}/{number}").randrange, about=_DELEGATION).program()
