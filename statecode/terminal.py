"""Write texts that come from programs, corpora, servers and file names to a terminal, and into the lines of messages.

A control character in such a text could write the clipboard, hide other text or forge a line. It is written as its
escape, such as `\\x1b`. Only the output of views into files and pipes is exact.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from statecode.text import LAYOUT, encoded, printable


def print_line(text: object, file: IO[str] | None = None) -> None:
    """Print a message of one line, by default to stdout; a line end inside of it is escaped."""
    print(printable(str(text)), file=file, flush=True)


def print_lines(text: str, file: IO[str] | None = None) -> None:
    """Print a text of several lines, by default to stdout. Its line ends and tabs are kept."""
    print(printable(text, LAYOUT), file=file, flush=True)


def write_output(text: str) -> None:
    """Write the text of a view to stdout: exactly to a file or pipe, printable and with a line end to a terminal."""
    if sys.stdout.isatty():
        text = printable(text, LAYOUT) + ("" if text.endswith("\n") else "\n")
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:  # the source of a program can have bytes that are not UTF-8
        sys.stdout.flush()
        sys.stdout.buffer.write(encoded(text))
    sys.stdout.flush()


@contextmanager
def one_line_warnings() -> Iterator[None]:
    """Print each distinct warning of the block once, as one line on stderr, without the source line that raised it."""
    printed = set()

    def show(message: Warning | str, *place: Any, **options: Any) -> None:
        if str(message) not in printed:
            print_line(f"warning: {message}", sys.stderr)
        printed.add(str(message))

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
