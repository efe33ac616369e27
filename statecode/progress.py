"""Progress on stderr: a bar on a terminal, a line per interval in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO, Any

from tqdm import tqdm

from statecode.terminal import print_lines
from statecode.text import LAYOUT, printable

TERMINAL_INTERVAL_S = 0.3  # between updates if stderr is a terminal
LOG_INTERVAL_S = 30.0      # between lines if stderr is a file or a pipe
SHOW_AFTER_S = 2.0         # a shorter task shows no bar, unless the bar remains at the end


def progress_bar(
    items: Iterable[Any] | None,
    description: str,
    unit: str,
    *,
    total: int | None = None,
    initial: int = 0,
    remains: bool = False,
    shown: bool = True,
) -> Any:
    """Return a progress bar of tqdm: an iterable over the items, or a bar for `update`. The rate is an average.

    If stderr is no terminal, a line is written every `LOG_INTERVAL_S` seconds, without carriage returns.

    Args:
        items: the items to iterate over; None: the caller calls `update`.
        description: the task, such as tracing.
        unit: plural noun for the items, such as programs.
        total: number of items; by default `len(items)` if it is known.
        initial: number of items that were done before; they do not affect the rate.
        remains: True: the bar, or a last line, remains at the end. False: the bar is removed.
        shown: False shows nothing.
    """
    terminal = sys.stderr.isatty()
    interval_s = TERMINAL_INTERVAL_S if terminal else LOG_INTERVAL_S
    kind = tqdm if terminal else LogLines
    return kind(
        items, description, total, initial=initial, unit=f" {unit}", leave=remains, mininterval=interval_s, miniters=1,
        maxinterval=interval_s, smoothing=0, dynamic_ncols=terminal, disable=not shown, file=sys.stderr,
        delay=0 if terminal and remains else SHOW_AFTER_S,
    )


def print_above_bars(text: str, file: IO[str] | None = None) -> None:
    """Print a text, by default to stdout. On a terminal the bars stay below it."""
    file = sys.stdout if file is None else file
    if sys.stderr.isatty():
        tqdm.write(printable(text, LAYOUT), file=file)
    else:
        print_lines(text, file)


def seconds_left(bar: Any) -> float | None:
    """Return the estimated time until a bar with a total reaches it, in seconds; None if it cannot be estimated."""
    if bar.disable or not bar.total or bar.n <= bar.initial:
        return None
    return float(round(bar.format_dict["elapsed"] / (bar.n - bar.initial) * (bar.total - bar.n), 1))


def time_left(bar: Any) -> str:
    """Return the estimated time until a bar with a total reaches it, such as 01:30; "" if it cannot be estimated."""
    left_s = seconds_left(bar)
    return "" if left_s is None else str(tqdm.format_interval(left_s))


class LogLines(tqdm):  # type: ignore[type-arg]
    """A progress bar that writes lines."""

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Write the present state as a line."""
        elapsed_s = self.format_dict["elapsed"]
        rate = (self.n - self.initial) / elapsed_s if elapsed_s else 0.0
        decimals = 0 if rate >= 100 else 1 if rate >= 10 else 2
        left = time_left(self) if self.n != self.total else ""
        parts = [
            f"{self.n:,}{f' of {self.total:,}' if self.total else ''}{self.unit}",
            f"{rate:,.{decimals}f}{self.unit}/s",
            f"{self.format_interval(elapsed_s)} elapsed",
            left and f"{left} left",
            self.postfix,  # made by `set_postfix`
        ]
        self.fp.write(f"{self.desc}: {', '.join(filter(None, parts))}\n")
        self.fp.flush()

    def clear(self, nolock: bool = False) -> None:
        """Do nothing: a line cannot be removed from a log."""

    def close(self) -> None:
        """End the progress; write a last line if the bar remains and has counted items since the last one."""
        if not self.disable:
            if self.leave and self.n > self.last_print_n:
                self.display()
            self.last_print_t = self.start_t - 1  # tqdm then writes no line of its own
        super().close()
