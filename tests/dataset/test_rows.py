"""Test the rows of a shard in each config: their columns, and that tables have a bounded size."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode import views
from statecode.corpus.rows import SCALARS, to_row
from statecode.corpus.shards import read_shard
from statecode.dataset import rows as dataset_rows
from tests.support.dataset_project import PLAIN
from tests.test_layers import imported, modules, reachable

pytestmark = pytest.mark.torch


def test_the_code_hash_covers_every_module_that_renders() -> None:
    inside = {name: imported(name) & set(modules()) for name in modules() if name != "statecode"}
    used = {other for name in inside if name.startswith("statecode.views") for other in reachable(name, inside)}
    hashed = tuple("statecode." + name.removesuffix(".py").replace("/", ".") for name in dataset_rows._MODULES_OF_ROWS)
    without_effect = {"statecode.errors", "statecode.registry", "statecode.terminal"}
    assert [name for name in sorted(used - without_effect) if not name.startswith(hashed)] == []


def test_columns_scalars_first() -> None:
    assert dataset_rows.config_names()[:2] == ("snoop", "events")
    assert sorted(dataset_rows.config_names()) == sorted(["events", *views.VIEWS])
    after = {
        "events": ["expected_output", "code", "stdin", "stdout", "stderr", "files", "limits", "events"],
        "steps": ["row_index", "start", "code", "end", "exact", "line", "function", "first_event"],
    }
    for config in dataset_rows.config_names():
        names = dataset_rows.schema_of(config).names
        assert names[:PLAIN] == list(SCALARS[:PLAIN])
        if config in after or views.VIEWS[config].is_text:
            assert names[PLAIN:] == after.get(config, ["code", "stdin", "text"])
        else:
            assert names[PLAIN:] == ["row_index", *views.VIEWS[config].functions.fields]


@pytest.mark.parametrize("config, most", [("io", 0), ("io", 1000), ("steps", 0), ("steps", 1000)])
def test_tables_have_a_bounded_size(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, config: str, most: int
) -> None:
    shard = corpus / "data" / "train-00000.parquet"
    whole = [row for table in dataset_rows.tables(shard, config) for row in table.to_pylist()]
    monkeypatch.setattr(dataset_rows, "CHARACTERS_PER_TABLE", most)
    tables = list(dataset_rows.tables(shard, config))
    assert [row for table in tables for row in table.to_pylist()] == whole
    assert len(tables) == len(list(read_shard(shard))) if most == 0 else 1 < len(tables) < len(whole)


@pytest.mark.parametrize("rows_per_table", [1, 7, 1000])
def test_the_number_of_runs_per_table_does_not_change_the_rows(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, rows_per_table: int
) -> None:
    monkeypatch.setattr(dataset_rows, "ROWS_PER_TABLE", rows_per_table)
    shard = corpus / "data" / "train-00000.parquet"
    traces = list(read_shard(shard))
    tables = list(dataset_rows.tables(shard, "snoop"))
    assert [len(table) for table in tables[:-1]] == [rows_per_table] * (len(tables) - 1)
    texts = [text for table in tables for text in table["text"].to_pylist()]
    assert texts == [views.render(trace, "snoop") for trace in traces]
    events = [row for table in dataset_rows.tables(shard, "events") for row in table.to_pylist()]
    assert events == [to_row(trace) for trace in traces]


def test_a_text_over_the_limit_is_empty(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = corpus / "data" / "train-00000.parquet"
    traces = list(read_shard(shard))
    texts = [views.render(trace, "full-state") for trace in traces]
    limit = sorted(map(len, texts))[-3]  # two texts are longer
    assert limit < sorted(map(len, texts))[-2]
    monkeypatch.setattr(views, "MAX_CHARACTERS", limit)
    first = next(trace for trace, text in zip(traces, texts) if len(text) > limit)
    message = (
        rf"train-00000.parquet: 2 of {len(traces)} runs cannot be rendered in the view full-state, so that they have empty"
        rf" texts; the first is {first.program_id}#{first.input_index}: TextLengthError: the text has more than {limit:,} char"
    )
    with pytest.warns(dataset_rows.UnrenderedRuns, match=message):
        found = [text for table in dataset_rows.tables(shard, "full-state") for text in table["text"].to_pylist()]
    assert found == [text if len(text) <= limit else "" for text in texts]
