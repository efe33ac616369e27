"""The exceptions that statecode raises on purpose.

    StatecodeError
    ├── InputError          what the user gave is wrong; the command line prints it in one line and exits with 2
    │   ├── ProgramError    a program source: a missing folder, a row without code, invalid JSON
    │   ├── CorpusError     a corpus folder: missing, empty, unfinished, or made from something else
    │   ├── ConfigError     an option: an unknown preset, engine, view or config; values that do not fit together
    │   ├── IsolationError  an untrusted program, on a machine that cannot hold it
    │   ├── TraceParseError a text that is no rendering of a trace
    │   └── RecordingError  `statecode.record` cannot record here
    └── TracingError        the tracing process could not be started or kept alive; never a fault of the program
"""


class StatecodeError(Exception):
    """The base of every error below; its message is one line that says what, where and what to do."""


class InputError(StatecodeError, ValueError):
    """What the user gave is wrong: a path, a row, an option."""


class ProgramError(InputError):
    """A source of programs cannot be read."""


class CorpusError(InputError):
    """A corpus folder cannot be read, or must not be written to."""


class ConfigError(InputError):
    """An option is unknown, or options do not fit together."""


class IsolationError(InputError):
    """Untrusted programs cannot be kept from harm on this machine, and the user has not vouched for them."""


class TraceParseError(InputError):
    """A text is not what a view renders; the message names the line and shows it."""


class RecordingError(InputError):
    """`statecode.record` cannot record here: no source, another tracer, a recording within a recording."""


class TracingError(StatecodeError, RuntimeError):
    """The tracing process could not be started or kept alive."""
