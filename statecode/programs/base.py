"""The protocol of a source of programs, and a base class for sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from statecode.arguments import NoOptions
from statecode.records import Program


class ProgramSource(Protocol):
    """A source of programs. `statecode.programs.SOURCES.register` adds one.

    A spec is the text with which the user chooses a source: `NAME`, `NAME:ARGUMENT` or a path.
    """

    @property
    def name(self) -> str:
        """Return the unique name, such as mbpp. A spec that begins with it is not the path of another source."""

    @property
    def form(self) -> str:
        """Return the form of the specs for lists of the known sources.

        It is `NAME`, `NAME:ARGUMENT`, `NAME[:ARGUMENT]` if the argument is optional, or a description of the paths,
        such as "a FOLDER of .py files". A spec that lacks a required argument is refused before `matches` is called.
        """

    @property
    def label(self) -> str:
        """Return the text that the help of an option shows before the colon, such as FOLDER."""

    @property
    def Options(self) -> type[Any]:
        """Return the type of the options: a frozen dataclass whose fields are made with `arguments.setting`.

        The name of a field is a keyword of `load_programs` and, with dashes, a flag of the commands. Each field has a
        default. Sources may have fields in common if these are equal: they inherit them from the same dataclass.
        """

    def matches(self, spec: str) -> bool:
        """Return True if the spec is one of this source."""

    def reads(self, spec: str) -> tuple[str, ...]:
        """Return the specs of the sources from which this source takes its programs, usually none.

        Their options are accepted together with the options of this source.
        """

    @property
    def load(self) -> Callable[..., Iterator[Program]]:
        """Return the function that loads programs, in the same order on every call: `load(spec, options, *programs)`.

        `options` is an instance of `Options`. `programs` contains the iterator over each source in `reads(spec)`. The
        function raises a ProgramError or a ConfigError at once if it cannot load any program; the iterator raises the
        errors of the later ones. Packages that are slow to import are imported in the function.
        """


class BaseSource:
    """Base class of sources. Its specs have the form `NAME`, `NAME:ARGUMENT` or `NAME[:ARGUMENT]`, as in `form`.

    A subclass defines `name` and `load`, and `form` or `Options` if the source has an argument or options. A source
    that is chosen by a path also defines `label` and `matches`.
    """

    name: str
    Options: type[Any] = NoOptions

    @property
    def form(self) -> str:
        """Return the name."""
        return self.name

    @property
    def label(self) -> str:
        """Return the name."""
        return self.name

    def matches(self, spec: str) -> bool:
        """Return True if the spec is the name, followed by an argument if `form` requires or allows one."""
        name, colon, argument = spec.partition(":")
        if name != self.name:
            return False
        if argument:
            return ":" in self.form
        return not colon and not self.form.startswith(f"{name}:")

    def reads(self, spec: str) -> tuple[str, ...]:
        """Return no specs: the programs come from no other source."""
        return ()
