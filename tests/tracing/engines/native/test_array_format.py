"""Check that arrays are formatted as numpy formats them with the settings of cheap_repr."""

from __future__ import annotations

import cheap_repr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.tracing.engines.native import array_format
from statecode.tracing.engines.native.array_format import format_array

np = pytest.importorskip("numpy", reason="needs numpy: pip install numpy")
FORMATTED = "?bBhHiIlLqQd"  # the dtypes that `format_array` knows

special = st.sampled_from([0.0, -0.0, 1 / 3, 2 / 3, 0.1, 1e-4, 99999999.0, 1e8, 2.0**26, 67108864.015625, 0.5**9, 1e16, 1e-290, 1e290])
floats = st.one_of(
    special, st.floats(-10, 10), st.floats(-1e8, 1e8), st.floats(-1e290, 1e290), st.integers(-999, 999).map(float),
    st.integers(-10**6, 10**6).map(lambda number: number / 1000), st.integers(0, 2**40).map(lambda number: number / 2.0**20),
).filter(lambda number: number == 0 or abs(number) > 1e-300)


@st.composite
def arrays(draw):
    """Return arrays of up to 6 dimensions, with a few different items; some are views."""
    dtype = np.dtype(draw(st.sampled_from(FORMATTED + "ddd")))
    dimensions = draw(st.integers(1, 6))
    shape = draw(st.lists(st.integers(1, 9 if dimensions < 4 else 3), min_size=dimensions, max_size=dimensions))
    if dtype.kind in "iu":
        item = st.integers(np.iinfo(dtype).min, np.iinfo(dtype).max) | st.integers(0, 99)
    else:
        item = floats if dtype.kind == "f" else st.booleans()
    items = np.array(draw(st.lists(item, min_size=1, max_size=12)), dtype)
    array = np.resize(items, shape)
    return draw(st.sampled_from([array, array.T, array[::-1], array[..., ::-1]]))


@pytest.fixture(scope="module", autouse=True)
def default_options():
    with np.printoptions():
        yield


@given(arrays())
def test_the_text_is_that_of_numpy(array) -> None:
    assert format_array(array) == cheap_repr.repr_ndarray(array, None)


@pytest.mark.parametrize("size", range(30))
def test_lines_are_wrapped_as_by_numpy(size) -> None:
    for number in (10**size, -(10**size)) if size < 19 else (1.5, 1 / 3):
        array = np.full((2, 7), number)
        assert format_array(array) == cheap_repr.repr_ndarray(array, None)
        assert format_array(array[0, :6]) == cheap_repr.repr_ndarray(array[0, :6], None)


@pytest.mark.parametrize("code", ["np.array(3)", "np.array([])", "np.zeros((1,) * 7)", "np.array([np.nan])", "np.array([1, np.inf])",
                                  "np.ones(2, 'f')", "np.ones(2, complex)", "np.array(['a'])", "np.ones(3, '>i4')", "np.array([1e308, 1e308])", "np.array([5e-324])"])
def test_other_arrays_are_left_to_numpy(code) -> None:
    assert format_array(eval(code, {"np": np})) is None


def test_the_settings_are_those_of_snoop() -> None:
    assert cheap_repr.repr_ndarray.maxparts == array_format.PARTS
