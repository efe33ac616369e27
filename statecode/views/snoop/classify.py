"""Classify the lines of snoop's text.

    >>> Call to f in File "program.py", line 9      flow
     ...... x = 3                                   change
        9 | def f(x, y):                            source: new at its first occurrence, then seen
    <<< Return value from f: 8                      flow
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from statecode.views.line_kinds import ClassifiedLine, LineKind

_SOURCE = re.compile(r"^(?P<margin> +)(?P<number>\d+) \|(?: (?P<code>.*))?$")
_CHANGE = re.compile(r"^ *\.{6,} \S")
_FLOW = re.compile(r"^ *(?:>>> |<<< |!!! |\?\?\? |Result: |\w+ comprehension:|Generator expression:)")
_ENDS_EVENT = re.compile(r"^ *(?:<<< |\?\?\? |Result: |!!! (?!When ))")


def line_kinds(lines: Sequence[str], before: Sequence[str] = ()) -> list[ClassifiedLine]:
    """Return the kind of each line; `before` contains the lines of the text before them.

    The text of an event ends with its source line, return, result or exception. Changes and headings precede this line.
    """
    seen = {line.strip() for line in before if _SOURCE.match(line)}
    classified = []
    for line in lines:
        source = _SOURCE.match(line)
        if source:
            kind = LineKind.SOURCE_SEEN if line.strip() in seen else LineKind.SOURCE_NEW
            classified.append(ClassifiedLine(kind, (int(source["number"]),), 1))
            seen.add(line.strip())
        elif _CHANGE.match(line):
            classified.append(ClassifiedLine(LineKind.CHANGE))
        else:
            kind = LineKind.FLOW if _FLOW.match(line) else LineKind.OTHER
            classified.append(ClassifiedLine(kind, events=int(bool(_ENDS_EVENT.match(line)))))
    return classified


def next_source_line(code: str, before: Sequence[str]) -> str:
    """Return a prediction of the next line of snoop's text; empty if there is none.

    The prediction is the first line of the source that is not blank after the source line shown last, in snoop's
    format.
    """
    source = code.splitlines()
    shown = next((match for line in reversed(before) if (match := _SOURCE.match(line))), None)
    following = range(int(shown["number"]) + 1, len(source) + 1) if shown else range(0)
    number = next((number for number in following if source[number - 1].strip()), None)
    if shown is None or number is None:
        return ""
    width = len(shown["margin"]) + len(shown["number"])
    return f"{number:>{width}} | {source[number - 1]}"
