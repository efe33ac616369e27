"""The argument parser and the exit codes of the `statecode` command and of every script."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from statecode.errors import InputError, StatecodeError, missing_package_message
from statecode.terminal import one_line_warnings, print_line
from statecode.text import printable


class ArgumentParser(argparse.ArgumentParser):
    """An argument parser that accepts no prefixes of options and reports an error in one line.

    By default argparse accepts prefixes: `--out` would mean `--output-bytes` in a command without `--out`. It also
    prints the usage before an error, which hides the error in a command with dozens of options. Subcommands use the
    same class.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_abbrev=False, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Print the error in one line to stderr and exit with 2."""
        self.exit(2, printable(f"error: {' '.join(message.split())}; see --help") + "\n")


def exit_code_of(command: Callable[[], int | None]) -> int:
    """Call `command`, print an exception of statecode or Ctrl-C as one line to stderr, and return the exit code.

    Each distinct warning is printed as one line to stderr.

    Returns:
        The exit code of `command` (0 for None); 2 for `InputError` and for an optional package that is not installed, 1
        for another `StatecodeError` and for `MemoryError`, 130 for Ctrl-C, and 0 if the reader of stdout has closed the
        pipe.
    """
    try:
        with one_line_warnings():
            return command() or 0
    except StatecodeError as error:
        print_line(f"error: {error}", sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    except ModuleNotFoundError as error:
        if (message := missing_package_message(error)) is None:
            raise
        print_line(f"error: {message}", sys.stderr)
        return 2
    except MemoryError:
        print("error: not enough memory; nothing is lost that was finished", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept, run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # as in `statecode show ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
