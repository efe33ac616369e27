"""Level 10: classes with methods, special methods and inheritance."""

from __future__ import annotations

from statecode.programs.generated.expressions import number_mapping, on
from statecode.programs.generated.words import WORDS_OF
from statecode.programs.generated.writer import Writer


def _class(w: Writer, name: str, *methods: tuple[str, ...], before: tuple[str, ...] = (), doc: str = "") -> None:
    """Define a class; a method is its head and its lines."""
    body = list(before)
    for method in methods:
        if body:
            body.append("")
        indent = "" if method[0].startswith("@") else "    "
        body += [method[0], *(indent + line for line in method[1:])]
    w.define(f"class {name}:" if "(" not in name else f"class {name}", *body, doc=doc)
    w.events += 4 + len(before) + sum(1 + method[0].startswith("@") for method in methods)
    w.paragraph()


def account(w: Writer) -> None:
    """Write a class whose objects keep a number."""
    name, field, more, less = w.pick_unused(
        (
            ("Account", "balance", "deposit", "withdraw"),
            ("Counter", "count", "increase", "decrease"),
            ("Player", "health", "heal", "hit"),
            ("Tank", "level", "fill", "drain"),
            ("Wallet", "money", "earn", "spend"),
            ("Elevator", "floor", "up", "down"),
            ("Shop", "stock", "buy", "sell"),
        )
    )
    name, variable = w.fresh(name), w.fresh(name.lower(), "thing")
    start, guard, k = w.number(0, 100), w.chance(0.7), w.between(1, 9)
    init = (
        ("def __init__(self):", f"self.{field} = {start}")
        if w.chance(0.4)
        else (f"def __init__(self, {field}={k}):", f"self.{field} = {field}")
    )
    down = (
        (
            f"def {less}(self, amount):",
            f"if amount > self.{field}:",
            "    return False",
            f"self.{field} -= amount",
            "return True",
        )
        if guard
        else (f"def {less}(self, amount=1):", f"self.{field} -= amount")
    )
    up = (f"def {more}(self, amount):", f"self.{field} += amount", *(["return self"] if w.chance(0.15) else []))
    methods = [init, up, down]
    if w.chance(0.35):
        methods.append(("def __repr__(self):", f"return f{w.style.quoted(name + '({self.' + field + '})')}"))
    _class(w, name, *methods, doc=f"Keeps a {field}.")
    arguments = "" if "=" not in init[0] else w.pick(("", str(start), f"{field}={start}"))
    w.lines(f"{variable} = {name}({arguments})", events=5)
    for _ in range(w.between(2, 4) if w.limit >= 60 else 1):
        method, amount = w.pick((more, less)), w.number(1, 60)
        w.events += 6
        if method == less and guard and w.chance(0.5):
            w.show(f"{variable}.{method}({amount})")
        else:
            w.lines(f"{variable}.{method}({amount})")
    w.show(f"{variable}.{field}", label=field)
    if len(methods) > 3:
        w.events += 4
        w.show(variable)


def shape(w: Writer) -> None:
    """Write a base class and classes that override one of its methods."""
    base, method, children = w.pick_unused(
        (
            (
                "Shape",
                "area",
                (
                    ("Rectangle", ("width", "height"), "self.width * self.height"),
                    ("Square", ("side",), "self.side ** 2"),
                    ("Triangle", ("base", "height"), "self.base * self.height / 2"),
                ),
            ),
            (
                "Animal",
                "sound",
                (
                    ("Dog", ("name",), 'self.name + " barks"'),
                    ("Cat", ("name",), 'self.name + " meows"'),
                    ("Cow", ("name",), '"moo"'),
                ),
            ),
            (
                "Employee",
                "pay",
                (
                    ("Worker", ("hours", "wage"), "self.hours * self.wage"),
                    ("Manager", ("salary", "bonus"), "self.salary + self.bonus"),
                    ("Intern", ("days",), "self.days * 50"),
                ),
            ),
            (
                "Vehicle",
                "cost",
                (
                    ("Car", ("distance",), "self.distance * 2 + 10"),
                    ("Bus", ("distance", "stops"), "self.distance + 3 * self.stops"),
                    ("Bike", ("hours",), "self.hours * 4"),
                ),
            ),
        )
    )
    base = w.fresh(base)
    default = w.pick(("return 0", "return None", "raise NotImplementedError"))
    described = w.chance(0.4)
    describe = (
        [("def describe(self):", f"return f{w.style.quoted('{type(self).__name__}: {self.' + method + '()}')}")]
        if described
        else []
    )
    _class(w, base, (f"def {method}(self):", default), *describe)
    objects = []
    for name, fields, text in w.sample(children, w.between(1, 3)):
        name = w.fresh(name)
        text = text.replace('"', w.style.quote)
        _class(
            w,
            f"{name}({base}):",
            (f"def __init__(self, {', '.join(fields)}):", *(f"self.{field} = {field}" for field in fields)),
            (f"def {method}(self):", f"return {text}"),
        )
        arguments = ", ".join(
            w.literal(w.pick(WORDS_OF["names"])) if field == "name" else str(w.number(1, 30)) for field in fields
        )
        objects.append(f"{name}({arguments})")
    called = "describe()" if described else f"{method}()"
    if len(objects) > 1:
        listed, item = w.fresh(f"{base.lower()}s", "things"), w.loop_name(w.pick((base.lower(), "item", "x")))
        w.lines(
            f"{listed} = [{', '.join(objects)}]",
            f"for {item} in {listed}:",
            f"    print({item}.{called})",
            events=4 + 14 * len(objects),
        )
        w.prints = True
    else:
        variable = w.fresh(base.lower(), "thing")
        w.lines(f"{variable} = {objects[0]}", events=5)
        w.events += 9
        w.show(f"{variable}.{called}")
        if w.chance(0.4):
            w.show(f"isinstance({variable}, {base})")


