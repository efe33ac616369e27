"""Test that mapped copies equal their arrays and leave no files."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import numpy as np  # noqa: E402

from statecode.modeling import mapped_arrays  # noqa: E402
from statecode.modeling.mapped_arrays import mapped_copy  # noqa: E402


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_a_mapped_copy_is_equal_and_its_file_has_no_name(tmp_path: Path, dtype: str) -> None:
    array = np.arange(600_000, dtype=dtype)
    copy = mapped_copy(array, tmp_path)
    assert isinstance(copy, np.memmap) and copy.dtype == array.dtype and (copy == array).all()
    assert not list(tmp_path.iterdir())
    array[0] = 9
    assert copy[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        copy[0] = 1


def test_a_small_array_is_not_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.arange(10)
    assert mapped_copy(array, tmp_path) is array
    monkeypatch.setattr(mapped_arrays, "SMALLEST_BYTES", 8)
    assert mapped_copy(array, tmp_path).tolist() == array.tolist()
    assert mapped_copy(array[:0], tmp_path).tolist() == []
