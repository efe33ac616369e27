"""Level 5: strings and their methods."""

from __future__ import annotations

from statecode.programs.generated.words import OBJECTS, SPECIAL_TEXTS, SUBJECTS, TEXT_NAMES, VERBS, WORD_LISTS, WORDS_OF
from statecode.programs.generated.writer import Writer


def new_text(w: Writer) -> str:
    """Return a sentence, a word, or a text with special characters."""
    roll = w.between(0, 9)
    if roll <= 3:
        text = f"{w.pick(SUBJECTS)} {w.pick(VERBS)} {w.pick(OBJECTS)}"
        return text.capitalize() + w.pick((".", "!", "?", "")) if w.chance(0.4) else text
    if roll <= 6:
        return w.pick(SPECIAL_TEXTS)
    words = w.pick(WORD_LISTS).words
    return " ".join(w.sample(words, w.between(1, 3)))


def a_text(w: Writer, low: int = 1, high: int = 60) -> str:
    """Return a variable that holds a string with a length from `low` to `high`."""

    def make() -> str:
        text = next((text for text in (new_text(w) for _ in range(8)) if low <= len(text) <= high), "a banana"[:high])
        return w.assign(w.any_fresh(*TEXT_NAMES), w.literal(text), text)

    return w.take(lambda value: type(value) is str and low <= len(value) <= high, make, 0.5)


def methods(w: Writer) -> None:
    """Call methods whose results are new strings or numbers."""
    w.paragraph()
    name = a_text(w, 3)
    text = w.values[name]
    letter = w.pick([character for character in text if character.isalnum()] or ["x"])
    other = w.pick(("*", "-", "o", "_", "#"))
    width = len(text) + w.between(2, 6)
    found = w.sample(
        (
            ("upper", f"{name}.upper()", text.upper()),
            ("lower", f"{name}.lower()", text.lower()),
            ("title", f"{name}.title()", text.title()),
            ("swapped", f"{name}.swapcase()", text.swapcase()),
            ("stripped", f"{name}.strip()", text.strip()),
            ("replaced", f"{name}.replace({w.literal(letter)}, {w.literal(other)})", text.replace(letter, other)),
            ("position", f"{name}.find({w.literal(letter)})", text.find(letter)),
            ("count", f"{name}.count({w.literal(letter)})", text.count(letter)),
            ("parts", f"{name}.split()", text.split()),
            ("fields", f"{name}.split({w.literal(letter)})", text.split(letter)),
            ("length", f"len({name})", len(text)),
            ("starts", f"{name}.startswith({w.literal(text[:2])})", True),
            ("ends", f"{name}.endswith({w.literal(letter)})", text.endswith(letter)),
            ("backwards", f"{name}[::-1]", text[::-1]),
            ("centered", f"{name}.center({width}, {w.literal(other)})", text.center(width, other)),
            ("padded", f"{name}.ljust({width}, {w.literal('.')})", text.ljust(width, ".")),
            ("first_letter", f"{name}[0]", text[0]),
            ("only_letters", f"{name}.isalpha()", text.isalpha()),
            ("contains", f"{w.literal(letter)} in {name}", letter in text),
            ("start", f"{name}[:3]", text[:3]),
            ("every_other", f"{name}[::2]", text[::2]),
            ("doubled", f"{name} * 2", text * 2),
            ("pieces", f"{name}.partition({w.literal(' ')})", text.partition(" ")),
            ("capital", f"{name}.capitalize()", text.capitalize()),
        ),
        w.between(1, 4),
    )
    for new, expression, value in found:
        w.assign(w.fresh(new, f"{new}_text"), expression, value)


