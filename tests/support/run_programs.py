"""Run many programs in one interpreter, a fresh namespace each: stdin has JSON [[id, code], ...], stdout {id: output}.

A program that raises or takes longer than ten seconds has null as its output. For benchmarks that are known to be
harmless; nothing isolates them here.
"""

import contextlib
import io
import json
import signal
import sys
import warnings


class TooSlow(BaseException):
    """Ten seconds are over."""


def too_slow(*ignored):
    raise TooSlow


def output_of(code):
    stdout = io.StringIO()
    signal.alarm(10)
    try:
        with contextlib.redirect_stdout(stdout):
            exec(compile(code, "program.py", "exec"), {"__name__": "__main__"})
    except BaseException:
        return None
    finally:
        signal.alarm(0)
    return stdout.getvalue()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, too_slow)
    json.dump({name: output_of(code) for name, code in json.load(sys.stdin)}, sys.stdout)
