"""Say what keeps programs from this machine, whether it holds, and what to change to get more.

Every layer is tried, not assumed, and in every mode that is possible one small program and one hostile one are run. The
exit code is 0 where programs that nobody here wrote can be traced, and 1 where only your own can (--trust-programs).

    statecode doctor
    statecode doctor && statecode build --programs downloaded/ --out corpus/
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from rich.console import Console
from rich.table import Table
from rich.text import Text

from statecode._version import __version__
from statecode.cli.fix_hints import Machine, remedies
from statecode.errors import StatecodeError
from statecode.records import Limits, Program, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.tracing.engines import native, preferred_engine
from statecode.tracing.sandbox.isolation import LAYERS_OF, Isolation, Mode, isolation_for, possible_modes
from statecode.tracing.sandbox.layers import LayerState, probe_layers

_SMALL = Program(program_id="small", problem_id="doctor", code="print(sum(range(4)))\n")
_HOSTILE = Program(program_id="hostile", problem_id="doctor", code="print(open('/etc/passwd').read())\n")
_LIMITS = Limits(wall_s=5.0, cpu_s=2.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a mode when programs were run in it."""

    mode: Mode
    works: bool  # the warm process started, the small program ran, the hostile one was refused what it wanted
    said: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`statecode doctor` has no options."""


def run(args: argparse.Namespace) -> int:
    """Try everything and print it."""
    states = probe_layers()
    trials = [try_mode(mode) for mode in (*possible_modes(states), Mode.TRUSTED)]
    console = Console(highlight=False, soft_wrap=True)
    for part in (facts_table(), layers_table(states), modes_table(states, trials)):
        console.print(part)
    for line in advice(states, trials, Machine.this()):
        console.print(Text(line))
    return 0 if mode_used(states, trials) else 1


def try_mode(mode: Mode) -> Trial:
    """Run a small program and a hostile one."""
    isolation = isolation_for(mode=mode)
    try:
        with SandboxRunner(preferred_engine(), _LIMITS, isolation) as runner:
            return _judge(isolation, runner.run(_SMALL).trace, runner.run(_HOSTILE).trace)
    except StatecodeError as error:
        return Trial(mode, False, str(error))


def _judge(isolation: Isolation, small: Trace, hostile: Trace) -> Trial:
    mode = isolation.mode
    if (small.status, small.stdout) != (Status.OK, "6\n"):
        return Trial(mode, False, f"a small program does not run: {small.status.value}, {small.stderr[-200:]!r}")
    if mode is Mode.TRUSTED:
        return Trial(mode, True, "runs a small program; nothing is kept from it")
    if hostile.stdout or hostile.exception is None or hostile.exception.type not in _REFUSED:
        return Trial(mode, False, "a program that reads /etc/passwd was not refused it")
    return Trial(mode, True, f"runs a small program; one that reads /etc/passwd gets {hostile.exception.type}")


_REFUSED = ("PermissionError", "FileNotFoundError", "OSError")


def mode_used(states: Sequence[LayerState], trials: Sequence[Trial]) -> Mode | None:
    """The mode that untrusted programs run in: the strongest that is possible, if it held; else None."""
    strongest = next(iter(possible_modes(states)), None)
    return next((trial.mode for trial in trials if trial.mode is strongest and trial.works), None)


def facts_table() -> Table:
    """What this machine is."""
    table = Table.grid(padding=(0, 2))
    user = "root" if hasattr(os, "geteuid") and os.geteuid() == 0 else "an ordinary user"
    for name, value in {
        "statecode": __version__,
        "snoop": metadata.version("snoop"),
        "native engine": native.reason() or "built",
        "Python": f"{platform.python_version()}, {sys.executable}",
        "platform": f"{platform.system()} on {platform.machine()}, as {user}",
        "kernel": platform.release(),
    }.items():
        table.add_row(Text(name, style="bold"), Text(value))
    return table


def layers_table(states: Sequence[LayerState]) -> Table:
    """Every layer with its state and the reason."""
    table = _table("layers around a program", "layer", "state", "found")
    for layer in states:
        state = Text("active", style="green") if layer.active else Text("refused", style="red")
        table.add_row(layer.name, state, Text(layer.detail))
    return table


def modes_table(states: Sequence[LayerState], trials: Sequence[Trial]) -> Table:
    """Every mode: what it is made of, whether it is possible, what came of trying it."""
    table = _table("modes", "mode", "layers", "here", "tried")
    by_mode = {trial.mode: trial for trial in trials}
    used = mode_used(states, trials)
    for mode in Mode:
        trial = by_mode.get(mode)
        layers = ", ".join(LAYERS_OF[mode])
        table.add_row(mode.value, layers, _standing(mode, trial, used), Text(trial.said if trial else ""))
    return table


def _standing(mode: Mode, trial: Trial | None, used: Mode | None) -> Text:
    if trial is None:
        return Text("not possible", style="red")
    if not trial.works:
        return Text("fails", style="red")
    if mode is Mode.TRUSTED:
        return Text("with --trust-programs")
    return Text("used", style="green") if mode is used else Text("possible")


def advice(states: Sequence[LayerState], trials: Sequence[Trial], machine: Machine) -> list[str]:
    """What all this means for the user, and what to change for more."""
    used = mode_used(states, trials)
    lines = [_CAN.format(used.value) if used else _CANNOT]
    failed = [trial for trial in trials if not trial.works]
    lines += [f"mode {trial.mode.value} failed when it was tried: {trial.said}" for trial in failed]
    return lines + [f"to get more: {remedy}" for remedy in remedies(states, machine)]


_CAN = "programs that nobody here wrote can be traced on this machine; they run in mode {}"
_CANNOT = (
    "programs that nobody here wrote cannot be traced on this machine; statecode's own can, and with --trust-programs "
    "those that you vouch for"
)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
