"""Level 12: programs that parse their standard input, with inputs that fit."""

from __future__ import annotations

from collections.abc import Callable

from statecode.programs.generated.expressions import number_mapping, number_test, on
from statecode.programs.generated.words import WORDS_OF
from statecode.programs.generated.writer import Writer


def _inputs(w: Writer, make: Callable[[], list[str]]) -> None:
    """Make one to three inputs. The program ends after each line end is read, so the last line has one too."""
    for _ in range(w.between(1, 3)):
        w.inputs.append("\n".join(make()) + "\n")
    w.prints = True


def numbers(w: Writer) -> None:
    """Read integers from one line, sometimes after their number."""
    low, high = w.pick(((-9, 30), (0, 100), (1, 12)))
    values = w.any_fresh("values", "numbers", "nums", "a", "data")
    item = w.loop_name(
        {"values": "value", "numbers": "number", "nums": "num", "a": "x", "data": "x"}.get(values, "item")
    )
    size = w.length(2, 6)
    has_count = w.chance(0.6)
    w.paragraph(w.pick(("", "read the input")))
    count = w.any_fresh("n", "count", "size")
    if has_count:
        w.lines(f"{count} = int(input())")
    w.lines(
        w.pick(
            (f"{values} = list(map(int, input().split()))", f"{values} = [int({item}) for {item} in input().split()]")
        ),
        events=6 + 2 * size,
    )
    sample = w.numbers(low, high, size)
    for _ in range(w.between(1, 2)):
        _process(w, values, item, size, sample, count if has_count else f"len({values})")

    def make() -> list[str]:
        line = w.numbers(low, high, w.between(2, size))
        return [*([str(len(line))] if has_count else []), " ".join(map(str, line))]

    _inputs(w, make)


def _process(w: Writer, values: str, item: str, size: int, sample: list[int], count: str) -> None:
    """Write what is done with a list of integers."""
    test, mapping = number_test(w, sample), number_mapping(w)
    kind = w.between(0, 7)
    w.paragraph()
    if kind == 0:
        total = w.any_fresh("total", "answer", "result")
        w.lines(
            f"{total} = 0",
            f"for {item} in {values}:",
            f"    if {on(test.text, item)}:",
            "        " + w.updated(total, "+", item),
            events=2 + 3 * size,
        )
        w.show(total)
    elif kind == 1:
        w.show(
            w.pick(
                (
                    f"max({values}) - min({values})",
                    f"sum({values})",
                    f"sum({values}) // {count}",
                    f"sorted({values})",
                    f"{values}[::-1]",
                    f"max({values})",
                )
            )
        )
    elif kind == 2:
        w.lines(f"for {item} in {values}:", f"    print({on(mapping.text, item)})", events=1 + 2 * size)
    elif kind == 3:
        w.lines(f"print(*sorted({values}{w.pick(('', ', reverse=True'))}))")
    elif kind == 4:
        i, best = w.loop_name("i"), w.any_fresh("best", "position", "where")
        symbol = w.pick((">", "<"))
        w.lines(
            f"{best} = 0",
            f"for {i} in range({count}):",
            f"    if {values}[{i}] {symbol} {values}[{best}]:",
            f"        {best} = {i}",
            events=2 + 3 * size,
        )
        w.show(f"{best} + 1" if w.chance(0.4) else best)
    elif kind == 5:
        w.events += 6 + 3 * size
        w.show(f"sum(1 for {item} in {values} if {on(test.text, item)})")
    elif kind == 6:
        text = w.literal(w.pick((" ", ", ", "-")))
        w.lines(f"print({text}.join(str({on(mapping.text, item)}) for {item} in {values}))", events=8 + 3 * size)
    else:
        w.lines(
            f"if len(set({values})) == len({values}):",
            f"    print({w.literal(w.pick(('YES', 'all different', 'unique')))})",
            "else:",
            f"    print({w.literal(w.pick(('NO', 'repeated', 'duplicates')))})",
            events=2,
        )


