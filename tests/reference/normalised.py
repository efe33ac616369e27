"""Normalise whole texts of unmodified snoop, so that they can be compared with the view `snoop`."""

from __future__ import annotations

import re
import sys

from statecode.tracing.wire.normalise import Normaliser

NORMALISER = Normaliser()
SOURCE_LINE = re.compile(r" *\d+ \| ")


def normalised(text: str) -> str:
    """Return snoop's text with normalised addresses and identifiers; the source lines in it are not changed."""
    lines = text.split("\n")
    return "\n".join(line if SOURCE_LINE.match(line) else NORMALISER.value(line) for line in lines)


def without_thread_states(text: str) -> str:
    """Return snoop's text, on Python 3.13 and later without the lines of values that contain a thread.

    In these versions the repr of a thread that has just ended contains `started` or `stopped`, depending on the load of
    the machine.
    """
    return re.sub(r"(?m)^ *\.{6,}.*Thread.*\n", "", text) if sys.version_info >= (3, 13) else text


def without_addresses(text: str) -> str:
    """Return snoop's text without the lines of values that contain a normalised address.

    A new object at the address of a freed object has the same repr; then snoop shows no change. Two runs of unmodified
    snoop can differ in this.
    """
    return re.sub(r"(?m)^ *\.{6,}.* at 0x….*\n", "", text)
