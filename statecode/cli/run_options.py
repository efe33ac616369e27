"""The options of `RunOptions`, shared by the commands that run programs."""

from __future__ import annotations

import argparse
from dataclasses import fields

from statecode.errors import ConfigError
from statecode.records import FIDELITIES, REPR_LIMIT, Limits
from statecode.tracing.engines.registry import ENGINES, best_available_engine
from statecode.tracing.options import RunOptions

_ISOLATION_HELP = """\
By default programs can use the standard library, but no other file, no network
and no other process. `statecode doctor` checks this machine."""

_LIMITS_HELP = {
    "wall_s": "elapsed time in seconds",
    "cpu_s": "CPU time in seconds",
    "memory_bytes": "bytes of memory that the program can allocate",
    "output_bytes": "bytes of stdout, of stderr, and of each file that the program writes",
    "events": "number of recorded events",
    "trace_bytes": "bytes of the recorded events",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare all options of `RunOptions`."""
    add_recording(parser)
    add_sandbox(parser)


def options_from(args: argparse.Namespace) -> RunOptions:
    """Return the declared options as `RunOptions`; options that were not declared have their defaults.

    Raises:
        ConfigError: an option is not valid.
    """
    try:
        limits = Limits(**{field.name: getattr(args, field.name) for field in fields(Limits)})
    except ValueError as error:
        raise ConfigError(str(error)) from None
    declared = [field.name for field in fields(RunOptions) if hasattr(args, field.name)]
    return RunOptions(limits=limits, **{name: getattr(args, name) for name in declared})


def add_recording(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the engine and of the values that it records."""
    known, default = ", ".join(ENGINES), best_available_engine().name
    parser.add_argument(
        "--engine", metavar="NAME",
        help=f"the engine that records the events: {known} (default: {default} on this machine)",
    )
    parser.add_argument(
        "--fidelity", metavar="NAME", default="snoop",
        help=f"how values are recorded, {' or '.join(FIDELITIES)}: shortened as snoop shows them, or whole, with every "
        "change inside them and the attributes of objects (native engine only) (default: %(default)s)",
    )
    parser.add_argument(
        "--repr-limit", type=int, metavar="N",
        help=f"maximum characters per value with --fidelity full (default: {REPR_LIMIT:,})",
    )


def add_sandbox(parser: argparse.ArgumentParser, limits: Limits = Limits()) -> None:
    """Declare the options of isolation, and one option per limit with its default in `limits`."""
    group = parser.add_argument_group("isolation", _ISOLATION_HELP)
    group.add_argument(
        "--trust-programs", action="store_true",
        help="trust the programs: isolate them by the limits alone, so that they can use files, network and processes",
    )
    group.add_argument(
        "--allow-packages", type=_names, default=(), metavar="NAME,...",
        help="import names of packages that programs may use besides the standard library, for example numpy,pandas",
    )
    group = parser.add_argument_group("limits of one run; events and output up to the limit are kept")
    for field in fields(Limits):
        number = float if isinstance(field.default, float) else int
        default = getattr(limits, field.name)
        group.add_argument(
            f"--{field.name.replace('_', '-')}", type=number, default=default, metavar="N",
            help=f"{_LIMITS_HELP[field.name]} (default: {default:{'g' if number is float else ','}})",
        )


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))
