"""Load the texts of real traces for continuation: from a split of a corpus, or by running a program."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from statecode.errors import CorpusError, ProgramError
from statecode.evaluation.continuation.cases import TraceText
from statecode.input_files import read_named
from statecode.modeling.texts import check_has_text, load_texts, missing_split_message


def from_corpus(corpus: str, config: str, split: str, programs: int, seed: int) -> list[TraceText]:
    """Draw one run of each of `programs` random programs, or of all programs if there are fewer.

    Args:
        corpus: `embedded`, a corpus folder, or a folder of JSON Lines files with a `text` per row. In JSON Lines files
            each row counts as a program.
        config: name of the view.
        seed: seed of the random choice.

    Raises:
        CorpusError: the corpus or the split does not exist, or is empty.
    """
    rows = _rows(corpus, config, split)
    programs_of: dict[str, list[int]] = {}
    for number, name in enumerate(_program_ids(rows)):
        programs_of.setdefault(name, []).append(number)
    chosen = random.Random(seed)
    names = chosen.sample(sorted(programs_of), min(programs, len(programs_of)))
    return [_trace_text(rows[chosen.choice(programs_of[name])]) for name in names]


def from_program(path: Path, stdin: str, config: str) -> TraceText:
    """Trace a program on one input and render the trace with the view `config`.

    Raises:
        ProgramError: the file cannot be read.
    """
    from statecode.tracing.oneshot import trace
    from statecode.views import render

    try:
        code = read_named(path).decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ProgramError(f"{path}: {reason}; expected a Python file") from error
    return TraceText(name=path.name, text=render(trace(code, stdin=stdin), config), code=code)


def _rows(corpus: str, config: str, split: str) -> Any:
    """Return the rows of a split: dicts with `text` and, in a corpus, `program_id`, `input_index` and `code`."""
    folder = Path(corpus)
    if corpus != "embedded" and not (folder / "manifest.json").is_file():
        texts: Sequence[str] = load_texts(corpus, config).split(split)
        return [{"text": text} for text in texts]
    from statecode.dataset.builder import load_dataset

    data = load_dataset(config, data_dir=None if corpus == "embedded" else corpus)
    if split not in data or not len(data[split]):
        raise CorpusError(missing_split_message(corpus, split, list(data)))
    check_has_text(data[split].column_names, corpus, config)
    return data[split]


def _program_ids(rows: Any) -> Iterable[str]:
    if isinstance(rows, list):
        return [f"row {number}" for number in range(len(rows))]
    return rows["program_id"]


def _trace_text(row: dict[str, Any]) -> TraceText:
    name = f"{row['program_id']} on input {row['input_index']}" if "program_id" in row else "a row"
    return TraceText(name=name, text=row["text"], code=row.get("code"))
