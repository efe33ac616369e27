"""Locations of raised exceptions in sources, and strategies for arbitrary locations."""

from __future__ import annotations

import sys
import types

from hypothesis import strategies as st

from statecode.records import EventKind
from statecode.tracing.source_info.analysis import SourceAnalysis
from tests.support.paths import GOLDEN

KINDS = list(EventKind)
CALLS = (EventKind.CALL, EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.COMPREHENSION)


def raise_locations(code: str) -> list[tuple[int, int, int]]:
    """Run a program with a trace function; return the number of the code object, f_lasti and line of each exception."""
    module = compile(code, "program.py", "exec", dont_inherit=True)
    codes, found = [module], []
    for inner in codes:  # breadth first, which equals preorder for these programs
        codes += [constant for constant in inner.co_consts if isinstance(constant, types.CodeType)]

    def trace(frame, event, arg):
        if event == "exception" and frame.f_code in codes:
            found.append((codes.index(frame.f_code), frame.f_lasti, frame.f_lineno))
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        exec(module, {"__name__": "__main__"})
    except Exception:
        pass
    finally:
        sys.settrace(previous)
    return found


VARIED = (GOLDEN / "exceptions.py").read_text(encoding="utf-8") + "@len\nclass A:\n    x = [y for y in f'{1}{2}']\n"
ANALYSIS = SourceAnalysis(VARIED)
numbers = st.integers(-3, 300) | st.integers(-2**70, 2**70)
