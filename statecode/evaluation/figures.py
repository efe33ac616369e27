"""The colours and the files of plots. The colours can be distinguished by colour-blind readers."""

from __future__ import annotations

import os
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from statecode.files import temporary_file

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Palette of Okabe and Ito without yellow, which is too light for lines on a white background."""


def save_figure(figure: Figure, path: Path) -> Path:
    """Save a figure as PNG or SVG and return the path. Equal figures are equal files; texts of an SVG are paths."""
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"Date": None} if path.suffix == ".svg" else None
    with temporary_file(path) as temporary, rc_context({"svg.hashsalt": path.stem, "svg.fonttype": "path"}):
        figure.savefig(temporary, dpi=150, format=path.suffix.removeprefix("."), metadata=metadata)
        os.replace(temporary, path)
    return path