def count_letters(w: Writer) -> None:
    """Count or collect characters in a loop."""
    w.paragraph()
    name = a_text(w, 2, max(6, min(26, w.limit // 10)))
    text = w.values[name]
    letter = w.loop_name(w.pick(("letter", "ch", "c", "char")))
    condition, holds, noun = w.pick(
        (
            (f"{letter} in {w.literal('aeiou')}", lambda c: c in "aeiou", "vowels"),
            (f"{letter}.isdigit()", str.isdigit, "digits"),
            (f"{letter}.isupper()", str.isupper, "capitals"),
            (f"{letter} == {w.literal(' ')}", lambda c: c == " ", "spaces"),
            (f"{letter}.isalpha()", str.isalpha, "letters"),
            (f"{letter} not in {w.literal('aeiou ')}", lambda c: c not in "aeiou ", "consonants"),
            (f"{letter} > {w.literal('m')}", lambda c: c > "m", "late"),
            (f"{letter}.lower() in {w.literal('aeiou')}", lambda c: c.lower() in "aeiou", "vowels"),
        )
    )
    w.note(f"find {noun}")
    kind = w.between(0, 3)
    if kind == 0:
        count = w.fresh(noun, "count", f"{noun}_found")
        w.lines(
            f"{count} = 0",
            f"for {letter} in {name}:",
            f"    if {condition}:",
            "        " + w.updated(count, "+", "1"),
            events=2 + 3 * len(text),
        )
        w.holds(count, sum(map(holds, text)))
    elif kind == 1:
        result = w.any_fresh("result", "new_text", "kept", "output")
        w.lines(
            f"{result} = {w.literal('')}",
            f"for {letter} in {name}:",
            f"    if {condition}:",
            "        " + w.updated(result, "+", letter),
            events=2 + 3 * len(text),
        )
        w.holds(result, "".join(filter(holds, text)))
    elif kind == 2:
        result, mark = w.any_fresh("masked", "result", "changed"), w.pick(("*", "_", "-", "."))
        w.lines(
            f"{result} = {w.literal('')}",
            f"for {letter} in {name}:",
            f"    if {condition}:",
            "        " + w.updated(result, "+", w.literal(mark)),
            "    else:",
            "        " + w.updated(result, "+", letter),
            events=2 + 4 * len(text),
        )
        w.holds(result, "".join(mark if holds(c) else c for c in text))
    else:
        places, i = w.any_fresh("places", "positions", "found"), w.loop_name("i")
        w.lines(
            f"{places} = []",
            f"for {i}, {letter} in enumerate({name}):",
            f"    if {condition}:",
            f"        {places}.append({i})",
            events=2 + 3 * len(text),
        )
        w.holds(places, [k for k, c in enumerate(text) if holds(c)])


def words(w: Writer) -> None:
    """Split a text into words, use them in a loop, and perhaps join them."""
    w.paragraph()
    name = a_text(w, 5, 40)
    parts = w.values[name].split()
    listed = w.any_fresh("words", "parts", "tokens")
    w.assign(listed, f"{name}.split()", parts)
    item = w.loop_name(
        {"words": "word", "parts": "part", "tokens": "token"}[listed]
        if listed in ("words", "parts", "tokens")
        else "word"
    )
    size = len(parts)
    w.read(listed)
    kind = w.between(0, 5)
    if kind == 0 and size:
        longest = w.any_fresh("longest", "best")
        w.lines(
            f"{longest} = {w.literal('')}",
            f"for {item} in {listed}:",
            f"    if len({item}) > len({longest}):",
            f"        {longest} = {item}",
            events=2 + 3 * size,
        )
        best = ""
        for part in parts:
            best = part if len(part) > len(best) else best
        w.holds(longest, best)
    elif kind == 1:
        joiner = w.pick(("-", ", ", "_", "/", " and ", ""))
        w.assign(w.any_fresh("joined", "slug", "combined"), f"{w.literal(joiner)}.join({listed})", joiner.join(parts))
    elif kind == 2:
        initials = w.any_fresh("initials", "acronym", "letters")
        w.lines(
            f"{initials} = {w.literal('')}",
            f"for {item} in {listed}:",
            "    " + w.updated(initials, "+", f"{item}[0].upper()"),
            events=2 + 2 * size,
        )
        w.holds(initials, "".join(part[0].upper() for part in parts))
    elif kind == 3:
        w.lines(
            f"for {item} in {listed}:",
            f"    print({item}, len({item}))" if w.chance(0.5) else f"    print({item}[::-1])",
            events=1 + 2 * size,
        )
        w.prints = True
    elif kind == 4:
        lengths = w.any_fresh("lengths", "sizes")
        w.lines(
            f"{lengths} = []", f"for {item} in {listed}:", f"    {lengths}.append(len({item}))", events=2 + 2 * size
        )
        w.holds(lengths, list(map(len, parts)))
    else:
        backwards = w.any_fresh("backwards", "turned", "reversed_text")
        w.assign(backwards, f"{w.literal(' ')}.join({listed}[::-1])", " ".join(parts[::-1]))


def palindrome(w: Writer) -> None:
    """Compare a word with its reverse, at once or character by character."""
    w.paragraph("palindrome")
    name = w.any_fresh("word", "text", "s", "phrase")
    text = w.pick(
        (
            "level",
            "noon",
            "radar",
            "kayak",
            "python",
            "banana",
            "Anna",
            "abca",
            "racecar",
            "a",
            "stats",
            "hello",
            "never odd or even",
        )
    )
    w.assign(name, w.literal(text), text)
    w.read(name)
    kind = w.between(0, 2)
    if kind == 0:
        cleaned = w.fresh("cleaned", "normal", "t")
        w.assign(cleaned, f"{name}.lower().replace({w.literal(' ')}, {w.literal('')})", text.lower().replace(" ", ""))
        clean = w.values[w.read(cleaned)]
        w.assign(w.fresh("is_palindrome", "same"), f"{cleaned} == {cleaned}[::-1]", clean == clean[::-1])
    elif kind == 1:
        w.lines(
            f"if {name} == {name}[::-1]:",
            f"    print(f{w.style.quoted('{' + name + '} is a palindrome')})",
            "else:",
            f"    print(f{w.style.quoted('{' + name + '} is not a palindrome')})",
            events=2,
        )
        w.prints = True
    else:
        i, flag = w.loop_name("i"), w.fresh("is_palindrome", "matches")
        w.lines(
            f"{flag} = True",
            f"for {i} in range(len({name}) // 2):",
            f"    if {name}[{i}] != {name}[-{i} - 1]:",
            f"        {flag} = False",
            "        break",
            events=4 + 2 * (len(text) // 2),
        )
        w.holds(flag, text == text[::-1])


def format_text(w: Writer) -> None:
    """Fill in values with f-strings, format specifications and methods."""
    w.paragraph()
    first, second, words, most = w.pick(
        (
            ("name", "age", WORDS_OF["names"], 90),
            ("item", "price", WORDS_OF["items"], 200),
            ("user", "points", ("Ada", "O'Neil", "tom_7"), 500),
            ("city", "people", WORDS_OF["cities"], 9000),
            ("fruit", "amount", WORDS_OF["fruits"], 40),
            ("file", "size", WORDS_OF["files"], 4096),
            ("player", "score", WORDS_OF["names"], 300),
            ("language", "users", WORDS_OF["languages"], 800),
        )
    )
    first, second = w.fresh(first, f"first_{first}"), w.fresh(second, f"new_{second}")
    word, number = w.pick(words), w.number(1, most)
    w.assign(first, w.literal(word), word)
    w.assign(second, str(number), number)
    w.read(first)
    w.read(second)
    kind = w.between(0, 6)
    specs = [
        f"f{w.style.quoted('{' + first + '} has ' + second.replace('_', ' ') + ' {' + second + '}')}",
        f"f{w.style.quoted('{' + first + ':>10}|{' + second + ':05d}|')}",
        f"f{w.style.quoted('{' + first + ':<8}{' + second + ':>6}')}",
        f"{w.style.quoted('%s: %d')} % ({first}, {second})",
        f"{w.style.quoted('{} -> {}')}.format({first}, {second})",
        f"{first} + {w.style.quoted(': ')} + str({second})",
        f"f{w.style.quoted('{' + first + '!r} {' + second + ':x} {' + second + ':b}')}",
    ]
    values = [
        f"{word} has {second.replace('_', ' ')} {number}",
        f"{word:>10}|{number:05d}|",
        f"{word:<8}{number:>6}",
        f"{word}: {number}",
        f"{word} -> {number}",
        f"{word}: {number}",
        f"{word!r} {number:x} {number:b}",
    ]
    if w.chance(0.5):
        w.lines(f"print({specs[kind]})")
        w.prints = True
    else:
        w.assign(w.any_fresh("line", "message", "label", "row"), specs[kind], values[kind])


def codes(w: Writer) -> None:
    """Shift letters by their code points, or repeat and number them."""
    w.paragraph()
    name = w.any_fresh("word", "text", "secret", "message")
    text = w.pick(("abc", "hello", "zoo", "xyz", "code", "attack", "python", "zebra", "Hi!"))
    w.assign(name, w.literal(text), text)
    w.read(name)
    ch, result = w.loop_name(w.pick(("ch", "c", "letter"))), w.any_fresh("result", "coded", "encoded")
    kind, size = w.between(0, 2), len(text)
    if kind == 0:
        key = w.between(1, 12)
        w.note("Caesar cipher")
        w.lines(
            f"{result} = {w.literal('')}",
            f"for {ch} in {name}:",
            f"    if {w.literal('a')} <= {ch} <= {w.literal('z')}:",
            "        " + w.updated(result, "+", f"chr((ord({ch}) - 97 + {key}) % 26 + 97)"),
            "    else:",
            "        " + w.updated(result, "+", ch),
            events=2 + 4 * size,
        )
        w.holds(result, "".join(chr((ord(c) - 97 + key) % 26 + 97) if "a" <= c <= "z" else c for c in text))
    elif kind == 1:
        total = w.fresh("checksum", "total", "code_sum")
        factor = w.pick((1, 2, 7, 31))
        part = f"ord({ch})" if factor == 1 else f"ord({ch}) * {factor}"
        w.lines(f"{total} = 0", f"for {ch} in {name}:", "    " + w.updated(total, "+", part), events=2 + 2 * size)
        w.holds(total, sum(ord(c) * factor for c in text))
    else:
        i = w.loop_name("i")
        w.lines(
            f"{result} = {w.literal('')}",
            f"for {i} in range(len({name})):",
            "    " + w.updated(result, "+", f"{name}[{i}] * ({i} + 1)"),
            events=2 + 2 * size,
        )
        w.holds(result, "".join(c * (k + 1) for k, c in enumerate(text)))


def numbers_in_text(w: Writer) -> None:
    """Convert between text and numbers."""
    w.paragraph()
    name, values = w.any_fresh("line", "raw", "entry", "text"), w.numbers(-9, 60, w.length(2, 5))
    separator = w.pick((" ", ",", ";"))
    text = separator.join(map(str, values))
    w.assign(name, w.literal(text), text)
    split = f"{w.read(name)}.split({'' if separator == ' ' else w.literal(separator)})"
    kind, size = w.between(0, 2), len(values)
    part, total = w.loop_name(w.pick(("part", "piece", "field"))), w.any_fresh("total", "result", "s")
    if kind == 0:
        w.lines(
            f"{total} = 0",
            f"for {part} in {split}:",
            "    " + w.updated(total, "+", f"int({part})"),
            events=2 + 2 * size,
        )
        w.holds(total, sum(values))
    elif kind == 1:
        found = w.any_fresh("numbers", "values", "found")
        w.lines(f"{found} = []", f"for {part} in {split}:", f"    {found}.append(int({part}))", events=2 + 2 * size)
        w.holds(found, values)
        w.assign(w.fresh("largest", "top"), f"max({w.read(found)})", max(values))
    else:
        w.assign(w.fresh("parts", "fields"), split, text.split(separator))
        listed = next(reversed(w.values))
        w.assign(
            w.fresh("joined", "concatenated"), f"{w.read(listed)}[0] + {listed}[1]", str(values[0]) + str(values[1])
        )
        w.assign(w.fresh("added", "sum_of_two"), f"int({listed}[0]) + int({listed}[1])", values[0] + values[1])


PARTS = (
    methods,
    methods,
    methods,
    count_letters,
    count_letters,
    words,
    words,
    palindrome,
    format_text,
    codes,
    numbers_in_text,
)
