"""Test that a signal is deferred until the end of a step. Stops of two processes: see test_several_processes."""

from __future__ import annotations

import signal

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.interrupts import SharedStop, deferred_stop  # noqa: E402


def test_the_first_signal_is_deferred_and_a_ctrl_c_after_it_interrupts() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), deferred_stop() as stop_requested:
        assert not stop_requested()
        signal.raise_signal(signal.SIGTERM)
        assert stop_requested()
        signal.raise_signal(signal.SIGTERM)  # the launcher repeats that of a scheduler
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_single_process_stops_at_once() -> None:
    requests = iter([False, True])
    stop = SharedStop(lambda: next(requests), processes=1)
    assert [stop(), stop()] == [False, True]