def cases(w: Writer) -> None:
    """Read a number of test cases, then one line per case."""
    first, second = w.pick((("a", "b"), ("x", "y"), ("left", "right"), ("width", "height"), ("p", "q")))
    names = [w.fresh(first, "first"), w.fresh(second, "second")]
    a, b = names
    count, most = w.any_fresh("t", "cases", "n", "tests"), w.length(2, 4)
    k = w.between(2, 9)
    expression = w.pick(
        (
            f"{a} + {b}",
            f"{a} * {b}",
            f"{a} - {b}",
            f"max({a}, {b})",
            f"abs({a} - {b})",
            f"{a} % {b}",
            f"{a} // {b}",
            f"{a} * {k} + {b}",
            f"{a}, {b}",
            f"({a} + {b}) % {k}",
            f"{a} ** 2 + {b}",
        )
    )
    w.paragraph()
    body = [f"    {a}, {b} = map(int, input().split())"]
    if w.chance(0.4):
        symbol = w.pick(("<", ">", "=="))
        body += [
            f"    if {a} {symbol} {b}:",
            f"        print({expression})",
            "    else:",
            f"        print({w.pick((f'{b} - {a}', w.literal('no'), b, '0'))})",
        ]
    elif w.chance(0.3):
        i = w.loop_name("case")
        body.append(
            f"    print(f{w.style.quoted('Case #{' + i + ' + 1}: {' + expression + '}')})"
            if "," not in expression
            else f"    print({i}, {expression})"
        )
    else:
        body.append(f"    print({expression})")
    loop = next((name for name in ("case",) if name in "".join(body)), "_")
    if w.chance(0.6):
        w.lines(f"{count} = int(input())", f"for {loop} in range({count}):", *body, events=3 + 4 * most)
    else:
        w.lines(f"for {loop} in range(int(input())):", *body, events=2 + 4 * most)

    def make() -> list[str]:
        rows = [f"{w.between(-9, 60)} {w.between(1, 20)}" for _ in range(w.between(1, most))]
        return [str(len(rows)), *rows]

    _inputs(w, make)


def until_end(w: Writer) -> None:
    """Read lines until a last line or the end of the input."""
    size = w.length(2, 5)
    total, line = w.any_fresh("total", "result", "answer"), w.any_fresh("line", "text", "entry")
    end: str | None = w.pick(("0", "end", "stop", ""))
    kind = w.between(0, 2)
    w.paragraph("read until the end")
    if kind == 0:
        w.lines(
            f"{total} = 0",
            f"{line} = input()",
            f"while {line} != {w.literal(end)}:",
            "    " + w.updated(total, "+", f"int({line})"),
            f"    {line} = input()",
            events=4 + 3 * size,
        )
    elif kind == 1:
        w.lines(
            f"{total} = 0",
            "while True:",
            f"    {line} = input()",
            f"    if {line} == {w.literal(end)}:",
            "        break",
            "    " + w.updated(total, "+", f"int({line})"),
            events=6 + 4 * (size + 1),
        )
    else:
        end = None
        w.lines(
            f"{total} = 0",
            "while True:",
            "    try:",
            f"        {line} = input()",
            "    except EOFError:",
            "        break",
            "    " + w.updated(total, "+", f"int({line})"),
            events=10 + 4 * (size + 1),
        )
    w.show(total)
    _inputs(
        w, lambda: [*(str(w.between(1, 40)) for _ in range(w.between(1, size))), *([end] if end is not None else [])]
    )


def table(w: Writer) -> None:
    """Read names with numbers into a dict."""
    data, size = w.any_fresh("scores", "table", "stock", "points"), w.length(2, 5)
    name, value = w.loop_name("name"), w.loop_name("value")
    separator = w.pick(("", "", ":", "=", ","))
    split = f"input().split({w.literal(separator) if separator else ''})"
    w.paragraph()
    w.lines(f"{data} = {{}}", "for _ in range(int(input())):", f"    {name}, {value} = {split}")
    w.lines(
        w.pick((f"    {data}[{name}] = {data}.get({name}, 0) + int({value})", f"    {data}[{name}] = int({value})")),
        events=3 * size,
    )
    w.paragraph()
    kind = w.between(0, 3)
    if kind == 0:
        w.lines(f"for {name} in sorted({data}):", f"    print({name}, {data}[{name}])", events=1 + 2 * size)
    elif kind == 1:
        w.show(f"max({data}, key={data}.get)")
    elif kind == 2:
        bound = w.between(5, 25)
        w.lines(
            f"for {name}, {value} in {data}.items():",
            f"    if {value} >= {bound}:",
            f"        print({name})",
            events=1 + 3 * size,
        )
        w.show(f"len({data})")
    else:
        w.show(f"sum({data}.values())")
        w.show(f"min({data}.values())")
    w.events += 4

    def make() -> list[str]:
        words = w.sample(WORDS_OF["names"], w.between(2, size))
        if len(words) > 2 and w.chance(0.4):
            words[-1] = words[0]
        return [str(len(words)), *(f"{word}{separator or ' '}{w.between(0, 40)}" for word in words)]

    _inputs(w, make)


