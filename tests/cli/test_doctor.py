"""Test `statecode doctor` on this machine and on simulated machines that refuse layers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from rich.console import Console

from statecode.cli import doctor
from statecode.cli.doctor import TrialResult, advice, default_mode, layers_table, modes_table, try_mode
from statecode.cli.fix_hints import Machine
from statecode.tracing import SandboxRunner
from statecode.tracing.sandbox import namespaces
from statecode.tracing.sandbox.isolation import Isolation, Mode, isolation_for, possible_modes
from statecode.tracing.sandbox.layers import LayerState, probe_layers
from tests.support.layer_states import LINUX, states


def good_trials(layers: tuple[LayerState, ...]) -> list[TrialResult]:
    return [TrialResult(mode, True, "runs") for mode in (*possible_modes(layers), Mode.TRUSTED)]


def printed(*parts: object) -> str:
    console = Console(width=160, highlight=False)
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get()


def test_on_this_machine() -> None:
    done = subprocess.run([sys.executable, "-m", "statecode", "doctor"], capture_output=True, text=True, timeout=100,
                          env={**os.environ, "COLUMNS": "200"})
    layers = probe_layers()
    assert done.stderr == ""
    for layer in layers:
        assert layer.name in done.stdout and ("active" if layer.active else "refused") in done.stdout
    if possible_modes(layers):
        assert done.returncode == 0
        assert f"they run in mode {possible_modes(layers)[0].value}\n" in done.stdout
        assert done.stdout.count("one that reads /etc/passwd fails with ") == len(possible_modes(layers))
    else:
        assert done.returncode == 1 and "cannot be traced on this machine" in done.stdout


@pytest.mark.parametrize("mode", Mode)
def test_every_possible_mode_works(mode: Mode) -> None:
    if mode is not Mode.TRUSTED and mode not in possible_modes(probe_layers()):
        pytest.skip(f"mode {mode.value} is not possible here")
    trial = try_mode(mode)
    assert trial.works, trial.message


@pytest.mark.parametrize(("mode", "expected"), [("full", "with --files they are refused: no mount"),
                                                ("no-namespaces", "with --files they are read-only: namespaces")])
def test_where_programs_can_create_no_files(mode: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if Mode(mode) not in possible_modes(probe_layers()):
        pytest.skip(f"mode {mode} is not possible here")
    assert ("--files" in try_mode(Mode(mode)).message) == (mode != "full")
    monkeypatch.setattr(namespaces, "mount_refusal", lambda: "no mount")
    assert expected in try_mode(Mode(mode)).message


def test_a_mode_in_which_a_hostile_program_reads_a_file_fails() -> None:
    with SandboxRunner(isolation=isolation_for(mode=Mode.TRUSTED)) as runner:  # no isolation besides limits
        small, hostile = (runner.run(program).trace for program in (doctor._SMALL, doctor._HOSTILE))
    assert "root" in hostile.stdout
    for mode in possible_modes(states()):
        trial = doctor._trial_result(Isolation(mode=mode, layers=states()), small, hostile)
        assert (trial.works, trial.message) == (False, "a program that reads /etc/passwd was not refused")


@pytest.mark.parametrize(
    ("refused", "used"),
    [
        ({}, Mode.FULL),
        ({"landlock": "no"}, Mode.FULL),
        ({"namespaces": "no"}, Mode.NO_NAMESPACES),
        ({"namespaces": "no", "landlock": "no"}, None),
        ({"seccomp": "no"}, None),
    ],
)
def test_the_strongest_possible_mode_is_used(refused: dict[str, str], used: Mode | None) -> None:
    layers = states(**refused)
    assert default_mode(layers, good_trials(layers)) is used
    text = printed(layers_table(layers), modes_table(layers, good_trials(layers)), *advice(layers, [], LINUX))
    assert text.count("refused") >= len(refused)
    first, *others = advice(layers, good_trials(layers), LINUX)
    assert (doctor._VISIBLE in others) == (used is Mode.NO_NAMESPACES)
    assert first.endswith(f"can be traced on this machine; they run in mode {used.value}" if used else "those that you trust")


def test_a_mode_that_fails_its_trial_is_not_used() -> None:
    trials = [TrialResult(Mode.FULL, False, "does not start"), TrialResult(Mode.NO_NAMESPACES, True, "")]
    assert default_mode(states(), trials) is None  # a build would use the mode full and fail
    assert "fails" in printed(modes_table(states(), trials))
    assert advice(states(), trials, LINUX)[1] == "the trial of mode full failed: does not start"


def test_other_systems_have_one_fix_hint() -> None:
    refused = dict.fromkeys(("namespaces", "landlock", "seccomp"), "needs Linux, this is darwin")
    layers = states(**refused)
    lines = advice(layers, good_trials(layers), Machine(system="Darwin", kernel="24.1.0"))
    assert len(lines) == 2 and "--trust-programs" in lines[0] and "on Linux, in a container" in lines[1]
