"""Mutations of the native engine's source. The comparison of engines must detect each of them."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """A change of one place in a file of statecode/tracing/engines/native. The changed file still compiles."""

    file: str
    old: str  # text that occurs once in the file
    new: str  # the text in its place
    no_effect_from: tuple[int, int] = (9, 9)
    """The first Python version in which the mutation has no effect, because comprehensions have no frames of their own.

    (9, 9): the mutation has an effect in all versions.
    """


MUTATIONS = {
    "a list is shortened to seven items": Mutation("snapshots.h", "LIST_PARTS = 6", "LIST_PARTS = 7"),
    "a string is shortened one character later": Mutation("snapshots.h", "STRING_PARTS = 100", "STRING_PARTS = 101"),
    "a list is three characters longer": Mutation("snapshots.h", "TARGET_LENGTH = 100", "TARGET_LENGTH = 103"),
    "one more level is shown": Mutation("snapshots.h", "MAX_LEVELS = 3", "MAX_LEVELS = 4"),
    "wrong quotes for a string with both kinds": Mutation("scalars.h", "    char quote = has_single && !has_double ?", "    char quote = has_single ?"),
    "a dict that grew in its hidden part is taken for unchanged": Mutation(
        "unchanged.h", "return (uint64_t)PyDict_GET_SIZE(value) == entry->version && dict_is_unchanged", "return dict_is_unchanged"),
    "the same list is taken for unchanged": Mutation(
        "unchanged.h", "    return snapshot->count > 0 && !snapshot->is_partial && is_unchanged(context, &cursor, value);",
        "    return snapshot->count > 0 && !snapshot->is_partial && (cursor->value == value || is_unchanged(context, &cursor, value));"),
    "an equal function at another address is taken for unchanged": Mutation(
        "unchanged.h", "    if (entry->value != value) {\n", "    if (entry->value != value && entry->kind != ENTRY_FUNCTION) {\n"),
    "an empty list has a length": Mutation("changes.h", "return length == 0 ? -1 : length;", "return length;"),
    "a comprehension repeats values": Mutation(
        "comprehensions.h", "if (last->length == length && memcmp(last->data, data, length) == 0) {", "if (last->length == length && length > 9) {", (3, 12)),
    "a yield is recorded as a return": Mutation("events.h", "flags & (IS_YIELD_VALUE | IS_RESUME) ? YIELD : RETURN", "flags & IS_RESUME ? YIELD : RETURN"),
    "a resumed generator is a new frame": Mutation("frames.h", "    if (!is_known) {\n", "    if (!is_known || is_call) {\n"),
    "an exception does not end a comprehension": Mutation(
        "events.h", "is_end = event == PyTrace_RETURN || event == PyTrace_EXCEPTION;", "is_end = event == PyTrace_RETURN;", (3, 12)),
    "a wrong position of an exception": Mutation(
        "exceptions.h", "    text_add_number(text, last_instruction(frame->frame));\n    text_add_literal(text, \"\\\",\");",
        "    text_add_number(text, 0);\n    text_add_literal(text, \"\\\",\");"),
    "a wrong line of the changes": Mutation(
        "events.h", "[FIELD_FROM_LINE] = last_line,", "[FIELD_FROM_LINE] = line,"),
    "one event too many": Mutation("events.h", "recorder->event_count >= recorder->event_limit", "recorder->event_count > recorder->event_limit"),
    "only the first output is counted": Mutation(
        "events.h", "            return recorder->last_position = position;",
        "            return recorder->last_position ? recorder->last_position : (recorder->last_position = position);"),
}

PROGRAMS = {  # name → source; each mutation changes the trace of at least one program
    "values": """\
class Plain:
    pass

def one():
    return lambda: 1

made = one()
items = [one(), Plain()]
made = items[0]
row = list(range(7))
row.append('x' * 45)
row[:] = [number * 3 for number in range(40)]
deep = [[[[[1]]]]]
for text in ('y' * 100, 'y' * 101, 'z' * 102, "it's", 'both " and \\'', '', b"it's"):
    size = len(text)
for length in range(80, 120):
    near = ['a' * (length - 60), 2, 3, 4, 5, 6, 7, 8, 'b' * 30]
""",
    "mutations": """\
table = {number: number for number in range(30)}
table[29] = -1
table[99] = 0
table[0] = 'seen'
empty = []
empty.append(1)
empty.clear()
nested = [[1], [2], [[3]]]
nested[2][0][0] = 'new'
nested[0].append(nested)
words = {'a', 'b'}
words.add('c')
""",
    "frames": """\
def numbers(stop):
    for number in range(stop):
        got = yield number
    return 'end'

def halves(values):
    same = [half for half in (values[0] + 0.5, values[0] + 0.5)]
    kept = [value // 2 for value in values if value % 3]
    return kept

first, second = numbers(3), numbers(2)
print(next(first), next(second), next(first))
print(halves(range(12)), end='')
print('more')
try:
    found = [1 / (2 - value) for value in range(5)]
except ZeroDivisionError as error:
    print(error)
total = sum(value
            for value in range(4))
halves([1,
        halves(None)])
""",
    "long": """\
total = 0
for number in range(400):
    total += number
""",
}
