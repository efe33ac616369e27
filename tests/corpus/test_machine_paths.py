"""Test that no row contains a folder of the machine that built the corpus, and that such a folder is found."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import statecode
from statecode.corpus import machine_paths
from statecode.corpus.build import build
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.machine_paths import find_machine_paths
from statecode.corpus.statistics import compute_statistics
from statecode.files import PACKAGE_FOLDER
from statecode.records import Change, Event, EventKind, ExceptionInfo, Trace
from statecode.tracing.wire.normalise import machine_folders
from tests.support.corpus_samples import SETTINGS
from tests.support.engine_corpora import program_of

LEAKING = (
    "from fractions import gcd\n",
    "try:\n    from fractions import gcd\nexcept ImportError as error:\n    print(error)\n    kept = error, str(error)\n",
    "import os, sys, sysconfig\npaths = sys.path, sys.prefix, sys.executable, os.__file__, sysconfig.get_paths()\nprint(paths)\n",
    "import json, os\nprint(os.getcwd(), os.path.abspath('x'), os.path.expanduser('~'))\njson.loads('{')\n",
    "import sys, traceback, warnings\nwarnings.warn('w', stacklevel=2)\ntraceback.print_stack()\nframe = sys._getframe().f_back\n",
    "import collections\nfactory = collections.namedtuple.__code__\nopen(collections.__file__[:-3])\n",
)
_OF_ANY_MACHINE = re.compile(r"/(?:root|home|Users|tmp|opt|work|var)/|site-packages|dist-packages|(?<!>)/lib/python")


@pytest.fixture
def trace() -> Trace:
    return Trace(program_id="p", problem_id="p", input_index=0, code="x = 1\n", stdin="", status=statecode.Status.OK)


@pytest.mark.parametrize("field", ["stdout", "stderr", "message", "value", "detail", "change"])
def test_a_folder_is_found_in_every_recorded_text(trace, field, monkeypatch) -> None:
    monkeypatch.setattr(machine_paths, "machine_folders", lambda: {"/home/ann": "<home>", "/opt/py": "<prefix>"})
    text = "at /home/ann/x"
    event = Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>")
    fields = {
        "message": {"exception": ExceptionInfo("E", text, 1)},
        "value": {"events": (event._replace(value=text),)},
        "detail": {"events": (event._replace(detail=text),)},
        "change": {"events": (event._replace(changes=(Change("x", text),)),)},
    }.get(field, {field: text})
    assert find_machine_paths(trace) == []
    assert find_machine_paths(replace(trace, **fields)) == ["/home/ann"]
    assert find_machine_paths(replace(trace, **fields, code="x = '/home/ann'\n")) == []


def test_no_row_contains_a_folder_of_the_machine(tmp_path: Path) -> None:
    build([program_of(f"p{number}", code) for number, code in enumerate(LEAKING)], tmp_path / "corpus", **SETTINGS)
    traces = list(statecode.read(tmp_path / "corpus"))
    assert len(traces) == len(LEAKING)
    for trace in traces:
        assert find_machine_paths(trace) == []
        assert not _OF_ANY_MACHINE.search("\n".join(machine_paths.recorded_texts(trace))), trace.code
    assert compute_statistics(CorpusFolder(tmp_path / "corpus"), progress=False).rows_with_machine_paths == 0


def test_the_texts_of_the_program_are_kept(tmp_path: Path) -> None:
    folder = max(machine_folders(), key=len)
    code = f"x = {folder!r}\nprint(x)\n"
    build([program_of("p", code)], tmp_path / "corpus", **SETTINGS)
    trace, = statecode.read(tmp_path / "corpus")
    assert trace.stdout == f"{folder}\n"
    assert Change("x", repr(folder)) in [change for event in trace.events for change in event.changes]


def test_positions_in_the_output_are_those_of_the_normalised_output(tmp_path: Path) -> None:
    build([program_of("p", "import os\nprint(os.__file__)\nprint('ä')\nprint(1)\n")], tmp_path / "corpus", **SETTINGS)
    trace, = statecode.read(tmp_path / "corpus")
    assert trace.stdout == "<python>/os.py\nä\n1\n"
    assert [event.stdout_end for event in trace.events] == [0, 0, 0, 15, 17, 19]


def test_no_row_of_the_shipped_corpus_contains_a_folder_of_its_machine() -> None:
    for trace in statecode.read(PACKAGE_FOLDER / "data" / "embedded"):
        found = _OF_ANY_MACHINE.search("\n".join(machine_paths.recorded_texts(trace)))
        assert found is None or found[0] in trace.code, trace.program_id
