"""List the views, or compare their sizes over a corpus.

A view is lossless if its text can be parsed to an equal trace, and lossless "in
part" if it can be parsed but does not contain every field of the trace.

--compare prints the characters, the bytes after zstd compression (all texts in
one stream), the events rendered and parsed per second of CPU time, and the
tokens: of each --tokenizer, and of a byte-level BPE that is trained for each
view on a sample of its texts. The last column is the ratio of snoop's tokens to
those of the view (median over traces). Views with rows are measured as JSON lines.

    statecode views
    statecode views --compare embedded --traces 200
    statecode views --compare embedded --tokenizer openai-community/gpt2
    statecode views --compare corpus/ --tokenizer some/folder \\
        --views snoop,compact --markdown
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from rich import box
from rich.table import Table

from statecode import views
from statecode.cli.corpora import CORPUS_HELP, corpus_folder
from statecode.cli.formatting import Terminal, format_bytes
from statecode.corpus.reader import read, shards_to_read
from statecode.errors import ConfigError
from statecode.evaluation import token_counters
from statecode.evaluation.view_sizes import ViewSizes, measure_view
from statecode.progress import progress_bar
from statecode.records import Trace
from statecode.terminal import print_lines

BUDGETS = (1024, 4096)  # context lengths of small models, in tokens
REFERENCE = "snoop"

_Row = Sequence[str]
_TitledTable = tuple[str, _Row, Iterable[_Row]]  # title, columns, rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode views`."""
    parser.add_argument("--compare", metavar="DIR", help=f"compare the views over this corpus: {CORPUS_HELP}")
    parser.add_argument("--tokenizer", metavar="NAME_OR_FOLDER", nargs="+", default=[], action="extend",
                        help="also count the tokens of these tokenizers: ids on the Hugging Face Hub, or folders with "
                             "tokenizer.json, with vocab.json and merges.txt, or with vocab.txt")
    parser.add_argument("--views", metavar="NAMES", help="use only these views, separated by commas (default: all)")
    parser.add_argument("--split", help="use only this split of the corpus (default: all)")
    parser.add_argument("--traces", metavar="N", type=int, help="use only the first N traces (default: all)")
    parser.add_argument("--vocabulary", metavar="N", type=int, default=4096,
                        help="vocabulary size of the BPE trained for each view; 0 trains none (default: %(default)s)")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")


def run(args: argparse.Namespace) -> int:
    """List the views, or compare them if `--compare` is set; return the exit code 0."""
    names = [views.check_view(name) for name in args.views.split(",")] if args.views else list(views.VIEWS)
    if args.compare is None:
        _check_no_compare_options(args)
        _print("views", ("view", "lossless", "content"), _view_rows(names), args.markdown)
        return 0
    for option in ("traces", "vocabulary"):
        value = getattr(args, option)
        if value is not None and value < (option == "traces"):
            raise ConfigError(f"--{option} {value}: must be a positive number")
    sizes = list(_measure_views(args, names))
    for title, columns, rows in _tables(sizes):
        _print(title, columns, rows, args.markdown)
    return 0


def _check_no_compare_options(args: argparse.Namespace) -> None:
    """Check that none of `--tokenizer`, `--split` and `--traces` is set, which need `--compare`.

    Raises:
        ConfigError: one of them is set.
    """
    is_set = {"--tokenizer": args.tokenizer, "--split": args.split, "--traces": args.traces is not None}
    for option, value in is_set.items():
        if value:
            raise ConfigError(f"{option} needs a corpus: add --compare embedded, or --compare FOLDER")


def _view_rows(names: Iterable[str]) -> Iterator[_Row]:
    for name in names:
        try:
            yield name, views.lossless_word(name), views.VIEWS[name].summary
        except ConfigError as error:  # a view from outside of the package; the others are listed all the same
            yield name, "", str(error).removeprefix(f"the view {name} ")


def _measure_views(args: argparse.Namespace, names: Sequence[str]) -> Iterator[ViewSizes]:
    folder = corpus_folder(args.compare)
    shards_to_read(folder, args.split)  # raises if the corpus or the split is invalid, before tokenizers are loaded
    loaded = {Path(name).name: token_counters.load_counter(name) for name in args.tokenizer}
    train = args.vocabulary and token_counters.is_available()
    if args.vocabulary and not train:
        print('no BPE is trained: this needs tokenizers, pip install "statecode[train]"', file=sys.stderr)

    def traces() -> Iterator[Trace]:
        return islice(read(folder.path, args.split), args.traces)

    def counters(sample: Iterable[str]) -> dict[str, token_counters.TokenCounter]:
        return {**loaded, "own BPE": token_counters.train_counter(sample, args.vocabulary)} if train else loaded

    count = sum(1 for _ in progress_bar(traces(), "counting", "traces"))
    for name in names:
        yield measure_view(name, lambda: progress_bar(traces(), name, "traces", total=count), counters, count)


def _tables(sizes: Sequence[ViewSizes]) -> Iterator[_TitledTable]:
    traces = [len(counts) for one in sizes for counts in one.tokens.values()]
    counted = f"{traces[0]:,} traces, " if traces else ""
    columns = ("view", "lossless", "characters", "zstd", "rendered events/s", "parsed events/s")
    yield f"{counted}{sizes[0].events:,} events", columns, map(_size_row, sizes)
    yield from _token_tables(sizes)


def _token_tables(sizes: Sequence[ViewSizes]) -> Iterator[_TitledTable]:
    reference = next((one for one in sizes if one.view == REFERENCE), None)
    for counter in sizes[0].tokens:
        fits = tuple(f"fit {budget:,}" for budget in BUDGETS)
        columns = ("view", "median", "mean", "per event", *fits, f"{REFERENCE} / view")
        yield f"tokens per trace, {counter}", columns, (_token_row(one, counter, reference) for one in sizes)


def _size_row(one: ViewSizes) -> _Row:
    parsed = "" if one.parsed_per_s is None else f"{one.parsed_per_s:,.0f}"
    numbers = (f"{one.characters:,}", format_bytes(one.zstd_bytes), f"{one.rendered_per_s:,.0f}")
    return one.view, views.lossless_word(one.view), *numbers, parsed


def _token_row(one: ViewSizes, counter: str, reference: ViewSizes | None) -> _Row:
    shorter = "" if reference is None else f"{one.times_shorter(reference, counter):.2f}"
    fits = (f"{one.fitting_share(counter, budget):.1%}" for budget in BUDGETS)
    numbers = (one.median_tokens(counter), one.mean_tokens(counter))
    per_event = f"{one.tokens_per_event(counter):.2f}"
    return one.view, *(f"{number:,.0f}" for number in numbers), per_event, *fits, shorter


def _print(title: str, columns: _Row, rows: Iterable[_Row], markdown: bool) -> None:
    if markdown:
        lines = [columns, ["---"] * len(columns), *rows]
        print_lines(f"{title}:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
        return
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for number, column in enumerate(columns):
        is_number = column not in ("view", "lossless", "content")
        table.add_column(column, justify="right" if is_number else "left", no_wrap=number == 0)
    for row in rows:
        table.add_row(*row)
    Terminal().print(table)
