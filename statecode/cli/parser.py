"""Command lines whose mistakes are told in one line, as all other bad input is."""

from __future__ import annotations

import argparse
from typing import NoReturn


class ArgumentParser(argparse.ArgumentParser):
    """argparse's, without the whole usage ahead of an error: with dozens of flags it hides what is wrong.

    Subcommands are parsed by the same class.
    """

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        self.exit(2, f"error: {' '.join(message.split())}; see --help\n")
