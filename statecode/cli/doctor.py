"""Check how this machine isolates programs, and how to improve it.

Each layer of the sandbox is tested, and each possible mode runs a small program
and a hostile one. The exit code is 0 if untrusted programs can be traced here,
and 1 if only programs that you trust can be traced (--trust-programs).

    statecode doctor
    statecode doctor && statecode build --programs downloaded/ --out corpus/
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata

from rich.table import Table
from rich.text import Text

from statecode._version import __version__
from statecode.cli.fix_hints import Machine, fix_hints
from statecode.cli.formatting import Terminal
from statecode.errors import StatecodeError
from statecode.records import Limits, Program, Status, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines.registry import best_available_engine, engines_for
from statecode.tracing.sandbox.isolation import LAYERS_OF, Isolation, Mode, isolation_for, possible_modes
from statecode.tracing.sandbox.layers import LayerState, probe_layers

_SMALL = Program(program_id="small", problem_id="doctor", code="print(sum(range(4)))\n")
_HOSTILE = Program(program_id="hostile", problem_id="doctor", code="print(open('/etc/passwd').read())\n")
_LIMITS = Limits(wall_s=5.0, cpu_s=2.0)


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The result of running programs in one mode."""

    mode: Mode
    works: bool   # the fork server started, the small program ran, and, except in mode trusted, the hostile one failed
    message: str  # the observed behaviour, or the error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options: `statecode doctor` has none."""


def run(args: argparse.Namespace) -> int:
    """Test all layers and modes, print the tables and the advice; return 0 if untrusted programs can run, else 1."""
    states = probe_layers()
    trials = [try_mode(mode) for mode in (*possible_modes(states), Mode.TRUSTED)]
    console = Terminal(soft_wrap=True)
    for part in (facts_table(), layers_table(states), modes_table(states, trials)):
        console.print(part)
    for line in advice(states, trials, Machine.this()):
        console.print(line)
    return 0 if default_mode(states, trials) else 1


def try_mode(mode: Mode) -> TrialResult:
    """Run the small and the hostile program in one mode; return the result, also if the mode cannot be started."""
    isolation = isolation_for(mode=mode)
    try:
        options = RunOptions(engine=best_available_engine().name, limits=_LIMITS)
        with SandboxRunner(options, isolation=isolation) as runner:
            return _trial_result(isolation, runner.run(_SMALL).trace, runner.run(_HOSTILE).trace)
    except StatecodeError as error:
        return TrialResult(mode, False, str(error))


def _trial_result(isolation: Isolation, small: Trace, hostile: Trace) -> TrialResult:
    mode = isolation.mode
    if (small.status, small.stdout) != (Status.OK, "6\n"):
        return TrialResult(mode, False, f"a small program failed: {small.status.value}, {small.stderr[-200:]!r}")
    if mode is Mode.TRUSTED:
        return TrialResult(mode, True, "runs a small program, isolated by limits alone")
    if hostile.stdout or hostile.exception is None or hostile.exception.type not in _REFUSED:
        return TrialResult(mode, False, "a program that reads /etc/passwd was not refused")
    message = f"runs a small program; one that reads /etc/passwd fails with {hostile.exception.type}"
    if reason := replace(isolation, files=True).read_only_reason():
        consequence = "refused" if mode is Mode.FULL else "read-only"
        message += f"; with --files they are {consequence}: {reason}"
    return TrialResult(mode, True, message)


_REFUSED = ("PermissionError", "FileNotFoundError", "OSError")


def default_mode(states: Sequence[LayerState], trials: Sequence[TrialResult]) -> Mode | None:
    """Return the mode in which untrusted programs run: the strongest possible mode if its trial worked, else None.

    A weaker mode that works is not returned, because `statecode build` always chooses the strongest possible mode.
    """
    strongest = next(iter(possible_modes(states)), None)
    return next((trial.mode for trial in trials if trial.mode is strongest and trial.works), None)


def facts_table() -> Table:
    """Return a table with the versions, the platform and the user of this machine."""
    table = Table.grid(padding=(0, 2))
    preferred = engines_for("python")[0]
    user = "root" if hasattr(os, "geteuid") and os.geteuid() == 0 else "an ordinary user"
    for name, value in {
        "statecode": __version__,
        "snoop": metadata.version("snoop"),
        f"{preferred.name} engine": preferred.unavailable_reason() or "built",
        "Python": f"{platform.python_version()}, {sys.executable}",
        "platform": f"{platform.system()} on {platform.machine()}, as {user}",
        "kernel": platform.release(),
    }.items():
        table.add_row(Text(name, style="bold"), value)
    return table


def layers_table(states: Sequence[LayerState]) -> Table:
    """Return a table with the state of each layer and the reason for it."""
    table = _table("layers around a program", "layer", "state", "detail")
    for layer in states:
        state = Text("active", style="green") if layer.active else Text("refused", style="red")
        table.add_row(layer.name, state, layer.detail)
    return table


def modes_table(states: Sequence[LayerState], trials: Sequence[TrialResult]) -> Table:
    """Return a table with the layers of each mode, its state on this machine, and the result of its trial."""
    table = _table("modes", "mode", "layers", "state", "trial")
    by_mode = {trial.mode: trial for trial in trials}
    used = default_mode(states, trials)
    for mode in Mode:
        trial = by_mode.get(mode)
        layers = ", ".join(LAYERS_OF[mode])
        table.add_row(mode.value, layers, _state_of_mode(mode, trial, used), trial.message if trial else "")
    return table


def _state_of_mode(mode: Mode, trial: TrialResult | None, used: Mode | None) -> Text:
    if trial is None:
        return Text("not possible", style="red")
    if not trial.works:
        return Text("fails", style="red")
    if mode is Mode.TRUSTED:
        return Text("with --trust-programs")
    return Text("used", style="green") if mode is used else Text("possible")


def advice(states: Sequence[LayerState], trials: Sequence[TrialResult], machine: Machine) -> list[str]:
    """Return the lines below the tables: the mode of untrusted programs, failed trials, and fix hints."""
    used = default_mode(states, trials)
    lines = [_AVAILABLE.format(used.value) if used else _UNAVAILABLE]
    if used is not None and used is not Mode.FULL:
        lines.append(_VISIBLE)
    failed = [trial for trial in trials if not trial.works]
    lines += [f"the trial of mode {trial.mode.value} failed: {trial.message}" for trial in failed]
    return lines + [f"to enable more: {hint}" for hint in fix_hints(states, machine)]


_AVAILABLE = "untrusted programs can be traced on this machine; they run in mode {}"
_VISIBLE = (
    "in this mode a program can read the metadata of any path (whether it exists, its size, its times), and leave "
    "signs for other programs in the access times of library files"
)
_UNAVAILABLE = (
    "untrusted programs cannot be traced on this machine; statecode's own can, and with --trust-programs "
    "those that you trust"
)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
