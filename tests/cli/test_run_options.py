"""Test the command-line options of `RunOptions`."""

from __future__ import annotations

from dataclasses import fields

import pytest

from statecode.cli import run_options
from statecode.entry import ArgumentParser
from statecode.errors import ConfigError
from statecode.records import Limits
from statecode.tracing import RunOptions

NOT_DECLARED = {"isolation_mode"}  # the commands choose the strongest mode


def options_of(*arguments: str) -> RunOptions:
    parser = ArgumentParser()
    run_options.add_arguments(parser)
    return run_options.options_from(parser.parse_args(arguments))


def test_every_option_is_declared_and_has_the_same_default() -> None:
    parser = ArgumentParser()
    run_options.add_arguments(parser)
    declared = set(vars(parser.parse_args([])))
    flat = {field.name for field in (*fields(RunOptions), *fields(Limits))} - {"limits"}
    assert flat - declared == NOT_DECLARED and declared <= flat
    assert options_of() == RunOptions()


def test_all_values_are_read() -> None:
    assert options_of(
        "--engine", "native", "--fidelity", "full", "--repr-limit", "9", "--trust-programs",
        "--allow-packages", " numpy,, pandas", "--events", "5", "--wall-s", "2.5",
    ) == RunOptions(
        engine="native", fidelity="full", repr_limit=9, trust_programs=True, allow_packages=("numpy", "pandas"),
        limits=Limits(events=5, wall_s=2.5),
    )


def test_a_command_may_declare_the_sandbox_only_with_other_limits() -> None:
    parser = ArgumentParser()
    run_options.add_sandbox(parser, Limits(cpu_s=7))
    args = parser.parse_args(["--trust-programs"])
    assert run_options.options_from(args) == RunOptions(trust_programs=True, limits=Limits(cpu_s=7))


def test_a_limit_that_is_not_positive_is_an_error_of_the_user() -> None:
    with pytest.raises(ConfigError, match="^limit events must be positive; got 0$"):
        options_of("--events", "0")
