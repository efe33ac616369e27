"""The inputs of MBPP+ with the types that JSON lost: tuples, sets and complex numbers.

Which argument of which task was what is the knowledge of EvalPlus (github.com/evalplus/evalplus, Apache-2.0:
`mbpp_deserialize_inputs` in evalplus/data/mbpp.py), written down here as one shape per task. In eight tasks the asserts
of MBPP+ show more than EvalPlus restores: tuples in 98, 104, 140, 145 and inside 596, numbers that are not complex in
124 and 252, dictionary keys that are numbers in 301. Elsewhere a key that JSON made a string stays one. The tests
compare all types with the asserts and with the contracts that MBPP+ states for its functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_Restore = Callable[[Any], Any]


def restore(task: int, arguments: list[Any]) -> list[Any]:
    """Give one call's arguments, as JSON has them, the types that task `task` means."""
    return _SHAPES.get(task, list)(arguments)


def _same(value: Any) -> Any:
    return value


def _tuple_of(item: _Restore) -> _Restore:
    return lambda value: tuple(map(item, value)) if isinstance(value, list) else value


def _list_of(item: _Restore) -> _Restore:
    return lambda value: list(map(item, value)) if isinstance(value, list) else value


def _dict_of(item: _Restore) -> _Restore:
    return lambda value: {key: item(each) for key, each in value.items()}


def _set_or_empty_dict(value: Any) -> Any:
    return set(value) if value else {}  # task 115 asks whether all dictionaries are empty, and gives it sets


def _number(value: Any) -> Any:
    """A number from its text: an int, float or complex, whichever reads it first."""
    for kind in (int, float, complex) if isinstance(value, str) else ():
        try:
            return kind(value)
        except ValueError:
            pass
    return value


def _number_keys(value: Any) -> Any:
    return {_number(key): _number_keys(item) for key, item in value.items()} if isinstance(value, dict) else value


def _arguments(*shapes: _Restore) -> _Restore:
    """One shape per argument; further arguments stay as they are."""
    return lambda values: [shape(value) for shape, value in zip(shapes, values)] + values[len(shapes):]


_tuple = _tuple_of(_same)


def _deep_tuple(value: Any) -> Any:
    return tuple(map(_deep_tuple, value)) if isinstance(value, list) else value


_TASKS: list[tuple[_Restore, tuple[int, ...]]] = [
    (_list_of(_tuple), (2, 98, 116, 132, 143, 145, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 616, 630, 726,
                        740, 744, 809)),
    (_list_of(_list_of(_tuple)), (63, 64, 70, 94, 120, 140, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780)),
    (_list_of(_tuple_of(_tuple)), (259, 278, 401, 445)),
    (_list_of(_deep_tuple), (580, 596, 615, 791)),
    (_arguments(_list_of(_tuple)), (75, 413, 444, 753)),
    (_arguments(_tuple), (104, 250, 307, 405, 446, 617, 720, 763, 808)),
    (_arguments(_same, _tuple), (106, 750)),
    (_arguments(_list_of(_set_or_empty_dict)), (115,)),
    (_list_of(_number), (124, 252)),
    (_list_of(_number_keys), (301,)),
    (_arguments(_dict_of(_tuple)), (722,)),
]

_SHAPES = {task: shape for shape, tasks in _TASKS for task in tasks}
