"""The texts of runs with the kind of each stretch, and the parts of values that can be copied from the last value.

Besides the kinds of segments (`views.segments.Kind`) there are two: `source_echo`, lines of the source that the text
before already contains, and `end`, the end token of a document, which has no bytes.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from statecode.arguments import check
from statecode.errors import one_line
from statecode.modeling.texts import identify
from statecode.records import Trace
from statecode.views import VIEWS, blocks, segments
from statecode.views.scored import ShownSource
from statecode.views.segments import Kind

TOKEN_KINDS = (
    "source", "source_echo", "line_number", "control", "new_value", "copied_value", "syntax", "stdout", "end")
"""The kinds of tokens, in the order of reports. Arrays contain indices of this tuple."""
VALUE_KINDS = tuple(kind.value for kind in segments.VALUE_KINDS)
_ECHO = TOKEN_KINDS.index("source_echo")
_NUMBER_OF = {kind: TOKEN_KINDS.index(kind.value) for kind in Kind}


class KindedText(NamedTuple):
    """The text of a run, with the kind of each stretch."""

    text: str
    starts: np.ndarray  # int64 (S,): the first character of each stretch; adjacent stretches have different kinds
    kinds: np.ndarray   # uint8 (S,): their kinds, indices of TOKEN_KINDS
    copied: np.ndarray  # bool, per character; False: it is in a value and differs from the last value


def check_has_kinds(corpus: str, view: str) -> None:
    """Check that a corpus has runs, whose texts have segments with kinds.

    Raises:
        ConfigError: the corpus has texts alone.
    """
    check(identify(corpus, view).view is not None,
          f"--by-kind: {corpus} has texts alone, in which the kinds are not marked; pass a corpus of statecode build")


def kinded_texts(traces: Iterable[Trace], view: str) -> Iterator[KindedText]:
    """Yield the text of each run; an empty one if the view cannot render it.

    Warns:
        UserWarning: at the end, if the view cannot render some runs.
    """
    unrendered: list[str] = []
    for trace in traces:
        try:
            kinded = kinded_text(trace, view)
            kinded.text.encode()  # a view from outside of the package may write lone surrogates
        except Exception as error:  # the view may be code from outside of the package
            unrendered.append(f"{trace.program_id}#{trace.input_index}: {one_line(error)}")
            kinded = _joined([], [], b"")
        yield kinded
    if unrendered:
        warnings.warn(f"{len(unrendered)} runs cannot be rendered in the view {view}, so that their texts are empty;"
                      f" the first is {unrendered[0]}", stacklevel=2)


def kinded_text(trace: Trace, view: str) -> KindedText:
    """Render a run, and mark the kinds and the values that can be copied.

    A character of a value can be copied if the last value with the same label has the same character at the same
    index. The label is the text before the value: the name of a variable, or the mark of a return. For example, of
    `x=[1, 2, 4]` after `x=[1, 2, 3]` only the `4` cannot be copied.

    Raises:
        Exception: that of the view.
    """
    head, *others = blocks(trace, view)
    shown, source_is_known = ShownSource(head), VIEWS[view].functions.follows_events
    texts, numbers, copied = list[str](), list[int](), list[bytes]()
    values: dict[str, str] = {}  # label → the last value
    before = ""
    for block in (head, *others):
        for text, kind in block:
            number, can_be_copied = _NUMBER_OF[kind], b"\1" * len(text)
            if kind is Kind.SOURCE and block is not head and shown.repeats(text) and source_is_known:
                number = _ECHO
            elif kind.value in VALUE_KINDS:
                label = _label(before)
                can_be_copied = _equal_characters(text, values.get(label, ""))
                values[label] = text
            texts.append(text)
            numbers.append(number)
            copied.append(can_be_copied)
            before = text
    return _joined(texts, numbers, b"".join(copied))


def _joined(texts: list[str], numbers: list[int], copied: bytes) -> KindedText:
    """Join segments: omit empty ones, and merge adjacent ones of one kind."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    kinds = np.array(numbers, dtype=np.uint8)[lengths > 0]
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    begins = np.ones(len(kinds), dtype=bool)
    begins[1:] = kinds[1:] != kinds[:-1]
    return KindedText("".join(texts), starts[begins], kinds[begins], np.frombuffer(copied, dtype=bool))


def _label(before: str) -> str:
    """Return the name of a value from the text before it: its last two words without marks."""
    return " ".join(before.split()[-2:]).lstrip("{,.* ")


def _equal_characters(text: str, other: str) -> bytes:
    """Return a byte per character of `text`: 1 if `other` has the same one at the same index, else 0."""
    return bytes(map(operator.eq, text, other)).ljust(len(text), b"\0")
