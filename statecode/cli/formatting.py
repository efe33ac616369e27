"""Format numbers for the terminal, and print tables on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from statecode.records import Status, Trace
from statecode.text import printable


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun in singular or plural: `1 shard`, `1,200 shards`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def format_bytes(number_bytes: float) -> str:
    """Return a size in decimal units (powers of 1000), such as `812 B`, `1.4 MB` or `140 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if number_bytes < 1000:
            break
        number_bytes /= 1000
    else:
        unit = "TB"
    return f"{number_bytes:.0f} {unit}" if unit == "B" or number_bytes >= 100 else f"{number_bytes:.1f} {unit}"


def format_duration(seconds: float) -> str:
    """Return a duration with one or two units: `12 s`, `3 min 20 s`, `5 h 10 min`."""
    whole_s = max(1, round(seconds))
    if whole_s < 100:
        return f"{whole_s} s"
    minutes, rest_s = divmod(whole_s, 60)
    if minutes < 100:
        return f"{minutes} min {rest_s} s"
    return f"{minutes // 60:,} h {minutes % 60} min"


def format_outcome(trace: Trace, message: Callable[[str], str] = str) -> str:
    """Return how a run ended: its status, the exception with its line, and the reason why events are missing.

    Args:
        message: returns the text that is shown for the exception's class and message.
    """
    parts = [trace.status.value]
    if trace.exception is not None:
        where = "" if trace.exception.line is None else f" at line {trace.exception.line}"
        parts.append(message(f"{trace.exception.type}: {trace.exception.message}") + where)
    if trace.truncation is not None:
        is_sentence = trace.status is Status.TRACER_LOST
        parts.append(trace.truncation if is_sentence else f"stopped by {trace.truncation}")
    return ", ".join(parts)


class Terminal(Console):
    """A console of rich on which a text is never markup, an emoji code or a control sequence.

    Tables and `print` write strings as they are, except that characters that are not printable are escaped.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the text, printable, in the style that `options` contains."""
        return super().render_str(printable(text), **options)
