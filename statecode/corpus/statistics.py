"""Statistics of a corpus: counts, lengths of traces, and the size of their text before and after compression."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from statecode.corpus import exceptions
from statecode.corpus.duplicates import normalised_digest
from statecode.corpus.exceptions import ExceptionCounts
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import check_shard
from statecode.corpus.machine_paths import find_machine_paths
from statecode.corpus.manifest import isolation_counts
from statecode.corpus.reader import shards_to_read
from statecode.corpus.shards import open_shard, read_columns, read_shard
from statecode.progress import progress_bar
from statecode.records import Trace
from statecode.source_tree import is_too_long
from statecode.views import render

MEASURED_ROWS = 20_000  # approximate maximum of rendered rows; a larger corpus is sampled by evenly spaced shards
_COLUMNS = (
    "program_id", "problem_id", "status", "label", "verdict", "truncation", "deterministic", "event_count", "code",
    "stdin", *exceptions.COLUMNS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The distribution of an integer quantity over traces."""

    count: int
    total: int
    median: int
    p90: int
    max: int

    @classmethod
    def of(cls, values: Sequence[int]) -> Distribution:
        """Return the distribution of these values. A quantile between two values is the lower one.

        If there are no values, all fields are 0.
        """
        ordered = sorted(values) or [0]
        last = len(ordered) - 1
        return cls(
            count=len(values),
            total=sum(ordered),
            median=ordered[last // 2],
            p90=ordered[last * 9 // 10],
            max=ordered[-1],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitCounts:
    """The counts of one split."""

    runs: int
    programs: int
    problems: int
    shards: int
    data_bytes: int  # of its Parquet files


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSizes:
    """Sizes in bytes of the rendered traces in several formats. All fields except the first are sums over traces."""

    snoop_text: Distribution  # size in UTF-8 of the view snoop, per trace
    zip_bytes: int      # these texts deflated separately at level 6, as in a zip archive with one file per trace
    stream_bytes: int   # these texts deflated as one stream at level 6, as in a zip archive with a single file
    data_bytes: int     # the Parquet files of these traces, with all columns
    events_bytes: int   # the column `events` in these files


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The statistics that `statecode stats` prints and writes to stats.json."""

    splits: Mapping[str, SplitCounts]
    statuses: Mapping[str, int]
    labels: Mapping[str, int]                # "none" counts runs without a label
    verdicts: Mapping[str, int]              # "none" counts runs without a verdict
    label_and_verdict: Mapping[str, int]     # such as correct/wrong; only of runs that have both
    truncations: Mapping[str, int]
    exceptions: Mapping[str, int]            # type → runs
    missing_modules: Mapping[str, int]       # module that a program imports and that was not found → runs
    programs_without_input: int              # all their inputs are empty
    nondeterministic_runs: int               # because of threads, or found by --verify-determinism
    isolation: Sequence[Mapping[str, Any]]   # see `isolation_counts`
    events: Distribution                     # per trace, of all runs
    text: TextSizes
    rows_with_machine_paths: int             # of the rendered rows, see `machine_paths`; 0 unless statecode has a bug
    distinct_codes: int                      # number of distinct sources
    distinct_normalised: int                 # number of distinct sources, ignoring layout and comments
    unparsed_codes: int                      # of the distinct sources: too long to be parsed, compared word by word
    event_counts: Sequence[int] = field(repr=False)  # one per run, for plots
    text_bytes: Sequence[int] = field(repr=False)    # one per measured run, for plots

    @property
    def runs(self) -> int:
        """Return the number of rows of the corpus."""
        return sum(counts.runs for counts in self.splits.values())

    @property
    def programs(self) -> int:
        """Return the number of programs of the corpus; no program is in two splits."""
        return sum(counts.programs for counts in self.splits.values())

    def as_dict(self) -> dict[str, Any]:
        """Return the statistics for JSON, without `event_counts` and `text_bytes`."""
        return {name: value for name, value in asdict(self).items() if name not in ("event_counts", "text_bytes")}


def compute_statistics(folder: CorpusFolder, *, progress: bool = True) -> Statistics:
    """Read a corpus, render about `MEASURED_ROWS` of its traces, and return the statistics.

    Raises:
        CorpusError: the corpus cannot be read, see `statecode.corpus.reader.read`.
    """
    names = shards_to_read(folder, None)
    totals = _Totals()
    for name in progress_bar(names, "counting", "shards", shown=progress):
        check_shard(folder, name)
        totals.add(name.rpartition("-")[0], read_columns(folder.data(name), _COLUMNS), folder.data(name).stat().st_size)
    measured = _measure_text(folder, names[:: -(-len(totals.event_counts) // MEASURED_ROWS)], progress)
    return totals.statistics(*measured, isolation_counts(folder))


class _Totals:
    """Counts of a corpus, added up shard by shard. Per run it stores only the number of events."""

    def __init__(self) -> None:
        self.event_counts: list[int] = []
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)  # column → value → runs
        self._programs: dict[str, set[str]] = defaultdict(set)        # split → ids
        self._problems: dict[str, set[str]] = defaultdict(set)
        self._shards: Counter[str] = Counter()
        self._data_bytes: Counter[str] = Counter()
        self._with_input: set[str] = set()                            # program_ids
        self._exceptions = ExceptionCounts()
        self._codes: dict[bytes, bytes] = {}  # digest of a source → its `normalised_digest`
        self._unparsed = 0

    def add(self, split: str, columns: Mapping[str, list[Any]], data_bytes: int) -> None:
        self._shards[split] += 1
        self._data_bytes[split] += data_bytes
        self._programs[split].update(columns["program_id"])
        self._problems[split].update(columns["problem_id"])
        self._counts["split"][split] += len(columns["status"])
        for name in ("status", "label", "verdict", "truncation", "deterministic"):
            self._counts[name].update("none" if value is None else str(value) for value in columns[name])
        for label, verdict in zip(columns["label"], columns["verdict"]):
            if label is not None and verdict is not None:
                self._counts["label/verdict"][f"{label}/{verdict}"] += 1
        self._with_input.update(name for name, stdin in zip(columns["program_id"], columns["stdin"]) if stdin)
        self._exceptions.add(*(columns[name] for name in exceptions.COLUMNS))
        self.event_counts.extend(columns["event_count"])
        for code in set(columns["code"]):
            digest = hashlib.sha256(code.encode("utf-8")).digest()[:16]
            if digest not in self._codes:
                self._codes[digest] = normalised_digest(code)
                self._unparsed += is_too_long(code)

    def statistics(
        self, text: TextSizes, text_bytes: Sequence[int], rows_with_machine_paths: int,
        isolation: Sequence[Mapping[str, Any]],
    ) -> Statistics:
        counts = {name: dict(counter.most_common()) for name, counter in self._counts.items()}
        counts["truncation"].pop("none", None)
        return Statistics(
            splits={split: self._split_counts(split) for split in self._shards},
            statuses=counts["status"],
            labels=counts["label"],
            verdicts=counts["verdict"],
            label_and_verdict=counts.get("label/verdict", {}),
            truncations=counts["truncation"],
            exceptions=dict(self._exceptions.types.most_common()),
            missing_modules=dict(self._exceptions.missing_modules.most_common()),
            programs_without_input=sum(map(len, self._programs.values())) - len(self._with_input),
            nondeterministic_runs=counts["deterministic"].get("False", 0),
            isolation=isolation,
            events=Distribution.of(self.event_counts),
            text=text,
            rows_with_machine_paths=rows_with_machine_paths,
            distinct_codes=len(self._codes),
            distinct_normalised=len(set(self._codes.values())),
            unparsed_codes=self._unparsed,
            event_counts=self.event_counts,
            text_bytes=text_bytes,
        )

    def _split_counts(self, split: str) -> SplitCounts:
        return SplitCounts(
            runs=self._counts["split"][split],
            programs=len(self._programs[split]),
            problems=len(self._problems[split]),
            shards=self._shards[split],
            data_bytes=self._data_bytes[split],
        )


def _measure_text(folder: CorpusFolder, names: Sequence[str], progress: bool) -> tuple[TextSizes, list[int], int]:
    """Render the traces of some shards as snoop's text.

    Returns:
        The sizes; the number of bytes of each text; the number of traces with folders of this machine.
    """
    stream = zlib.compressobj(6)
    sizes = []
    zipped = streamed = with_machine_paths = 0
    for trace in _traces(folder, names, progress):
        with_machine_paths += bool(find_machine_paths(trace))
        data = render(trace, "snoop", math.inf).encode("utf-8", "backslashreplace")
        sizes.append(len(data))
        zipped += len(zlib.compress(data, 6))
        streamed += len(stream.compress(data))
    text_sizes = TextSizes(
        snoop_text=Distribution.of(sizes),
        zip_bytes=zipped,
        stream_bytes=streamed + len(stream.flush()),
        data_bytes=sum(folder.data(name).stat().st_size for name in names),
        events_bytes=sum(_events_bytes(folder, name) for name in names),
    )
    return text_sizes, sizes, with_machine_paths


def _traces(folder: CorpusFolder, names: Sequence[str], progress: bool) -> Iterator[Trace]:
    for name in progress_bar(names, "rendering", "shards", shown=progress):
        yield from read_shard(folder.data(name))


def _events_bytes(folder: CorpusFolder, name: str) -> int:
    """Return the compressed size in bytes of the column `events` in a shard."""
    with open_shard(folder.data(name)) as file:
        metadata = file.metadata
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    columns = [group.column(index) for group in groups for index in range(group.num_columns)]
    return sum(column.total_compressed_size for column in columns if column.path_in_schema.startswith("events."))
