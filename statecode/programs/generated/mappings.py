"""Level 6: dicts and sets. Sets contain integers only, whose order does not depend on a seed of hashes."""

from __future__ import annotations

from typing import Any

from statecode.programs.generated.expressions import number_test, on
from statecode.programs.generated.words import MAPPINGS, WORDS_OF
from statecode.programs.generated.writer import Writer


def look_up(w: Writer) -> None:
    """Read and change the values of keys."""
    w.paragraph()
    name = w.mapping()
    table = dict(w.values[name])
    words = next((WORDS_OF[entry[3]] for entry in MAPPINGS if entry[0] == name), ("x", "y", "z"))
    unused = [word for word in words if word not in table] or ["other"]
    for _ in range(w.between(2, 4)):
        kind = w.between(0, 8)
        key, new = w.pick(list(table)) if table else "none", w.pick(unused)
        q, number = w.literal(key), w.number(1, 30)
        if kind <= 1 or not table:
            w.lines(f"{name}[{w.literal(new)}] = {number}")
            table[new] = number
        elif kind == 2:
            w.lines(f"{name}[{q}] += {number}")
            table[key] += number
        elif kind == 3:
            found = w.any_fresh("value", "found", "answer")
            if w.chance(0.6):
                w.assign(found, f"{name}.get({w.literal(new)}, 0)", table.get(new, 0))
            else:
                w.assign(found, f"{name}.get({q})", table[key])
        elif kind == 4:
            w.assign(w.any_fresh("current", "amount", "result"), f"{name}[{q}]", table[key])
        elif kind == 5 and len(table) > 1:
            w.assign(w.any_fresh("removed", "gone"), f"{name}.pop({q})", table.pop(key))
        elif kind == 6 and len(table) > 1:
            w.lines(f"del {name}[{q}]")
            del table[key]
        elif kind == 7:
            if w.chance(0.5):
                w.lines(f"if {w.literal(new)} not in {name}:", f"    {name}[{w.literal(new)}] = {number}")
            else:
                w.lines(f"{name}.setdefault({w.literal(new)}, {number})")
            table.setdefault(new, number)
        else:
            w.lines(f"{name}.update({{{q}: {number}, {w.literal(new)}: {number + 1}}})")
            table.update({key: number, new: number + 1})
    w.holds(name, table)
    if w.chance(0.4):
        w.assign(w.fresh("size", "entries"), f"len({name})", len(table))


