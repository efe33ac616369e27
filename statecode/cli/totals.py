"""Format the counts that explain the totals of a corpus: exceptions, missing modules, programs without input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from statecode.corpus.exceptions import installed


def explanation(
    exceptions: Mapping[str, int], missing_modules: Mapping[str, int], without_input: int, programs: int
) -> Iterator[tuple[str, str]]:
    """Yield pairs of a title and a text, for each kind of counts that is not empty.

    Args:
        exceptions: type → runs that it ended; most frequent first.
        missing_modules: module → runs that did not find it; most frequent first.
        without_input: number of programs whose inputs are all empty.
        programs: number of all programs.
    """
    if exceptions:
        yield "exceptions", format_counts(exceptions)
    if missing_modules:
        yield "missing modules", format_missing_modules(missing_modules)
    if without_input:
        yield "programs without input", "all" if without_input == programs else f"{without_input:,} of {programs:,}"


def format_counts(counts: Mapping[str, int], most: int = 10) -> str:
    """Return names with their numbers, such as `ValueError 12, KeyError 1`; those after the first `most` as a sum."""
    shown = [f"{name} {number:,}" for name, number in list(counts.items())[:most]]
    rest = list(counts.values())[most:]
    return ", ".join([*shown, *([f"{len(rest):,} others {sum(rest):,}"] if rest else [])])


def format_missing_modules(counts: Mapping[str, int], most: int = 10) -> str:
    """Return modules that runs did not find, such as `57 × numpy`, and the flag that allows those installed here."""
    shown = list(counts)[:most]
    text = ", ".join(f"{counts[name]:,} × {name}" for name in shown)
    if len(counts) > most:
        text += f" and {len(counts) - most:,} more"
    usable = installed(shown)
    hint = f"--allow-packages {','.join(usable)} allows them" if usable else "not installed here"
    return f"{text} ({hint})"
