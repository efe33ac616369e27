"""States of the layers of isolation on simulated machines."""

from __future__ import annotations

from statecode.cli.fix_hints import Machine
from statecode.tracing.sandbox.layers import LayerState

LINUX = Machine(system="Linux", kernel="6.8.0-45-generic")


def states(**refused: str) -> tuple[LayerState, ...]:
    """Return the states of all layers; `refused` maps the name of each refused layer to the reason."""
    names = ("namespaces", "privileges", "landlock", "seccomp", "limits")
    return tuple(LayerState(name, name not in refused, refused.get(name, "works")) for name in names)
