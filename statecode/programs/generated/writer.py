"""Write the lines of one program, and keep the values that its variables have at the end of these lines.

The functions that write parts of a program compute the values themselves. So they know which index is valid, which
condition is true and how often a loop runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from statecode.programs.generated.choices import Choices
from statecode.programs.generated.style import Style
from statecode.programs.generated.words import MAPPINGS, NUMBER_LISTS, SINGULARS, WORD_LISTS, WORDS_OF

KEYWORDS = frozenset(
    {"max", "min", "sum", "len", "list", "sorted", "range", "print", "str", "int", "set", "dict", "next"}
)
"""Names that no variable has."""


class Writer(Choices):
    """The program that is being written. All functions of this package that write lines have it as argument `w`."""

    def __init__(self, seed: int, limit: int) -> None:
        super().__init__(seed)
        self.limit = limit  # maximum number of events
        self.style = Style(self)
        self.events = 8 if self.style.has_main else 2  # an upper bound: call and return of the module, and of main
        self.definitions: list[list[str]] = []  # functions, classes and constants, which come first
        self.paragraphs: list[list[str]] = [[]]
        self.code: list[str] = []  # all lines without comments, in the order of writing
        self.values: dict[str, Any] = {}  # name → value; None if it is not known
        self.unread: dict[str, None] = {}  # variables whose last value is not used yet
        self.taken: set[str] = set(KEYWORDS)  # all names of the program
        self.features: dict[str, None] = {}
        self.inputs: list[str] = []  # texts for stdin
        self.prints = False

    # lines

    def lines(self, *lines: str, events: int | None = None) -> None:
        """Add lines of the module.

        Args:
            events: upper bound of their events; by default each line is executed once.
        """
        self.paragraphs[-1] += lines
        self.code += lines
        self.events += len(lines) if events is None else events

    def paragraph(self, comment: str = "") -> None:
        """Start a new paragraph, with a comment if the author writes comments."""
        if self.paragraphs[-1]:
            self.paragraphs.append([])
        self.note(comment)

    def note(self, comment: str) -> None:
        """Add a comment if the author writes comments."""
        if comment and self.style.comments and self.chance(0.6):
            self.paragraphs[-1].append(self.style.comment(comment))

    def define(self, head: str, *body: str, doc: str = "", hints: tuple[str, ...] = (), returns: str = "") -> None:
        """Add a function before the statements of the module.

        Args:
            head: the head without type hints, such as `def area(width, height=2):`.
            body: the lines, indented relative to `def`.
            doc: its docstring, for an author who writes docstrings.
            hints: the types of the parameters, for an author who writes type hints.
            returns: the type of the result.
        """
        if self.style.hints and (hints or returns):
            head = _with_hints(head, hints, returns)
        lines = [head]
        if doc and self.style.docstrings:
            lines.append(f'    """{doc}"""')
        lines += [f"    {line}" if line else "" for line in body]
        self.definitions.append(lines)
        self.code += lines
        self.events += 2  # def, and that of decorators or defaults

    def text(self) -> str:
        """Return the text of the program."""
        paragraphs = [paragraph for paragraph in self.paragraphs if paragraph]
        definitions = self.definitions
        if self.style.has_main and definitions:
            inner = [[f"    {line}" for line in paragraph] for paragraph in paragraphs]
            body = [
                line
                for index, paragraph in enumerate(inner)
                for line in (*([""] if index and self.style.blank_lines else []), *paragraph)
            ]
            guarded = len(self.code) % 2
            call = ['if __name__ == "__main__":', "    main()"] if guarded else ["main()"]
            definitions, paragraphs = [*definitions, ["def main():", *body]], [call]
        return self.style.layout(definitions, paragraphs)

    # names and values

    def fresh(self, *names: str) -> str:
        """Reserve and return the first of the names that is not used yet."""
        for name in names:
            if name not in self.taken:
                break
        else:
            name = next(name for name in (*_more_names(names[0]),) if name not in self.taken)
        self.taken.add(name)
        return name

    def pick_unused(self, candidates: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        """Return one of the candidates, preferably one whose first item is no name of the program yet."""
        unused = [candidate for candidate in candidates if candidate[0] not in self.taken]
        return self.pick(unused or candidates)

    def any_fresh(self, *names: str) -> str:
        """Reserve and return one of the names that is not used yet."""
        return self.fresh(*self.sample(names, len(names)))

    def assign(self, name: str, text: str, value: Any) -> str:
        """Add an assignment and return the name."""
        self.lines(f"{name} = {text}")
        return self.holds(name, value)

    def holds(self, name: str, value: Any) -> str:
        """Record that a variable has a new value, which is not used yet; return the name."""
        self.taken.add(name)
        self.values[name] = value
        self.unread[name] = None
        return name

    def update(self, name: str, operator: str, operand: str, value: Any) -> None:
        """Add an augmented assignment, or the long form that the author prefers."""
        self.lines(self.updated(name, operator, operand))
        self.holds(name, value)

    def updated(self, name: str, operator: str, operand: str) -> str:
        """Return the line that changes a variable by an operand."""
        if self.style.augments:
            return f"{name} {operator}= {operand}"
        if " " in operand and operator not in "+":
            operand = f"({operand})"
        return f"{name} = {name} {operator} {operand}"

    def read(self, name: str) -> str:
        """Record that a variable is used, and return its name."""
        self.unread.pop(name, None)
        return name

    def find(self, fits: Callable[[Any], bool], unread_only: bool = False) -> str | None:
        """Return a variable whose known value fits, preferably one that is not used yet, or None."""
        found = [name for name in self.unread if self.values[name] is not None and fits(self.values[name])]
        if not found and not unread_only:
            found = [name for name, value in self.values.items() if value is not None and fits(value)]
        return self.pick(found) if found else None

    def feature(self, *names: str) -> None:
        """Record features of the program for its metadata."""
        for name in names:
            self.features[name] = None

    # typical values

    def length(self, low: int, high: int) -> int:
        """Return a number of items or rounds from `low` to `high`; under a low bound of events a small one."""
        return self.between(low, max(low, min(high, self.limit // 14)))

    def number(self, low: int = 1, high: int = 20) -> int:
        """Return an integer of the range; round numbers are likelier if the range is large."""
        value = self.between(low, high)
        if high - low > 90 and self.chance(0.5):
            value = max(low, value // 10 * 10)
        return value

    def numbers(self, low: int, high: int, count: int) -> list[int]:
        """Return a list of integers; often some are equal."""
        items = [self.between(low, high) for _ in range(count)]
        if count > 2 and self.chance(0.4):
            items[self.between(1, count - 1)] = items[0]
        return items

    def literal(self, value: Any) -> str:
        """Return the literal of a value, with the quotes of the author."""
        if isinstance(value, str):
            return self.style.quoted(value)
        if isinstance(value, list):
            return "[" + ", ".join(map(self.literal, value)) + "]"
        if isinstance(value, tuple):
            return "(" + ", ".join(map(self.literal, value)) + (",)" if len(value) == 1 else ")")
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.literal(key)}: {self.literal(item)}" for key, item in value.items()) + "}"
        return repr(value)

    def assign_literal(self, name: str, value: Any) -> str:
        """Assign a value by its literal; some authors write one item of a long literal per line."""
        if self.style.long_literals and self.limit > 100 and _is_long(value):
            if isinstance(value, dict):
                items = [f"    {self.literal(key)}: {self.literal(item)}," for key, item in value.items()]
            else:
                items = [f"    {self.literal(item)}," for item in value]
            opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
            self.lines(f"{name} = {opening}", *items, closing)
            return self.holds(name, value)
        return self.assign(name, self.literal(value), value)

    # variables of usual kinds: one that exists or a new one

    def take(self, fits: Callable[[Any], bool], make: Callable[[], str], reuse: float = 0.75) -> str:
        """Return an unread variable that fits, else the variable that `make` assigns."""
        if self.unread and self.chance(reuse):
            name = self.find(fits, unread_only=True)
            if name is not None:
                return self.read(name)
        return self.read(make())

    def number_list(self, low: int = 3, high: int = 7, positive: bool = False) -> str:
        """Return a variable that holds a list of integers."""

        def fits(value: Any) -> bool:
            return (
                type(value) is list
                and low <= len(value) <= high
                and all(type(item) is int for item in value)
                and (not positive or min(value) > 0)
            )

        def make() -> str:
            entry = self.pick(NUMBER_LISTS)
            least = max(1, entry.low) if positive else entry.low
            value = self.numbers(least, entry.high, self.length(low, high))
            return self.assign_literal(self.fresh(entry.plural, "numbers", "values", "data"), value)

        return self.take(fits, make)

    def word_list(self, low: int = 2, high: int = 6) -> str:
        """Return a variable that holds a list of strings."""

        def fits(value: Any) -> bool:
            return type(value) is list and low <= len(value) <= high and all(type(item) is str for item in value)

        def make() -> str:
            entry = self.pick(WORD_LISTS)
            value = self.sample(entry.words, self.length(low, high))
            if self.chance(0.3):
                value.append(value[0])
            return self.assign_literal(self.fresh(entry.plural, "words", "texts", "strings"), value)

        return self.take(fits, make)

    def mapping(self, low: int = 2, high: int = 5) -> str:
        """Return a variable that holds a dict from strings to integers."""

        def fits(value: Any) -> bool:
            return (
                type(value) is dict
                and low <= len(value) <= high
                and all(type(key) is str and type(item) is int for key, item in value.items())
            )

        def make() -> str:
            name, _, _, keys, least, most = self.pick(MAPPINGS)
            value = {key: self.number(least, most) for key in self.sample(WORDS_OF[keys], self.length(low, high))}
            return self.assign_literal(self.fresh(name, "table", "mapping", "lookup"), value)

        return self.take(fits, make)

    def pair_names(self, mapping: str) -> tuple[str, str]:
        """Return the names for a key and a value of the items of a mapping."""
        for name, key, value, *_ in MAPPINGS:
            if name == mapping:
                return self.loop_name(key), self.loop_name(value)
        return self.loop_name("key"), self.loop_name("value")

    def item_name(self, variable: str) -> str:
        """Return the name for one item of a list."""
        return self.loop_name(
            SINGULARS.get(variable, variable[:-1] if variable.endswith("s") and len(variable) > 3 else "item")
        )

    def loop_name(self, name: str) -> str:
        """Return a name for the variable of a loop: this one, unless a variable that is not a loop's has it.

        The other names are used for one loop only, so that two variables of the same loop have different names.
        """
        if name in self.values or name in KEYWORDS:
            return self.fresh("element", "each", "one", "member", "el", "cur")
        self.taken.add(name)
        return name

    # output

    def show(self, *names: str, label: str = "") -> None:
        """Print variables or expressions. Variables count as used."""
        for name in names:
            self.read(name)
        self.prints = True
        self.lines(f"print({self.shown(names, label)})")

    def shown(self, names: Sequence[str], label: str = "") -> str:
        """Return the arguments of `print` for variables or expressions, as the author writes them."""
        kind = self.style.show
        if len(names) > 1:
            return ", ".join(names)
        [name] = names
        label = label or (name if name.isidentifier() else "")
        if kind == "plain" or not label:
            return name
        label = label.replace("_", " ")
        if kind == "capital":
            return f"{self.style.quoted(label.capitalize() + ':')}, {name}"
        if kind == "label":
            return f"{self.style.quoted(label + ':')}, {name}"
        safe = name if self.style.quote not in name and "{" not in name and "\\" not in name else None
        if safe is None:
            return f"{self.style.quoted(label + ' =')}, {name}"
        separator = " = " if kind == "equals" else ": "
        return f"f{self.style.quoted(label + separator + '{' + safe + '}')}"

    def show_unread(self) -> None:
        """Print all variables that are not used yet."""
        names = list(self.unread)
        while names:
            count = self.between(1, 3) if len(names) > 2 or self.style.show == "plain" else 1
            self.show(*names[:count])
            names = names[count:]


def _is_long(value: Any) -> bool:
    """Return True for a dict, or a list of strings or tuples, with more than two items."""
    if isinstance(value, dict):
        return len(value) > 2
    return isinstance(value, list) and len(value) > 2 and isinstance(value[0], (str, tuple))


def _more_names(name: str) -> Sequence[str]:
    return (f"new_{name}", f"other_{name}", *(f"{name}{number}" for number in range(2, 30)))


def _with_hints(head: str, hints: tuple[str, ...], returns: str) -> str:
    name, _, rest = head.partition("(")
    inner = rest.rpartition(")")[0]
    parameters = []
    for parameter, hint in zip(inner.split(", ") if inner else [], hints, strict=True):
        spelled, equals, default = parameter.partition("=")
        parameters.append(f"{spelled}: {hint} = {default}" if equals else f"{spelled}: {hint}")
    return f"{name}({', '.join(parameters)})" + (f" -> {returns}:" if returns else ":")