def container(w: Writer) -> None:
    """Write a stack, a queue or another container."""
    name, add, take, place = w.pick_unused(
        (
            ("Stack", "push", "pop", ""),
            ("Queue", "enqueue", "dequeue", "0"),
            ("Inbox", "receive", "read", "0"),
            ("History", "visit", "back", ""),
        )
    )
    name, variable, field = w.fresh(name), w.fresh(name.lower(), "box"), w.pick(("items", "items", "_items", "data"))
    if variable == name:
        variable = w.fresh("box")
    empty = w.pick(
        (("if not self.{f}:", "    return None"), ("if len(self.{f}) == 0:", f"    return {w.literal('empty')}"), ())
    )
    taken = (f"def {take}(self):", *(line.replace("{f}", field) for line in empty), f"return self.{field}.pop({place})")
    extra = w.pick(
        (
            ("def __len__(self):", f"return len(self.{field})"),
            ("def is_empty(self):", f"return not self.{field}"),
            ("def peek(self):", f"return self.{field}[-1] if self.{field} else None"),
            ("def __contains__(self, item):", f"return item in self.{field}"),
        )
    )
    _class(
        w,
        name,
        ("def __init__(self):", f"self.{field} = []"),
        (f"def {add}(self, item):", f"self.{field}.append(item)"),
        taken,
        extra,
    )
    words = w.chance(0.4)
    items = [
        w.literal(x)
        for x in (w.sample(WORDS_OF["items"], w.length(2, 4)) if words else w.numbers(1, 30, w.length(2, 4)))
    ]
    w.lines(f"{variable} = {name}()", events=4)
    if w.chance(0.5):
        item = w.loop_name("item")
        w.lines(f"for {item} in [{', '.join(items)}]:", f"    {variable}.{add}({item})", events=1 + 5 * len(items))
    else:
        w.lines(*(f"{variable}.{add}({item})" for item in items), events=4 * len(items))
    takes = len(items) + 1 if empty and w.chance(0.3) else w.between(1, len(items))
    w.events += 6 * takes + 8
    if takes > 2:
        i = w.loop_name("_")
        w.lines(f"for {i} in range({takes}):", f"    print({variable}.{take}())", events=2 * takes)
        w.prints = True
    else:
        for _ in range(takes):
            w.show(f"{variable}.{take}()")
    w.show(
        {
            "__len__": f"len({variable})",
            "is_empty": f"{variable}.is_empty()",
            "peek": f"{variable}.peek()",
            "__contains__": f"{items[0]} in {variable}",
        }[extra[0].split("(")[0][4:]]
    )


def value_object(w: Writer) -> None:
    """Write a class with operators and a text form."""
    name, a, b = w.pick_unused(
        (
            ("Point", "x", "y"),
            ("Vector", "x", "y"),
            ("Money", "euros", "cents"),
            ("Fraction", "top", "bottom"),
            ("Size", "width", "height"),
            ("Score", "home", "away"),
        )
    )
    name = w.fresh(name)
    text = w.pick(
        (f"{name}({{self.{a}}}, {{self.{b}}})", f"({{self.{a}}}, {{self.{b}}})", f"{{self.{a}}}/{{self.{b}}}")
    )
    special = w.pick(("__repr__", "__str__", "__repr__"))
    mapping = number_mapping(w)
    methods = w.sample(
        (
            ("def __add__(self, other):", f"return {name}(self.{a} + other.{a}, self.{b} + other.{b})"),
            ("def __eq__(self, other):", f"return self.{a} == other.{a} and self.{b} == other.{b}"),
            ("def __lt__(self, other):", f"return self.{a} < other.{a}"),
            ("def scaled(self, factor):", f"return {name}(self.{a} * factor, self.{b} * factor)"),
            ("def total(self):", f"return self.{a} + self.{b}"),
            ("def changed(self):", f"return {name}({on(mapping.text, f'self.{a}')}, self.{b})"),
            ("def move(self, step):", f"self.{a} += step", f"self.{b} -= step"),
        ),
        w.between(1, 3),
    )
    _class(
        w,
        name,
        (f"def __init__(self, {a}, {b}):", f"self.{a} = {a}", f"self.{b} = {b}"),
        (f"def {special}(self):", f"return f{w.style.quoted(text)}"),
        *methods,
    )
    first, second = w.fresh("p", "a", "first"), w.fresh("q", "b", "second")
    one, two = w.numbers(-5, 20, 2), w.numbers(0, 20, 2)
    w.lines(f"{first} = {name}({one[0]}, {one[1]})", events=6)
    heads = [method[0] for method in methods]
    if any("other" in head for head in heads):
        w.lines(f"{second} = {name}({two[0]}, {two[1]})", events=6)
    for head in heads:
        w.events += 16
        if "__add__" in head:
            w.show(f"{first} + {second}")
        elif "__eq__" in head:
            w.show(f"{first} == {second}")
        elif "__lt__" in head:
            w.show(f"{first} < {second}")
        elif "scaled" in head:
            w.show(f"{first}.scaled({w.between(2, 9)})")
        elif "total" in head:
            w.show(f"{first}.total()")
        elif "changed" in head:
            w.show(f"{first}.changed()")
        else:
            w.lines(f"{first}.move({w.between(1, 9)})")
    w.events += 4
    w.show(first)


