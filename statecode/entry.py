"""The entry points of the `statecode` command and of every script: the argument parser and the exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from statecode.errors import InputError, StatecodeError


class ArgumentParser(argparse.ArgumentParser):
    """An argument parser that accepts no prefixes of options and reports a mistake in one line.

    argparse takes a prefix for an option, so that `--out` becomes `--output-bytes` where a command has no `--out`. It
    prints the whole usage ahead of an error; with dozens of flags the usage hides the error. Subcommands are parsed by
    the same class.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_abbrev=False, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        self.exit(2, f"error: {' '.join(message.split())}; see --help\n")


def exit_code_of(command: Callable[[], int | None]) -> int:
    """Call `command` and turn what it raises into one line on stderr and an exit code.

    Returns:
        The exit code of `command` (0 for None), 2 for bad input, 1 for another failure of statecode, 130 for Ctrl-C.
    """
    try:
        return command() or 0
    except StatecodeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept, run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `statecode show ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
