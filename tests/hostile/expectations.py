"""Read the expectation of a hostile program: the `# key: value` lines at its top.

    must       the allowed outcomes, separated by |: a status, optionally followed by a truncation or the type of an
               exception; `any` if the program may falsify its own record
    stdout     the whole stdout without its last line ends; if SIGSYS ends the run, stdout may be a prefix of this text
    prints     text that stdout must contain; this key and the next three may be repeated
    lacks      text that stdout must not contain
    complains  text that stderr must contain
    recorded   a change `name = value` that the events must contain
    stdin      the input; by default the locations of the things to attack, as JSON: see environment.py
    files      the files that the program finds, a JSON object; it can create files if there are namespaces
    runs       trusted: without isolation, the program has the same outcome and does no harm
               weakened: may run with layers removed, because environment.py can repair all harm that it does
    trace_bytes  the limit of the trace in bytes, for programs that attack the supervisor's memory
    twice      same: a second run has an equal trace
               marked: it has an equal trace, or one of the two traces is marked as not deterministic

Texts are written with Python's escapes. Other comments follow these lines and start with a capital letter.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from statecode.programs.source_text import decode_source
from statecode.records import Limits, Status, Trace
from tests.hostile.raw_sources import RAW_SOURCES

PROGRAMS = Path(__file__).parent / "programs"
_LINE = re.compile(r"# ([a-z_]+):(?: (.*))?")
_TEXTS = ("stdout", "stdin", "files")
_LISTS = ("prints", "lacks", "complains", "recorded")
_WORDS = ("runs", "twice", "trace_bytes")


@dataclass(kw_only=True, eq=False)
class Hostile:
    """One hostile program with its expectation."""

    name: str                                        # topic/name
    code: str
    must: list[str]
    stdout: str | None = None
    stdin: str | None = None
    files: str | None = None
    prints: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    complains: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    trace_bytes: list[str] = field(default_factory=list)

    def mismatches(self, trace: Trace, limits: Limits) -> list[str]:
        """Return one text for each difference between the trace and the expectation."""
        found = [] if self._allows(trace) else [
            f"must be {' | '.join(self.must)}; is {trace.status.value} {trace.truncation or trace.exception or ''}"
        ]
        found += [f"stdout lacks {text!r}" for text in self.prints if text not in trace.stdout]
        found += [f"stdout has {text!r}" for text in self.lacks if text in trace.stdout]
        found += [f"stderr lacks {text!r}" for text in self.complains if text not in trace.stderr]
        found += [f"not recorded: {text}" for text in self.recorded if text not in changes(trace)]
        return found + self._stdout_mismatches(trace) + limit_violations(trace, limits)

    def _allows(self, trace: Trace) -> bool:
        detail = trace.exception.type if trace.exception and trace.truncation is None else trace.truncation
        return bool({"any", trace.status.value, f"{trace.status.value} {detail}"} & set(self.must))

    def _stdout_mismatches(self, trace: Trace) -> list[str]:
        if self.stdout is None:
            return []
        printed, expected = trace.stdout.rstrip("\n"), self.stdout.rstrip("\n")
        if printed == expected or trace.truncation == "SIGSYS" and expected.startswith(printed):
            return []
        return [f"stdout must be {expected!r}; is {printed[:200]!r}"]


def changes(trace: Trace) -> set[str]:
    """Return all changes of all events, as `name = value`."""
    return {f"{change.name} = {change.value}" for event in trace.events for change in event.changes}


def limit_violations(trace: Trace, limits: Limits) -> list[str]:
    """Return one text for each violated rule.

    The trace is within its limits. If the event limit ended the run, the trace has exactly this number of events.
    """
    found = []
    if len(trace.events) > limits.events:
        found.append(f"{len(trace.events)} events, more than {limits.events}")
    if trace.status is Status.EVENT_LIMIT and trace.truncation == "events" and len(trace.events) != limits.events:
        found.append(f"stopped by the event limit at {len(trace.events)} events of {limits.events}")
    # a byte that is not UTF-8 is recorded as four characters
    found += [f"{len(text)} characters of output" for text in (trace.stdout, trace.stderr)
              if len(text) > 4 * limits.output_bytes]
    return found


def load() -> dict[str, Hostile]:
    """Return all hostile programs by name: first those in files, sorted by name, then those of raw_sources.py."""
    sources = {
        path.relative_to(PROGRAMS).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(PROGRAMS.rglob("*.py"))
    }
    found = {name: _hostile(name, source, source) for name, source in sources.items()}
    for name, (header, source) in RAW_SOURCES.items():
        code = decode_source(source) if isinstance(source, bytes) else source
        found[name] = _hostile(name, header, code)
    return found


def _hostile(name: str, header: str, code: str) -> Hostile:
    fields: dict[str, list[str]] = {}
    for line in header.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            break
        key, text = match.groups(default="")
        if key not in ("must", *_TEXTS, *_LISTS, *_WORDS):
            raise ValueError(f"{name}: no such key: {line}")
        fields.setdefault(key, []).append(text)
    texts = {key: "\n".join(map(_unescaped, fields[key])) for key in _TEXTS if key in fields}
    lists = {key: list(map(_unescaped, fields[key])) for key in _LISTS if key in fields}
    words = {key: " ".join(fields[key]).split(", ") for key in _WORDS if key in fields}
    must = [alternative.strip() for text in fields["must"] for alternative in text.split("|")]
    return Hostile(name=name, code=code, must=must, **texts, **lists, **words)  # type: ignore[arg-type]


def _unescaped(text: str) -> str:
    return codecs.decode(text.encode("latin-1", "backslashreplace"), "unicode_escape")
