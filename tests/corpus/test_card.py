"""Test the dataset card: its tables contain all columns and configs, and its numbers those of the shipped corpus."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from statecode.corpus import card
from statecode.corpus.rows import EVENT_TYPE, LIMITS_TYPE, SCHEMA
from statecode.dataset import rows
from statecode.dataset.materialise import SHIPPED_CONFIGS
from statecode.dataset.source import EMBEDDED_CORPUS
from statecode.errors import InputError
from statecode.records import EventKind, Status
from statecode.views import VIEWS
from tests.support.dataset_project import ROOT, make_corpus

CARD = (ROOT / "dataset_script" / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, list[str]]:
    """Return the rows of the first table after a heading: first cell → other cells."""
    section = CARD.partition(f"# {heading}\n")[2]
    lines = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert lines is not None, heading
    cells = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in lines[0].splitlines()[2:]]
    return {row[0].strip("`"): row[1:] for row in cells}


def type_name(kind: pa.DataType) -> str:
    if pa.types.is_nested(kind):
        return "list of structs" if pa.types.is_list(kind) else "struct"
    return str(kind)


TEXTS = "those with texts"  # the text in the card that replaces a long list of configs
RUNS = "those with one row per run"


def test_every_column_is_described_in_order() -> None:
    columns = table("Columns")
    assert list(columns) == [*SCHEMA.names, "text"]
    for name, (kind, configs, meaning) in columns.items():
        field = SCHEMA.field(name) if name in SCHEMA.names else pa.field("text", pa.string())
        assert kind.removesuffix(" or null") == type_name(field.type), name
        assert configs == configs_having(name), name
        assert meaning
    assert all(f"`{status.value}`" in columns["status"][-1] for status in Status)
    assert all(f"`{field.name}`" in columns["limits"][-1] for field in LIMITS_TYPE)


def configs_having(column: str) -> str:
    with_rows = {view for view, about in VIEWS.items() if not about.is_text}
    having = {config for config in rows.config_names() if column in rows.schema_of(config).names}
    having -= with_rows if column == "code" else set()  # the column code of steps contains a statement
    named = {"all": {*rows.config_names()}, RUNS: {*rows.config_names()} - with_rows, TEXTS: {*VIEWS} - with_rows}
    return next((name for name, configs in named.items() if configs == having), None) or ", ".join(
        f"`{config}`" for config in sorted(having)
    )


def test_configs_and_every_field_of_steps_are_described() -> None:
    """The table may lack a view: the card states which columns its config has."""
    described = {name.removesuffix(" (default)").strip("`") for name in table("Structure")}
    assert {*SHIPPED_CONFIGS, "events", "steps"} <= described <= {*rows.config_names()}
    names = rows.schema_of("steps").names
    own = names[names.index("row_index") :]
    fields = table("Fields of a row of steps")
    assert list(fields) == own
    for name in own:
        assert fields[name][0] == str(rows.schema_of("steps").field(name).type), name


def test_every_field_of_an_event_is_described() -> None:
    fields = table("Fields of an event")
    assert list(fields) == [field.name for field in EVENT_TYPE]
    for field in EVENT_TYPE:
        assert fields[field.name][0].removesuffix(" or null") == type_name(field.type), field.name
    assert all(f"`{kind.value}`" in fields["kind"][-1] for kind in EventKind)


def test_header_names_the_configs_and_their_files() -> None:
    header = yaml.safe_load(CARD.split("---\n")[1])
    files = [config["config_name"] for config in header["configs"]]
    assert sorted(files) == sorted([*SHIPPED_CONFIGS, "events"])  # the builder renders the others
    assert [config["config_name"] for config in header["configs"] if config.get("default")] == ["snoop"]
    shipped = yaml.safe_load((ROOT / "statecode" / ".huggingface.yaml").read_text())
    assert [config["config_name"] for config in shipped["configs"]] == files
    for name in ("license", "language", "size_categories", "task_categories", "tags"):
        assert header[name], name


def test_placeholders_are_filled_with_known_numbers(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path / "corpus")
    filled = card.fill_card(CARD, corpus, progress=False)
    assert "| `status` | `compile_error` | 27 |" in filled  # 9 programs on 3 inputs
    assert "| tests | not stated | 45 |" in filled
    assert "Of 45 programs, 45 are distinct byte for byte and 13 with" in filled  # nine of them cannot be parsed
    assert card.fill_card(filled, corpus, progress=False) == filled
    with pytest.raises(InputError, match="'nothing'; known: splits"):
        card.fill_card("<!-- fill: nothing -->\n\n<!-- end -->", corpus, progress=False)


def test_the_numbers_are_those_of_the_shipped_corpus() -> None:
    assert CARD == card.fill_card(CARD, EMBEDDED_CORPUS, progress=False), (
        "run `python -m statecode.corpus.card statecode/data/embedded dataset_script/README.md`"
    )
