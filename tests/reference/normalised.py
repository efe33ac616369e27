"""Normalise whole texts of unmodified snoop, so that they can be compared with the view `snoop`."""

from __future__ import annotations

import re
import sys

from statecode.tracing.wire.normalise import Normaliser

NORMALISER = Normaliser()
SOURCE_LINE = re.compile(r" *\d+ \| ")


def normalised(text: str) -> str:
    """Normalise the addresses and identifiers in snoop's text, except in source lines of the program."""
    lines = text.split("\n")
    return "\n".join(line if SOURCE_LINE.match(line) else NORMALISER.value(line) for line in lines)


def without_thread_states(text: str) -> str:
    """Remove the lines that contain a thread on Python 3.13 and later.

    There the repr of a thread that has just ended contains `started` or `stopped`, depending on the load of the machine.
    """
    return re.sub(r"(?m)^ *\.{6,}.*Thread.*\n", "", text) if sys.version_info >= (3, 13) else text


def without_addresses(text: str) -> str:
    """Remove the lines that contain the address of an object.

    A new object at the address of a freed one has the same repr, so that snoop shows no change. Two runs of unmodified
    snoop differ in whether this happens.
    """
    return re.sub(r"(?m)^ *\.{6,}.* at 0x….*\n", "", text)
