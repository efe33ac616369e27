from __future__ import annotations

import pytest

from statecode.tracing.engines import native


@pytest.fixture(autouse=True)
def no_interrupt_passes(monkeypatch) -> None:
    """Read values as in the sandbox, also if an earlier test of this process recorded in-process."""
    if native.available():
        from statecode.tracing.engines.native import guarded_reads

        monkeypatch.setattr(guarded_reads, "passed_on", ())
