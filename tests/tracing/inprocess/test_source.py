"""Check the source of recorded code: the variables that it mentions, and a source that has changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.errors import RecordingError
from statecode.tracing.engines import native
from tests.support.recorded_code import module_of

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


def test_module_variables_that_the_block_mentions(tmp_path: Path) -> None:
    code = "import statecode\nunused = 1\nused = [2]\nwith statecode.record() as recording:\n    more = used * 2\n"
    module = module_of(code.replace("unused", "unused_name"), tmp_path)
    module.__dict__["injected"] = 5
    names = [change.name for event in module.recording.trace.events for change in event.changes]
    assert names == ["statecode", "unused_name", "used", "len(used)", "more", "len(more)"]
    assert "__builtins__" in module.__dict__


def test_a_changed_source_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "edited.py"
    file.write_text("def f(): return 1\n")
    namespace: dict[str, Any] = {}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    f = statecode.record(namespace["f"])
    assert (f(), f.recordings[-1].trace.code) == (1, "def f(): return 1\n")
    file.write_text("x = 2\n\ndef f(): return 2\n")
    with pytest.raises(RecordingError, match=r"^no source found for f in .*edited.py; .* that has not changed since it was loaded$"):
        statecode.record(namespace["f"])
    script = "import statecode\nexec('def g(): return 1')\nprint('made')\nstatecode.record(g)\n"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)  # 3.13 keeps the text of -c
    assert result.stdout == "made\n"
    assert result.stderr.splitlines()[-1].endswith("RecordingError: no source found for g in <string>; record code of a file"
                                                   " or a notebook cell that has not changed since it was loaded")
