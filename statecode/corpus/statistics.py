"""What a corpus holds: counts, how long traces are, how large their text is and how small it gets."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow.parquet as pq

from statecode.corpus.duplicates import normalised_digest
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import isolation_counts
from statecode.corpus.progress import bar
from statecode.corpus.reader import shards_to_read
from statecode.corpus.shards import read_columns, read_shard
from statecode.views import render

MEASURED_ROWS = 20_000  # rows that are rendered, about; of a larger corpus evenly spread shards are taken
_COLUMNS = (
    "program_id", "problem_id", "status", "label", "verdict", "truncation", "deterministic", "event_count", "code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How a quantity is distributed over traces."""

    count: int
    total: int
    median: int
    p90: int
    max: int

    @classmethod
    def of(cls, values: Sequence[int]) -> Distribution:
        """Summarise; the quantiles are values that occur (the lower one of two)."""
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
    """How much of the corpus is in one split."""

    runs: int
    programs: int
    problems: int
    shards: int
    data_bytes: int  # of its Parquet files


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSizes:
    """Bytes of the measured traces in several forms. All but the first are sums; ratios are the caller's to take."""

    snoop_text: Distribution  # UTF-8 bytes of snoop's text per trace
    zip_bytes: int      # of these texts, each deflated by itself at level 6, as a zip with a file per trace has them
    stream_bytes: int   # of these texts deflated one after the other in one stream, as a zip with one file has them
    data_bytes: int     # of the Parquet files of these traces: events and every other column
    events_bytes: int   # of the column `events` in these files


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """All that `statecode stats` tells."""

    splits: Mapping[str, SplitCounts]
    statuses: Mapping[str, int]
    labels: Mapping[str, int]                # none stands for runs without a label
    verdicts: Mapping[str, int]              # none: nothing is known to compare with
    label_and_verdict: Mapping[str, int]     # such as correct/wrong
    truncations: Mapping[str, int]
    nondeterministic_runs: int               # by threads, or found by --verify-determinism
    isolation: Sequence[Mapping[str, Any]]   # how programs were kept from the machine, and in how many shards
    events: Distribution                           # per trace, of all runs
    text: TextSizes
    distinct_codes: int                      # of all programs, byte for byte
    distinct_normalised: int                 # with layout and comments left aside
    event_counts: Sequence[int] = field(repr=False)  # one per run, for plots
    text_bytes: Sequence[int] = field(repr=False)    # one per measured run, for plots

    @property
    def runs(self) -> int:
        """Rows of the corpus."""
        return sum(counts.runs for counts in self.splits.values())

    @property
    def programs(self) -> int:
        """Programs of the corpus; none is in two splits."""
        return sum(counts.programs for counts in self.splits.values())

    def as_dict(self) -> dict[str, Any]:
        """The numbers as JSON can hold them, without the long lists."""
        return {name: value for name, value in asdict(self).items() if name not in ("event_counts", "text_bytes")}


def compute_statistics(folder: CorpusFolder, *, progress: bool = True) -> Statistics:
    """Read a corpus, render its traces and count.

    Raises:
        CorpusError: as `read` does.
    """
    names = shards_to_read(folder, None)
    tally = _Totals()
    for name in bar(names, "counting", "shards", shown=progress):
        tally.add(name.rpartition("-")[0], read_columns(folder.data(name), _COLUMNS), folder.data(name).stat().st_size)
    text, text_bytes = _measure_text(folder, names[:: -(-len(tally.event_counts) // MEASURED_ROWS)], progress)
    return tally.statistics(text, text_bytes, isolation_counts(folder))


class _Totals:
    """Counts a corpus shard by shard; what it keeps per run is a number."""

    def __init__(self) -> None:
        self.event_counts: list[int] = []
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)  # column → value → runs
        self._programs: dict[str, set[str]] = defaultdict(set)        # split → ids
        self._problems: dict[str, set[str]] = defaultdict(set)
        self._shards: Counter[str] = Counter()
        self._data_bytes: Counter[str] = Counter()
        self._codes: dict[bytes, bytes] = {}  # digest of a source → of its normal form

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
        self.event_counts.extend(columns["event_count"])
        for code in set(columns["code"]):
            digest = hashlib.sha256(code.encode("utf-8")).digest()[:16]
            if digest not in self._codes:
                self._codes[digest] = normalised_digest(code)

    def statistics(
        self, text: TextSizes, text_bytes: Sequence[int], isolation: Sequence[Mapping[str, Any]]
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
            nondeterministic_runs=counts["deterministic"].get("False", 0),
            isolation=isolation,
            events=Distribution.of(self.event_counts),
            text=text,
            distinct_codes=len(self._codes),
            distinct_normalised=len(set(self._codes.values())),
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


def _measure_text(folder: CorpusFolder, names: Sequence[str], progress: bool) -> tuple[TextSizes, list[int]]:
    stream = zlib.compressobj(6)
    sizes = []
    zipped = streamed = 0
    for text in _texts(folder, names, progress):
        data = text.encode("utf-8", "backslashreplace")
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
    return text_sizes, sizes


def _texts(folder: CorpusFolder, names: Sequence[str], progress: bool) -> Iterator[str]:
    for name in bar(names, "rendering", "shards", shown=progress):
        for trace in read_shard(folder.data(name)):
            yield render(trace, "snoop")


def _events_bytes(folder: CorpusFolder, name: str) -> int:
    metadata = pq.read_metadata(folder.data(name))
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    columns = [group.column(index) for group in groups for index in range(group.num_columns)]
    return sum(column.total_compressed_size for column in columns if column.path_in_schema.startswith("events."))
