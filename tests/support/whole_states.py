"""Record the reprs of a program's variables at each event, with `sys.settrace` and `repr` alone.

    python whole_states.py LIMIT PROGRAM STATES < STDIN

LIMIT is a number, the others are paths. The file STATES is written: a JSON list with one dict {name: repr} per event,
which includes attributes of the program's objects, such as `a.b` and `a.b.c`. A repr of more than LIMIT characters is
cut off after LIMIT characters; then it ends with `…+` and the number of omitted characters.
"""

from __future__ import annotations

import builtins
import enum
import json
import random
import sys
import types
import warnings
from pathlib import Path
from typing import Any

LIMIT = int(sys.argv[1]) if __name__ == "__main__" else 0


def text_of(value: Any) -> str:
    try:
        text = repr(value)
    except BaseException as error:
        return f"{object.__repr__(value)[:-1]} ({type(error).__name__} in repr)>"
    return text if len(text) <= LIMIT else f"{text[:LIMIT]}…+{len(text) - LIMIT}"


def attributes(value: Any) -> dict[str, Any]:
    kinds = [kind for kind in type(value).__mro__ if kind.__module__ == "__main__"]
    if not kinds or isinstance(value, enum.Enum):
        return {}
    names = set(getattr(value, "__dict__", ()))
    for kind in kinds:
        names |= {name for name, member in vars(kind).items() if isinstance(member, types.MemberDescriptorType)}
    found = {name: object.__getattribute__(value, name) for name in names if not name.startswith("__") and has(value, name)}
    return {name: found[name] for name in found if name.isidentifier()}


def has(value: Any, name: str) -> bool:
    try:
        object.__getattribute__(value, name)
    except AttributeError:
        return False
    return True


def state_of(names: dict[str, Any]) -> dict[str, str]:
    state = {}
    for name, value in names.items():
        if not name.isidentifier():
            continue
        state[name] = text_of(value)
        for first, inner in attributes(value).items():
            state[f"{name}.{first}"] = text_of(inner)
            if inner is not value:
                state |= {f"{name}.{first}.{second}": text_of(it) for second, it in attributes(inner).items()}
    return state


def run(code: str) -> list[dict[str, str]]:
    states: list[dict[str, str]] = []

    def trace(frame: types.FrameType, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename != "program.py":
            return None
        states.append(state_of(dict(frame.f_locals)))
        return trace

    main = types.ModuleType("__main__")
    main.__dict__.clear()
    main.__dict__.update(__name__="__main__", __builtins__=builtins)
    sys.modules["__main__"] = main
    warnings.simplefilter("ignore")
    random.seed(0)
    compiled = compile(code, "program.py", "exec", dont_inherit=True)
    sys.settrace(trace)
    try:
        exec(compiled, main.__dict__)
    except BaseException:
        pass
    finally:
        sys.settrace(None)
    return states


if __name__ == "__main__":
    Path(sys.argv[3]).write_text(json.dumps(run(Path(sys.argv[2]).read_text("utf-8"))), "utf-8")
