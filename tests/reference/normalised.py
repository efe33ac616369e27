"""The one normalisation, applied to a whole text of snoop's."""

from __future__ import annotations

import re

from statecode.tracing.normalise import Normaliser

NORMALISER = Normaliser()
SOURCE_LINE = re.compile(r" *\d+ \| ")


def normalised(text: str) -> str:
    """Apply the one normalisation to snoop's text: to everything but the program's own lines."""
    lines = text.split("\n")
    return "\n".join(line if SOURCE_LINE.match(line) else NORMALISER.value(line) for line in lines)
