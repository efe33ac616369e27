"""The exceptions of statecode, and the description of other exceptions in one line.

    StatecodeError
    ├── InputError          invalid input; the command line prints the message in one line and exits with 2
    │   ├── ProgramError    a source of programs: a missing folder, a row without code, invalid JSON
    │   ├── CorpusError     a corpus folder: missing, empty, unfinished, or with other settings
    │   ├── ConfigError     an option: an unknown preset, engine, view or config; a combination that is not allowed
    │   ├── IsolationError  an untrusted program on a machine that cannot isolate it
    │   ├── TraceParseError a text that is not a rendered trace
    │   ├── TextLengthError the text of a trace in a view exceeds the limit
    │   └── RecordingError  `statecode.record` cannot record here
    └── TracingError        the tracing process could not be started or has failed; never caused by the program
"""

from __future__ import annotations


class StatecodeError(Exception):
    """Base class of all exceptions of statecode. The message is one line: the error, its place, and the remedy."""


class InputError(StatecodeError, ValueError):
    """The input is invalid: a path, a row, an option."""


class ProgramError(InputError):
    """A source of programs cannot be read."""


class CorpusError(InputError):
    """A corpus folder cannot be read, or a build must not write to it."""


class ConfigError(InputError):
    """An option is unknown or invalid, or options cannot be combined."""


class IsolationError(InputError):
    """This machine cannot isolate untrusted programs, and the user has not declared them as trusted."""


class TraceParseError(InputError):
    """A text is not the rendering of a trace; the message contains the line and its number.

    Args:
        reason: the message without the line, by which errors can be counted; by default the message.
    """

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = message if reason is None else reason


class RecordingError(InputError):
    """`statecode.record` cannot record here: no source code, another active tracer, or another recording."""


class TextLengthError(InputError):
    """The text of a trace in a view has more characters than the limit."""


class TracingError(StatecodeError, RuntimeError):
    """The tracing process could not be started or has failed."""


EXTRAS = {
    "datasets": "datasets", "gguf": "gguf", "matplotlib": "plots", "tensorboard": "trackers", "numpy": "train",
    **dict.fromkeys(("accelerate", "sacrebleu", "safetensors", "tokenizers", "torch", "transformers"), "train"),
}
"""The extra of statecode that installs each optional package. numpy comes with torch."""


def missing_package_message(error: ModuleNotFoundError) -> str | None:
    """Return the error message for an import of an optional package that is not installed; None for other modules."""
    package = (error.name or "").partition(".")[0]
    if package not in EXTRAS:
        return None
    return f'the package {package} is not installed: pip install "statecode[{EXTRAS[package]}]"'


def one_line(error: Exception) -> str:
    """Return the type of an error and the first line of its message."""
    lines = str(error).strip().splitlines()
    return ": ".join([type(error).__name__, *lines[:1]])
