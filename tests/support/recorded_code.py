"""Code that tests record, and the execution of a source as a module."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import statecode


def module_of(code: str, folder: Path, name: str = "recorded_module") -> ModuleType:
    """Write a source to a file, execute it as a module and return the module. No decorator is added."""
    path = folder / f"{name}.py"
    path.write_text(code, encoding="utf-8")
    module = ModuleType("__main__")  # this name appears in reprs of values
    exec(compile(code, str(path), "exec"), module.__dict__)
    return module


# in the same file as `numbers`, because a recording contains no functions of other files
def helper(x: int) -> int:
    y = x + 1
    return y


@statecode.record
def numbers(n: int) -> Iterator[int]:
    for i in range(n):
        try:
            got = yield helper(i)
        except ValueError as error:
            got = str(error)
        if got:
            yield got


class Interrupting:
    def __repr__(self) -> str:
        signal.raise_signal(signal.SIGINT)
        return "never"
