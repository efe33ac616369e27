"""Fill in the numbers of a dataset card from its corpus, so that the card and the corpus agree.

The card (dataset_script/README.md) has placeholders such as `<!-- fill: splits -->...<!-- end -->`; this command
replaces the text between the two marks. Run it after a new build of the shipped corpus:

    python -m statecode.corpus.card statecode/data/embedded dataset_script/README.md
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import Manifest
from statecode.corpus.reader import read
from statecode.corpus.statistics import Distribution, Statistics, compute_statistics
from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import InputError
from statecode.text import markdown_cell

_PLACEHOLDER = re.compile(r"(<!-- fill: (\w+) -->\n).*?(\n?<!-- end -->)", re.DOTALL)


def fill_card(card: str, corpus: Path, *, progress: bool = True) -> str:
    """Return the card with every placeholder filled from `corpus`.

    Raises:
        CorpusError: `corpus` is not the folder of a corpus, or cannot be read.
        InputError: the card has an unknown placeholder.
    """
    folder = CorpusFolder(corpus)
    statistics = compute_statistics(folder, progress=progress)

    def fill(match: re.Match[str]) -> str:
        if match[2] not in _FILLERS:
            raise InputError(f"the card has an unknown placeholder {match[2]!r}; known: {', '.join(_FILLERS)}")
        return match[1] + "\n".join(_FILLERS[match[2]](statistics, folder)) + "\n<!-- end -->"

    return _PLACEHOLDER.sub(fill, card)


def _splits(statistics: Statistics, folder: CorpusFolder) -> Iterable[str]:
    yield from _header("split", "problems", "programs", "runs", "bytes of Parquet")
    for split, counts in statistics.splits.items():
        yield _line(split, counts.problems, counts.programs, counts.runs, counts.data_bytes)


def _outcomes(statistics: Statistics, folder: CorpusFolder) -> Iterable[str]:
    yield from _header("column", "value", "runs")
    columns = {"status": statistics.statuses, "label": statistics.labels, "verdict": statistics.verdicts}
    for column, counts in columns.items():
        for value, runs in counts.items():
            yield _line(f"`{column}`", f"`{value}`", runs)
    yield _line("`deterministic`", "`False`", statistics.nondeterministic_runs)


def _lengths(statistics: Statistics, folder: CorpusFolder) -> Iterable[str]:
    yield from _header("per run", "median", "90%", "most", "all runs")
    yield _distribution_row("events", statistics.events)
    yield _distribution_row("bytes of snoop's text", statistics.text.snoop_text)


def _licences(statistics: Statistics, folder: CorpusFolder) -> Iterable[str]:
    yield from _header("origin", "licence", "programs")
    programs = {trace.program_id: (trace.origin, trace.license or "not stated") for trace in read(folder.path)}
    for (origin, licence), count in sorted(Counter(programs.values()).items()):
        yield _line(origin, licence, count)


def _duplicates(statistics: Statistics, folder: CorpusFolder) -> Iterable[str]:
    yield (
        f"Of {statistics.programs:,} programs, {statistics.distinct_codes:,} are distinct byte for byte and "
        f"{statistics.distinct_normalised:,} without layout and comments."
    )


def _made_with(statistics: Statistics, folder: CorpusFolder) -> Iterable[str]:
    yield from _header("setting", "value")
    for name, value in Manifest.read(folder).settings.items():
        yield _line(name.replace("_", " "), _setting(value))


def _setting(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(f"`{item}`" for item in value) or "none"
    return value if type(value) is int else f"`{value}`"


_FILLERS: dict[str, Callable[[Statistics, CorpusFolder], Iterable[str]]] = {
    "splits": _splits,
    "outcomes": _outcomes,
    "lengths": _lengths,
    "licences": _licences,
    "repeats": _duplicates,
    "made_with": _made_with,
}


def _distribution_row(name: str, values: Distribution) -> str:
    return _line(name, values.median, values.p90, values.max, values.total)


def _header(*names: str) -> list[str]:
    return [_line(*names), "|" + "---|" * len(names)]


def _line(*cells: object) -> str:
    texts = (f"{cell:,}" if isinstance(cell, int) else markdown_cell(str(cell)) for cell in cells)
    return f"| {' | '.join(texts)} |"


def main(argv: Sequence[str] | None = None) -> None:
    """Fill the placeholders of a dataset card with the numbers of a corpus; `argv` contains the paths of both.

    Raises:
        InputError: the card does not exist or has an unknown placeholder.
        CorpusError: the corpus cannot be read.
    """
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="a finished corpus")
    parser.add_argument("card", type=Path, help="the Markdown file whose placeholders are filled")
    args = parser.parse_args(argv)
    if not args.card.is_file():
        raise InputError(f"{args.card}: no such file; pass the path of the card, such as dataset_script/README.md")
    args.card.write_text(fill_card(args.card.read_text(encoding="utf-8"), args.corpus), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
