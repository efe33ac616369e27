"""`statecode.trace`: run one program, in a fork server that is kept for the next call."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import replace

from statecode.errors import ConfigError
from statecode.records import Limits, Program, Trace, files_text
from statecode.tracing.options import RunOptions
from statecode.tracing.runner import SandboxRunner

# A key contains the process id, because a forked process must not use its parent's runners. The options in it have the
# default limits, because a runner accepts other limits for each run.
_runners: dict[tuple[int, RunOptions, int], SandboxRunner] = {}
_lock = threading.Lock()


def trace(
    code: str,
    stdin: str = "",
    engine: str | None = None,
    limits: Limits | None = None,
    program: Program | None = None,
    *,
    trust_programs: bool = False,
    allow_packages: Collection[str] = (),
    fidelity: str = "snoop",
    repr_limit: int | None = None,
    files: Mapping[str, str] | None = None,
) -> Trace:
    """Run `code` with `stdin` and return its trace.

    The code may use the standard library. By default it has no access to the other files, the installed packages and
    the network of this machine. The first call starts a fork server, which takes about 0.2 s; later calls with equal
    settings reuse it.

    Args:
        engine: one of `ENGINES`; by default the native engine if it can be used, else snoop.
        limits: limits on time, memory, output and events; by default `Limits()`.
        program: its ids, label, origin, license, URL, language and metadata are copied into the trace. Its code,
            inputs, files and expected outputs are not used.
        trust_programs: run the code without isolation; only the limits apply.
        allow_packages: import names of installed packages that the code may import, such as numpy.
        fidelity: `snoop`, or `full`. With `full`, values are whole up to `repr_limit` characters, every change in them
            is found, and attributes of objects are recorded. Only the native engine supports `full`.
        repr_limit: maximum number of characters kept of a value with the fidelity `full`, by default 10,000. The
            fidelity `snoop` accepts none.
        files: name → text of the files that the code finds in its folder, in which it can then create, change and
            remove files; `{}` if it finds none. `Trace.files` holds the new and changed ones. By default the folder is
            read-only.

    Raises:
        ConfigError: the engine is unknown, cannot be used here, or does not support the fidelity or the language of
            `program`; the repr limit or a file is not valid; or a package of `allow_packages` is not installed.
        IsolationError: this machine cannot isolate untrusted code, and the code is not one of statecode's own programs.
        TracingError: the fork server does not start.
    """
    options = RunOptions(
        engine=engine, fidelity=fidelity, repr_limit=repr_limit, trust_programs=trust_programs,
        allow_packages=tuple(allow_packages),
    ).resolved()
    if program is None:
        language = options.find_engine().language
        program = Program(program_id="program", problem_id="program", code=code, language=language)
    text = _text_of(files)
    program = replace(program, code=code, inputs=(stdin,), expected_outputs=None, files=text)
    with _lock:
        return _runner_for(options).run(program, 0, limits or Limits()).trace


def _text_of(files: Mapping[str, str] | None) -> str | None:
    try:
        return None if files is None else files_text(files)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _runner_for(options: RunOptions) -> SandboxRunner:
    """Return the runner with these options; start it at the first call, and close it at the exit of this process."""
    key = os.getpid(), options, id(options.find_engine())  # another engine may be registered under the same name
    if key not in _runners:
        runner = _runners[key] = SandboxRunner(options)
        atexit.register(runner.close)
    return _runners[key]