def shared(w: Writer) -> None:
    """Write a class with a class attribute, a property or a static method."""
    name, field = w.pick_unused(
        (("User", "name"), ("Ticket", "owner"), ("Robot", "label"), ("Student", "name"), ("Item", "title"))
    )
    name = w.fresh(name)
    count = w.pick(("count", "created", "total"))
    kind = w.between(0, 2)
    methods: list[tuple[str, ...]] = [
        (
            f"def __init__(self, {field}):",
            f"self.{field} = {field}",
            f"{name}.{count} += 1",
            f"self.number = {name}.{count}",
        )
    ]
    if kind == 1:
        methods.append(("@property", "def short(self):", f"    return self.{field}[:2]"))
    elif kind == 2:
        methods.append(("@classmethod", "def how_many(cls):", f"    return cls.{count}"))
    _class(w, name, *methods, before=(f"{count} = 0",))
    chosen = w.sample(WORDS_OF["names"], w.length(2, 3))
    listed, item = w.fresh(f"{name.lower()}s", "objects"), w.loop_name(name.lower())
    w.lines(
        f"{listed} = [{', '.join(f'{name}({w.literal(one)})' for one in chosen)}]",
        f"for {item} in {listed}:",
        f"    print({item}.number, {item}.{'short' if kind == 1 else field})",
        events=4 + 12 * len(chosen),
    )
    w.prints = True
    w.events += 4
    w.show(f"{name}.how_many()" if kind == 2 else f"{name}.{count}")


def linked(w: Writer) -> None:
    """Write a linked list or a tree."""
    node = w.fresh("Node", "Cell")
    values, value = w.numbers(1, 20, w.length(2, 4)), w.loop_name("value")
    if w.chance(0.5):
        _class(w, node, ("def __init__(self, value, next=None):", "self.value = value", "self.next = next"))
        head, item = w.fresh("head", "first"), w.fresh("node", "current")
        if w.chance(0.5):
            w.lines(
                f"{head} = {node}({values[0]}"
                + "".join(f", {node}({number}" for number in values[1:])
                + ")" * len(values),
                events=6 * len(values),
            )
        else:
            w.lines(
                f"{head} = None",
                f"for value in {values}:",
                f"    {head} = {node}(value, {head})",
                events=2 + 7 * len(values),
            )
        total = w.any_fresh("total", "count", "length")
        part = "1" if total in ("count", "length") else f"{item}.value"
        w.lines(
            f"{total} = 0",
            f"{item} = {head}",
            f"while {item}:" if w.chance(0.4) else f"while {item} is not None:",
            "    " + w.updated(total, "+", part),
            f"    {item} = {item}.next",
            events=4 + 4 * len(values),
        )
        w.show(total)
    else:
        tree = w.fresh("Tree", "Branch")
        _class(
            w,
            tree,
            ("def __init__(self, value):", "self.value = value", "self.left = None", "self.right = None"),
            (
                "def insert(self, value):",
                "if value < self.value:",
                "    if self.left is None:",
                f"        self.left = {tree}(value)",
                "    else:",
                "        self.left.insert(value)",
                "elif self.right is None:",
                f"    self.right = {tree}(value)",
                "else:",
                "    self.right.insert(value)",
            ),
            (
                "def in_order(self):",
                "left = self.left.in_order() if self.left else []",
                "right = self.right.in_order() if self.right else []",
                "return left + [self.value] + right",
            ),
        )
        root = w.fresh("root", "top")
        w.lines(
            f"{root} = {tree}({values[0]})",
            f"for {value} in {values[1:]}:",
            f"    {root}.insert({value})",
            events=10 + len(values) * 14,
        )
        w.events += 10 * len(values) + 20
        w.show(f"{root}.in_order()")


PARTS = (account, account, shape, container, value_object, value_object, shared, linked)
