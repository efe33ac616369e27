"""The view `compact`: the source with line numbers, then the effect of each line, lossless and in few tokens.

    1 def double(n):            the source, each line with its number; one space per level of indentation
    2  return 2 * n
    3 total = double(4)
    4 print(total)
                                an empty line
    1                           line 1 runs; the source shows that it defines `double`
    3 >1 n=4                    line 3 calls the function at line 1
    2 ->8                       line 2 returns
    3 total=8                   line 3 continues and changes total
    4
    |8                          printed text
    ok                          the status of the run

The block of an event contains the changes by its frame's previous line, then the text printed since the last event,
then the event itself. A LINE event is written as the number of the line, at the start of a new line of the text. Each
other event starts with a mark:

    >1 n=4              a call
    >*1                 the start of a generator
    >>1                 a generator that resumes
    >[1                 the start of a comprehension
    ->8                 a return, or the result of a comprehension
    =>8                 a yield
    !ValueError: no     an exception
    ^                   a frame that ends because of an exception

After a return, the number of the caller's line is repeated. `:8` is printed text without an end of line. If stdin is
not empty, it follows the source: `<` precedes each line of stdin, and `,` precedes a last line without a newline. A
line `\\` means that the last line of the source has no newline. A line `digits apart` means that one space was added
between adjacent digits of values, stdin and output.

The text omits fields that follow from the text before (`CompactPredictor`) and lengths that follow from a value
(`implied_length`). Fields that differ from the prediction are written before their event, on a line that starts with
`@`. It contains the number of the thread if only the thread differs, otherwise a JSON object of the fields. The field
`"exact":true` means that the text contains all changes of the event. `.3 x=1` is a change by line 3; the dot is written
where a line `3` would be read as an event. In a value, a space is added after each newline, and `~` is added after each
space that precedes a mark, or a name and `=` (`escaped`). `<Box@>` is `<Box object at 0x…>` (`shortened`).

In the source, a level of indentation is one space, and empty lines are omitted: the numbers of the lines show them.
`source_lines` has the rules for other widths and for many empty lines. In stderr, `#` is the first line of a traceback,
and `#8 main` its frame of the function `main` at line 8 with this line (`tracebacks`).
"""

from __future__ import annotations

from statecode.views.base import ViewFunctions
from statecode.views.compact.classify import line_kinds, next_source_line
from statecode.views.compact.reader import parse, read_events
from statecode.views.compact.rendering import render
from statecode.views.compact.segmenter import segments
from statecode.views.compact.state import source, state
from statecode.views.windows import WindowFormat

__all__ = ["FUNCTIONS", "line_kinds", "next_source_line", "parse", "render", "segments"]

_WINDOWS = WindowFormat(segments, source, state)

FUNCTIONS = ViewFunctions(
    segments=segments, render=render, parse=parse, read_events=read_events,
    windows=_WINDOWS.windows, window_context=_WINDOWS.context, line_kinds=line_kinds, next_source_line=next_source_line,
)
