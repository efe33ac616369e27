"""Arrays in files without a name, so that large arrays need no memory of the process.

The system writes the pages of such an array to the disk and drops them when it needs memory. The file is deleted when
the process ends, also when it is killed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

SMALLEST_BYTES = 1_000_000
"""Smaller arrays stay in memory."""


def mapped_copy(array: np.ndarray, folder: Path) -> np.ndarray:
    """Return a read-only copy of an array in a file that is mapped into memory; the array itself if it is small.

    Args:
        folder: an existing folder in whose file system the file is created.

    Raises:
        OSError: the file cannot be written.
    """
    if array.nbytes < SMALLEST_BYTES:
        return array
    with tempfile.TemporaryFile(dir=folder) as file:
        array.tofile(file)
        file.flush()
        return np.memmap(file, dtype=array.dtype, mode="r", shape=array.shape)  # keeps the file open
