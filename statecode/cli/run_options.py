"""The options of `RunOptions`, shared by the commands that run programs."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from statecode.errors import ConfigError
from statecode.input_files import RefusedFile, read_file
from statecode.records import FIDELITIES, MAX_FILE_BYTES, MAX_FILES, REPR_LIMIT, Limits, files_text
from statecode.terminal import print_line
from statecode.tracing.engines.registry import ENGINES, best_available_engine
from statecode.tracing.options import RunOptions
from statecode.tracing.sandbox.isolation import Isolation, Mode

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
    values = {name: getattr(args, name) for name in declared}
    if values.get("files") is not None:
        values["files"] = _files_in(values["files"])
    options = RunOptions(limits=limits, **values)
    if options.files is not None and (reason := _no_files_reason(options.isolation())):
        print_line(f"warning: {reason}", sys.stderr)
    return options


def _no_files_reason(isolation: Isolation) -> str:
    """Return the reason why files that programs create are not recorded with an isolation; "" if they are."""
    reason = isolation.read_only_reason()
    if isolation.mode is Mode.TRUSTED or not reason:
        return reason
    return f"programs can read the files but create none ({reason}); `statecode doctor` lists the fixes"


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
    group.add_argument(
        "--files", metavar="DIR",
        help="programs find a copy of the files in this folder, and may create files beside them; the copy is new for "
        "each run (default: an empty folder that they cannot change)",
    )
    group = parser.add_argument_group("limits of one run; events and output up to the limit are kept")
    for field in fields(Limits):
        number = float if isinstance(field.default, float) else int
        default = getattr(limits, field.name)
        group.add_argument(
            f"--{field.name.replace('_', '-')}", type=number, default=default, metavar="N",
            help=f"{_LIMITS_HELP[field.name]} (default: {default:{'g' if number is float else ','}})",
        )


def _files_in(folder: str) -> str:
    """Return the files in a folder as `records.files_text` does.

    Raises:
        ConfigError: the folder or a file in it cannot be read or is not UTF-8; it has subfolders, or too many files.
    """
    files = {}
    try:
        for path in sorted(Path(folder).iterdir())[:MAX_FILES + 1]:  # one more than allowed, for the error
            if path.is_dir():
                raise ConfigError(f"{path}: not a file; --files takes a folder that contains files only")
            files[path.name] = read_file(path, Path(folder), MAX_FILE_BYTES).decode("utf-8")
    except RefusedFile as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    except OSError as error:
        raise ConfigError(f"{error.filename}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}") from None
    try:
        return files_text(files)
    except ValueError as error:
        raise ConfigError(f"{folder}: {error}") from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))
