"""Run scripts, each as the main module of a fork of one process that has imported statecode and its native recorder.

    python -m tests.support.forked_scripts FOLDER    # runs FOLDER/*.py; writes .out, .err and .code beside each script
"""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import statecode
from statecode.tracing.inprocess import record, recording  # noqa: F401 - loaded before the forks


def run(script: Path) -> None:
    """Run a script in this process, a fork: its streams are files beside the script."""
    for number, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(script.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = [str(script)]
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    exec(compile(script.read_bytes(), str(script), "exec"), main.__dict__)


def main(folder: Path) -> None:
    with statecode.record():  # the first recording imports modules
        pass
    for script in sorted(folder.glob("*.py")):
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            run(script)
            return  # the interpreter ends as after any script
        status = os.waitpid(pid, 0)[1]
        script.with_suffix(".code").write_text(str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
