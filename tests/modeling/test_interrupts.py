"""Test that a signal is deferred until the end of a step."""

from __future__ import annotations

import signal

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.interrupts import deferred_stop  # noqa: E402


def test_the_first_signal_is_deferred_and_the_second_interrupts() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), deferred_stop() as stop_requested:
        assert not stop_requested()
        signal.raise_signal(signal.SIGTERM)
        assert stop_requested()
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before
