"""Code that tests record, and the execution of a source as a module."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import statecode


def module_of(code: str, folder: Path, name: str = "recorded_module") -> ModuleType:
    """Execute a source from a file as a module, without any decorator."""
    path = folder / f"{name}.py"
    path.write_text(code, encoding="utf-8")
    module = ModuleType("__main__")  # the name that values show
    exec(compile(code, str(path), "exec"), module.__dict__)
    return module


# in the file of `numbers`, because a recording contains no functions of other files
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
