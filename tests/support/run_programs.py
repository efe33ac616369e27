"""Run many programs in one interpreter: stdin is JSON [[id, code], ...], stdout is JSON {id: output}.

Each program gets a new namespace. The output of a program that raises or takes longer than ten seconds is null. The
programs are not isolated, so this script is for harmless data sets only.
"""

import contextlib
import io
import json
import signal
import sys
import warnings


class TooSlow(BaseException):
    """Raised in a program after ten seconds."""


def raise_too_slow(*ignored):
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
    signal.signal(signal.SIGALRM, raise_too_slow)
    json.dump({name: output_of(code) for name, code in json.load(sys.stdin)}, sys.stdout)