def commands(w: Writer) -> None:
    """Read commands and carry them out."""
    add, remove, show = w.pick(
        (("push", "pop", "show"), ("add", "remove", "print"), ("enter", "leave", "list"), ("in", "out", "size"))
    )
    items, command = w.any_fresh("stack", "items", "queue"), w.loop_name("command")
    place = "0" if items == "queue" else ""
    size = w.length(3, 6)
    shown = w.pick((items, f"len({items})", f"*{items}"))
    w.paragraph()
    w.lines(
        f"{items} = []",
        "for _ in range(int(input())):",
        f"    {command} = input().split()",
        f"    if {command}[0] == {w.literal(add)}:",
        f"        {items}.append({command}[1])",
        f"    elif {command}[0] == {w.literal(remove)}:",
        f"        if {items}:",
        f"            {items}.pop({place})",
        "    else:",
        f"        print({shown})",
        events=3 + 7 * size,
    )
    w.show(f"len({items})" if shown == items else items)
    words = WORDS_OF["names"] if add == "enter" else tuple(map(str, range(1, 30)))

    def make() -> list[str]:
        rows = [f"{add} {w.pick(words)}"]
        for _ in range(w.between(1, size - 1)):
            rows.append(w.pick((f"{add} {w.pick(words)}", f"{add} {w.pick(words)}", remove, show)))
        return [str(len(rows)), *rows]

    _inputs(w, make)


def text_lines(w: Writer) -> None:
    """Read lines of text."""
    line, size = w.any_fresh("text", "line", "s", "word"), 14
    w.paragraph()
    kind = w.between(0, 4)
    letter = w.pick("aeo")
    w.lines(f"{line} = input(){w.pick(('', '.strip()', '.lower()'))}")
    if kind == 0:
        w.show(f"{line}[::-1]")
        w.show(f"len({line})")
    elif kind == 1:
        ch, count = w.loop_name("ch"), w.any_fresh("count", "vowels", "hits")
        w.lines(
            f"{count} = 0",
            f"for {ch} in {line}:",
            f"    if {ch} in {w.literal('aeiou')}:",
            "        " + w.updated(count, "+", "1"),
            events=2 + 3 * size,
        )
        w.show(count)
    elif kind == 2:
        word = w.loop_name("part")
        w.lines(f"for {word} in {line}.split():", f"    print({word}.capitalize(), len({word}))", events=1 + 2 * 4)
    elif kind == 3:
        w.lines(
            f"if {line} == {line}[::-1]:",
            f"    print({w.literal('palindrome')})",
            "else:",
            f"    print({w.literal('no palindrome')})",
            events=2,
        )
    else:
        w.show(f"{line}.count({w.literal(letter)})")
        w.show(f"{line}.replace({w.literal(letter)}, {w.literal('*')})")
    _inputs(
        w,
        lambda: [
            w.pick(
                (
                    "noon",
                    "hello world",
                    "Level",
                    "a b c",
                    "banana",
                    "python code",
                    "kayak",
                    "one two",
                    "x y",
                    "tea time",
                )
            )
        ],
    )


def grid(w: Writer) -> None:
    """Read the size of a grid and its rows."""
    rows, columns, data = (
        w.fresh("rows", "r", "h"),
        w.fresh("columns", "c", "w"),
        w.any_fresh("grid", "matrix", "board"),
    )
    size = w.length(2, 3)
    row, test = w.loop_name("row"), number_test(w, list(range(10)))
    w.paragraph()
    w.lines(
        f"{rows}, {columns} = map(int, input().split())",
        f"{data} = []",
        f"for _ in range({rows}):",
        f"    {data}.append(list(map(int, input().split())))",
        events=3 + 2 * size,
    )
    kind = w.between(0, 3)
    cells = size * size
    if kind == 0:
        w.lines(f"for {row} in {data}:", f"    print(sum({row}))", events=1 + 2 * size)
        w.show(f"{rows} * {columns}")
    elif kind == 1:
        total, cell = w.any_fresh("total", "count"), w.loop_name("cell")
        w.lines(
            f"{total} = 0",
            f"for {row} in {data}:",
            f"    for {cell} in {row}:",
            f"        if {on(test.text, cell)}:",
            "            " + w.updated(total, "+", "1"),
            events=2 + 2 * size + 3 * cells,
        )
        w.show(total)
        w.show(columns)
    elif kind == 2:
        j = w.loop_name("j")
        w.lines(
            f"for {j} in range({columns}):",
            f"    print(sum({row}[{j}] for {row} in {data}))",
            events=1 + 2 * size + 8 * size + 3 * cells,
        )
    else:
        i, j = w.loop_name("i"), w.loop_name("j")
        best = w.any_fresh("best", "largest")
        w.lines(
            f"{best} = {data}[0][0]",
            f"for {i} in range({rows}):",
            f"    for {j} in range({columns}):",
            f"        if {data}[{i}][{j}] > {best}:",
            f"            {best} = {data}[{i}][{j}]",
            events=2 + 2 * size + 3 * cells,
        )
        w.show(best)

    def make() -> list[str]:
        width, height = w.between(1, size), w.between(1, size)
        return [f"{height} {width}", *(" ".join(str(w.between(0, 9)) for _ in range(width)) for _ in range(height))]

    _inputs(w, make)


PARTS = (numbers, numbers, numbers, cases, cases, until_end, table, commands, text_lines, grid)
