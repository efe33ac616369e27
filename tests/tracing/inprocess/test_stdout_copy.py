"""Check which printed text a recording contains."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Iterator

import pytest

import statecode
from statecode.tracing.engines import native

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


def test_stdout_is_the_stream_at_the_start() -> None:
    with contextlib.redirect_stdout(io.StringIO()) as outer:
        with statecode.record() as recording:
            print("é")
            with contextlib.redirect_stdout(io.StringIO()):
                print("elsewhere")
            sys.stdout.writelines(["a", "\ud800"])
    assert outer.getvalue() == "é\na\ud800"
    assert recording.trace.stdout == "é\na\\ud800"
    with contextlib.redirect_stdout(None), statecode.record() as recording:
        print("nowhere")
    assert recording.trace.stdout == ""


def test_each_recording_has_the_stdout_of_its_start() -> None:
    @statecode.record
    def printing(text: str) -> Iterator[None]:
        print(text, 1)
        yield
        print(text, 2)

    with contextlib.redirect_stdout(io.StringIO()) as one, statecode.record() as recording:
        print("one")
        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()
    with contextlib.redirect_stdout(io.StringIO()) as two:
        generator = printing("two")
        next(generator)
    with contextlib.redirect_stdout(io.StringIO()) as three:
        assert list(generator) == []
    assert (one.getvalue(), two.getvalue(), three.getvalue()) == ("one\n", "two 1\n", "two 2\n")
    assert recording.trace.stdout == "one\n"
    assert printing.recordings[-1].trace.stdout == "two 1\ntwo 2\n"
