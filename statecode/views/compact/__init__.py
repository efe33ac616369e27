"""The view `compact`: the source with line numbers, then what each line did, in few tokens and without loss.

    1 def double(n):            the source: every line with its number
    2     return 2 * n
    3 total = double(4)
    4 print(total)
                                an empty line
    1                           a line that runs; that it defines `double` stands in the source
    3 >1 n=4                    line 3 calls the function at line 1
    2 ->8                       line 2 returns
    3 total=8                   back in line 3, which changes total
    4
    |8                          printed
    ok                          how it ended

The block of an event tells what its frame's line did until then, changes first, then what it printed, and then the
event: a line that runs as its number on a line of its own; `>1 n=4` a call, `>*1` the start of a generator, `>>1` a
generator that goes on, `>[1` a comprehension, `->8` a return or a comprehension's result, `=>8` a yield,
`!ValueError: no` an exception, `^` a frame that an exception ends. After a return the line that goes on stands again.
`:8` is printed without an end of line. The source may be followed by stdin, `<` before its lines, `,` before one that
has no end; `\\` says that the source's last line has none; `digits apart` that between digits of values there is one
space more than there was.

What follows from the text above is not written: see `compact_rules`. What deviates is announced before its event on a
line `@`, as the thread's number where another thread goes on, else as the event's fields in JSON; `"exact":true` says
that all changes are written. `.3 x=1` are changes by line 3 where no line `3` can go on. In values a newline is
followed by a space, and `~` follows a space before what could be taken for a name and `=` or for a mark: see
`compact_values`.
"""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.views.compact.classify import line_kinds, next_source_line
from statecode.views.compact.reader import parse
from statecode.views.compact.segments import segments_of
from statecode.views.compact.writer import CompactWriter, render
from statecode.views.segments import Segment

__all__ = ["line_kinds", "next_source_line", "parse", "segments", "render"]


def segments(trace: Trace, spaced_digits: bool = False) -> Iterator[list[Segment]]:
    """Give the text in blocks; `compact_marks` says which values count as copied."""
    writer = CompactWriter(trace, spaced_digits)
    last = len(trace.events)
    blocks = (writer.block(event, is_last=k == last) for k, event in enumerate(trace.events, 1))
    return segments_of(writer.head(), blocks, writer.tail)