def count(w: Writer) -> None:
    """Count equal items with a dict."""
    w.paragraph("count how often each one occurs")
    kind = w.between(0, 2)
    if kind == 0:
        name = w.any_fresh("text", "word", "s")
        text = w.pick(
            ("banana", "hello", "mississippi", "abracadabra", "aabbb", "noon", "letters", "tattoo", "zoo", "cabbage")
        )[: max(3, w.limit // 14)]
        w.assign(name, w.literal(text), text)
        items, item = list(text), w.loop_name(w.pick(("letter", "ch", "c")))
        w.read(name)
    else:
        name = w.word_list(3, 6) if kind == 1 else w.number_list(4, 8)
        items, item = w.values[name], w.item_name(name)
        if kind == 1 and len(items) < 6:
            w.lines(f"{name}.append({w.literal(items[0])})")
            items = [*items, items[0]]
            w.values[name] = items
    counts = w.any_fresh("counts", "freq", "frequency", "seen", "tally")
    style = w.between(0, 2)
    if style == 0:
        body = [f"    {counts}[{item}] = {counts}.get({item}, 0) + 1"]
    elif style == 1:
        body = [
            f"    if {item} in {counts}:",
            f"        {counts}[{item}] += 1",
            "    else:",
            f"        {counts}[{item}] = 1",
        ]
    else:
        body = [f"    if {item} not in {counts}:", f"        {counts}[{item}] = 0", f"    {counts}[{item}] += 1"]
    w.lines(f"{counts} = {{}}", f"for {item} in {name}:", *body, events=2 + len(items) * (1 + min(3, len(body))))
    tally = {key: items.count(key) for key in dict.fromkeys(items)}
    w.holds(counts, tally)
    if w.chance(0.5):
        w.assign(
            w.any_fresh("most_common", "winner", "top"),
            f"max({w.read(counts)}, key={counts}.get)",
            max(tally, key=lambda key: tally[key]),
        )


def walk(w: Writer) -> None:
    """Loop over the items of a dict."""
    w.paragraph()
    name = w.mapping(3, 5)
    table, size = w.values[name], len(w.values[name])
    key, value = w.pair_names(name)
    test = number_test(w, list(table.values()))
    kind = w.between(0, 5)
    if kind == 0:
        items = w.pick((f"{name}.items()", f"{name}.items()", f"sorted({name}.items())"))
        shown = f"{key}, {value}" if w.chance(0.7) else f"f{w.style.quoted('{' + key + '}: {' + value + '}')}"
        w.lines(f"for {key}, {value} in {items}:", f"    print({shown})", events=1 + 2 * size)
        w.prints = True
    elif kind == 1:
        total = w.any_fresh("total", "whole", "all_together")
        if w.chance(0.5):
            w.assign(total, f"sum({name}.values())", sum(table.values()))
        else:
            w.lines(
                f"{total} = 0",
                f"for {key} in {name}:",
                "    " + w.updated(total, "+", f"{name}[{key}]"),
                events=2 + 2 * size,
            )
            w.holds(total, sum(table.values()))
    elif kind == 2:
        chosen = w.any_fresh("chosen", "selected", "found", "names_found")
        w.lines(
            f"{chosen} = []",
            f"for {key}, {value} in {name}.items():",
            f"    if {on(test.text, value)}:",
            f"        {chosen}.append({key})",
            events=2 + 3 * size,
        )
        w.holds(chosen, [k for k, v in table.items() if test.holds(v)])
    elif kind == 3:
        best, most = w.any_fresh("best", "leader", "top_key"), w.any_fresh("most", "highest", "maximum")
        least = min(0, *table.values()) - 1
        w.lines(
            f"{best} = None",
            f"{most} = {least}",
            f"for {key}, {value} in {name}.items():",
            f"    if {value} > {most}:",
            f"        {best} = {key}",
            f"        {most} = {value}",
            events=3 + 4 * size,
        )
        w.holds(best, max(table, key=lambda k: table[k]))
        w.holds(most, max(table.values()))
    elif kind == 4:
        inverse = w.any_fresh("inverse", "by_value", "flipped")
        w.lines(
            f"{inverse} = {{}}",
            f"for {key}, {value} in {name}.items():",
            f"    {inverse}[{value}] = {key}",
            events=2 + 2 * size,
        )
        w.holds(inverse, {v: k for k, v in table.items()})
    else:
        change = w.between(1, 9)
        w.lines(
            f"for {key} in {name}:",
            f"    {name}[{key}] += {change}" if w.chance(0.6) else f"    {name}[{key}] = {name}[{key}] + {change}",
            events=1 + 2 * size,
        )
        w.holds(name, {k: v + change for k, v in table.items()})


def group(w: Writer) -> None:
    """Group items in lists by a property."""
    name = w.word_list(3, 6)
    w.paragraph("group the items")
    items, item = w.values[name], w.item_name(name)
    groups = w.any_fresh("groups", "by_length", "by_letter", "buckets", "index")
    text, key_of = (
        (f"len({item})", len)
        if groups == "by_length" or w.chance(0.4) and groups != "by_letter"
        else (f"{item}[0]", lambda text: text[:1])
    )
    size = len(items)
    if w.chance(0.4):
        body = [f"    {groups}.setdefault({text}, []).append({item})"]
    else:
        key = w.loop_name(w.pick(("key", "k")))
        body = [
            f"    {key} = {text}",
            f"    if {key} not in {groups}:",
            f"        {groups}[{key}] = []",
            f"    {groups}[{key}].append({item})",
        ]
    w.lines(f"{groups} = {{}}", f"for {item} in {name}:", *body, events=2 + size * (1 + len(body)))
    table: dict[object, list[str]] = {}
    for word in items:
        table.setdefault(key_of(word), []).append(word)
    w.holds(groups, table)


def sets(w: Writer) -> None:
    """Combine sets of integers."""
    w.paragraph()
    first, second = w.pick(
        (
            ("a", "b"),
            ("first", "second"),
            ("left", "right"),
            ("monday", "friday"),
            ("old_ids", "new_ids"),
            ("mine", "yours"),
        )
    )
    if first in w.taken or second in w.taken:
        return unique(w)
    one, two = set(w.numbers(0, 12, w.length(3, 6))), set(w.numbers(0, 12, w.length(2, 6)))
    for name, value in ((first, one), (second, two)):
        w.assign(name, "{" + ", ".join(map(str, sorted(value))) + "}", value)
        w.read(name)
    probe = w.between(0, 12)
    found = w.sample(
        (
            ("common", f"sorted({first} & {second})", sorted(one & two)),
            ("both", f"sorted({first} | {second})", sorted(one | two)),
            ("only_left", f"sorted({first} - {second})", sorted(one - two)),
            ("different", f"sorted({first} ^ {second})", sorted(one ^ two)),
            ("is_subset", f"{first} <= {second}", one <= two),
            ("size", f"len({first} | {second})", len(one | two)),
            ("disjoint", f"{first}.isdisjoint({second})", one.isdisjoint(two)),
            ("has_it", f"{probe} in {first}", probe in one),
            ("union_size", f"len({first}.union({second}))", len(one | two)),
            ("total", f"sum({first})", sum(one)),
        ),
        w.between(1, 3),
    )
    if w.chance(0.4):
        new = w.between(13, 20)
        w.lines(f"{first}.add({new})")
        one.add(new)
        found = [("merged", f"sorted({first} | {second})", sorted(one | two)), ("size", f"len({first})", len(one))]
    for new_name, text, result in found:
        w.assign(w.fresh(new_name, f"{new_name}_value"), text, result)
    return None


def unique(w: Writer) -> None:
    """Find duplicates with a set."""
    w.paragraph("find what occurs twice")
    name = w.number_list(4, 8)
    items, item = w.values[name], w.item_name(name)
    seen, twice = w.fresh("seen", "known", "visited"), w.any_fresh("twice", "repeated", "duplicates")
    body = [f"    if {item} in {seen}:", f"        {twice}.append({item})"]
    body += ["    else:", f"        {seen}.add({item})"] if w.chance(0.6) else [f"    {seen}.add({item})"]
    w.lines(f"{seen} = set()", f"{twice} = []", f"for {item} in {name}:", *body, events=3 + 4 * len(items))
    known: set[int] = set()
    again = []
    for value in items:
        if value in known:
            again.append(value)
        known.add(value)
    w.holds(twice, again)
    w.assign(w.fresh("distinct", "different"), f"len({seen})", len(known))


def records(w: Writer) -> None:
    """Use nested dicts or a list of dicts."""
    w.paragraph()
    name = w.any_fresh("people", "users", "records", "students")
    chosen = w.sample(WORDS_OF["names"], w.length(2, 3))
    rows: list[dict[str, Any]] = [{"name": who, "age": w.number(8, 70)} for who in chosen]
    person = w.loop_name(
        {"people": "person", "users": "user", "records": "record", "students": "student"}.get(name, "entry")
    )
    age, label = w.literal("age"), w.literal("name")
    w.lines(f"{name} = [", *(f"    {w.literal(row)}," for row in rows), "]")
    w.holds(name, rows)
    w.read(name)
    size = len(rows)
    kind = w.between(0, 2)
    if kind == 0:
        bound = w.pick(rows)["age"]
        w.lines(
            f"for {person} in {name}:",
            f"    if {person}[{age}] >= {bound}:",
            f"        print({person}[{label}])",
            events=1 + 3 * size,
        )
        w.prints = True
    elif kind == 1:
        total = w.any_fresh("total", "age_sum", "years")
        w.lines(
            f"{total} = 0",
            f"for {person} in {name}:",
            "    " + w.updated(total, "+", f"{person}[{age}]"),
            events=2 + 2 * size,
        )
        w.holds(total, sum(int(row["age"]) for row in rows))
    else:
        w.lines(
            f"for {person} in {name}:",
            f"    {person}[{w.literal('adult')}] = {person}[{age}] >= 18",
            f"    print({person}[{label}], {person}[{w.literal('adult')}])",
            events=1 + 3 * size,
        )
        w.values[name] = [{**row, "adult": int(row["age"]) >= 18} for row in rows]
        w.prints = True


PARTS = (look_up, look_up, count, count, walk, walk, group, sets, unique, records)
