"""The one normalisation, applied to a whole text of snoop's."""

from __future__ import annotations

import re
import sys

from statecode.tracing.wire.normalise import Normaliser

NORMALISER = Normaliser()
SOURCE_LINE = re.compile(r" *\d+ \| ")


def normalised(text: str) -> str:
    """Apply the one normalisation to snoop's text: to everything but the program's own lines."""
    lines = text.split("\n")
    return "\n".join(line if SOURCE_LINE.match(line) else NORMALISER.value(line) for line in lines)


def settled(text: str) -> str:
    """From 3.13 on a thread that has just ended reads `started` or `stopped`, and so changes or does not, as the machine's
    load has it: lines that show one are left out there."""
    return re.sub(r"(?m)^ *\.{6,}.*Thread.*\n", "", text) if sys.version_info >= (3, 13) else text


def without_addresses(text: str) -> str:
    """Without the lines that show an object's address: one made where a freed one stood reads like it, so that snoop sees
    no change, and whether it is made there differs between two runs of the reference itself."""
    return re.sub(r"(?m)^ *\.{6,}.* at 0x….*\n", "", text)
