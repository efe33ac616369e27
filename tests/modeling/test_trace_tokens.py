"""Test the tokens of runs: they are those of the texts, and the scored ones are those of the run."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tokenizers import Tokenizer  # noqa: E402
from transformers import PreTrainedTokenizerBase  # noqa: E402

from statecode.corpus.build import build  # noqa: E402
from statecode.corpus.reader import read  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.configs import DataConfig, Objective, SourceConfig  # noqa: E402
from statecode.modeling.documents import DocumentChunks  # noqa: E402
from statecode.modeling.texts import load_texts, trace_shards  # noqa: E402
from statecode.modeling.token_sources import open_token_source  # noqa: E402
from statecode.modeling.tokenizers import decode, encode  # noqa: E402
from statecode.modeling.trace_tokens import (  # noqa: E402
    ShardTokens,
    TraceTokenising,
    continues_value,
    tokenise_shard,
    tokenise_shards,
)
from statecode.records import Trace  # noqa: E402
from statecode.views import VIEWS  # noqa: E402
from statecode.views.cutting import windows  # noqa: E402
from statecode.views.scored import ScoredText, scored_run, whole_window  # noqa: E402
from tests.support.corpus_samples import generated_splits, two_splits  # noqa: E402
from tests.support.modeling_samples import openai_tokenizer, tokenizer_for, write_corpus  # noqa: E402
from tests.support.paths import ROOT  # noqa: E402

TOKENIZER = tokenizer_for(Objective.CAUSAL)
SETTINGS = TraceTokenising(
    view="compact", tokenizer_json=TOKENIZER.backend_tokenizer.to_str(), loss_on_trace=True, window_tokens=None,
    document_tokens=None, token_dtype="uint16")
SHARD = trace_shards("embedded", "validation")[0]
FEW = 40  # documents that are compared


def documents(shard: ShardTokens, count: int) -> list[tuple[list[int], list[list[int]]]]:
    """Return the ids and the spans of the first documents."""
    ends, span_ends = np.cumsum(shard.lengths), np.cumsum(shard.span_counts)
    return [(shard.tokens[ends[k] - shard.lengths[k]:ends[k]].tolist(),
             shard.spans[span_ends[k] - shard.span_counts[k]:span_ends[k]].tolist()) for k in range(count)]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return load_texts("embedded", "compact").split("validation")[:FEW]


@pytest.fixture(scope="module")
def whole() -> ShardTokens:
    return tokenise_shard(SHARD, SETTINGS)


def test_the_tokens_are_those_of_the_texts_and_those_after_the_head_are_scored(texts: list[str], whole: ShardTokens) -> None:
    assert not whole.unrendered
    for text, (ids, spans) in zip(texts, documents(whole, FEW)):
        assert ids == encode(TOKENIZER, [text])[0]
        (first, end), = spans
        assert end == len(ids) + 1  # with the end token
        given, run = decode(TOKENIZER, ids[:first]), decode(TOKENIZER, ids[first:])
        assert given + run == text and text[len(given) - 1:].lstrip("\n")[:1] in "1>@|" and given.endswith("\n")


def test_the_tokenizer_of_gpt2_marks_the_same_parts(statecode_data: Path, texts: list[str]) -> None:
    tokenizer = openai_tokenizer(statecode_data)
    shard = tokenise_shard(SHARD, replace(SETTINGS, tokenizer_json=tokenizer.backend_tokenizer.to_str()))
    for text, (ids, spans) in zip(texts, documents(shard, FEW)):
        assert ids == encode(tokenizer, [text])[0] and len(spans) == 1
        assert decode(tokenizer, ids[:spans[0][0]]).endswith("\n")


def test_documents_are_cut_at_document_tokens_and_the_end_is_not_scored_then(whole: ShardTokens) -> None:
    cut = tokenise_shard(SHARD, replace(SETTINGS, document_tokens=300))
    for (ids, spans), (all_ids, all_spans) in zip(documents(cut, FEW), documents(whole, FEW)):
        assert ids == all_ids[:300]
        expected = [[first, min(end, 300)] for first, end in all_spans if first < 300]
        assert spans == (all_spans if len(all_ids) <= 300 else expected)


def test_windows_have_at_most_their_tokens_and_only_the_last_one_scores_the_end() -> None:
    shard = tokenise_shard(SHARD, replace(SETTINGS, window_tokens=600, document_tokens=1800))
    assert 300 < shard.lengths.max() <= 600
    found = documents(shard, len(shard.lengths))
    with_end = [spans[-1][1] == len(ids) + 1 for ids, spans in found if spans]
    assert len(found) > sum(with_end) > 0
    assert any("[from event " in decode(TOKENIZER, ids) for ids, _ in found)
    everything = tokenise_shard(SHARD, replace(SETTINGS, window_tokens=600, document_tokens=1800, loss_on_trace=False))
    assert (everything.tokens == shard.tokens).all()
    assert [spans[0][0] for _, spans in documents(everything, FEW)] == [0] * FEW


def test_several_processes_return_the_shards_in_order() -> None:
    shards = trace_shards("embedded", "train")[:2] + [SHARD]
    settings = replace(SETTINGS, view="io", document_tokens=50)
    alone, together = (list(tokenise_shards(shards, settings, processes)) for processes in (1, 2))
    for one, other in zip(alone, together, strict=True):
        assert (one.tokens == other.tokens).all() and (one.spans == other.spans).all()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception, int], None]:
    """Return a function after whose call the rendering raises an error, but for a number of first runs."""
    def fail(error: Exception, rendered: int) -> None:
        calls = itertools.count()

        def scored(trace: Trace, view: str) -> ScoredText:
            if next(calls) >= rendered:
                raise error
            return scored_run(trace, view)

        monkeypatch.setattr("statecode.modeling.trace_tokens.scored_run", scored)

    return fail


def test_a_run_that_cannot_be_rendered_is_an_empty_document(failing) -> None:
    failing(RecursionError("too deep"), 2)
    with pytest.warns(UserWarning, match="runs cannot be rendered in the view compact.*too deep"):
        shard, = tokenise_shards([SHARD], SETTINGS, 1)
    assert (shard.lengths > 0).tolist() == [True, True] + [False] * len(shard.unrendered) and len(shard.unrendered) > 100


@pytest.mark.filterwarnings("ignore:.*runs cannot be rendered")
def test_a_view_that_renders_no_run_is_an_error(failing) -> None:
    failing(RecursionError("too deep"), 0)
    with pytest.raises(ConfigError, match="^no run of .* can be rendered in the view compact; .*too deep; choose another"):
        list(tokenise_shards([SHARD], SETTINGS, 1))


def test_a_defect_of_a_view_of_the_package_is_not_hidden(failing) -> None:
    failing(TypeError("a defect"), 2)
    with pytest.raises(TypeError, match="a defect"):
        list(tokenise_shards([SHARD], SETTINGS, 1))
    with pytest.raises(ValueError, match="at least 16 tokens; got 15"):
        list(tokenise_shards([SHARD], replace(SETTINGS, window_tokens=15), 1))


@pytest.mark.parametrize("objective", list(Objective))
def test_labels_are_those_of_the_scored_tokens(objective: Objective, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("STATECODE_TOKEN_CACHE", str(tmp_path / "cache"))
    corpus = str(two_splits(tmp_path / "corpus"))
    tokenizer = tokenizer_for(objective)
    labels: dict[str, list[list[int]]] = {}
    for loss_on in ("all", "trace"):
        source = open_token_source(
            SourceConfig(corpus=corpus, config="compact"), DataConfig(loss_on=loss_on), tmp_path / loss_on)
        source.prepare(tokenizer)
        found = source.documents("train")
        chunks = DocumentChunks(found, tokenizer, objective, 16)
        labels[loss_on] = [chunks[number][1].tolist() for number in range(len(chunks.lengths))]
        assert source.settings()["train_sha256"] != found.info.texts_sha256 or loss_on == "all"
    for every, scored in zip(labels["all"], labels["trace"], strict=True):
        assert [label for label in scored if label != IGNORE_INDEX] == [
            label for label, kept in zip(every, scored) if kept != IGNORE_INDEX]
    flat = {name: [label for chunk in parts for label in chunk if label != IGNORE_INDEX] for name, parts in labels.items()}
    scored_text = decode(tokenizer, flat["trace"])
    assert decode(tokenizer, flat["all"]).startswith("1 ") and len(flat["trace"]) < len(flat["all"])
    assert "def " not in scored_text and "ok" in scored_text


def test_texts_without_runs_have_no_loss_on_the_trace_and_no_windows(tmp_path: Path) -> None:
    texts, runs = str(write_corpus(tmp_path / "corpus")), "embedded"
    for corpus, view, data, message in (
        (texts, "compact", {"loss_on": "trace"}, "^--loss-on trace: .* has texts alone, .*; pass --loss-on all"),
        (texts, "compact", {"long_documents": "windows"}, "^--long-documents windows: .* has texts alone, .*; pass --long-"),
        (texts, "compact", {"mask_unit": "value"}, "^--mask-unit value: .* has texts alone, .*; pass --mask-unit token, or"),
        (runs, "io", {"long_documents": "windows"}, "^--long-documents windows: embedded has texts of the view io, .*compact"),
    ):
        source = open_token_source(SourceConfig(corpus=corpus, config=view), DataConfig(**data), tmp_path / "run")
        with pytest.raises(ConfigError, match=message):
            source.settings()


UNGUARDED = """
from statecode.modeling.trace_tokens import TraceTokenising, tokenise_shards
print("script")
settings = TraceTokenising(view="io", tokenizer_json=open({tokenizer!r}).read(), loss_on_trace=True, window_tokens=None,
                           document_tokens=20, token_dtype="uint16")
print(sum(len(shard.lengths) for shard in tokenise_shards({shards!r}, settings, 2)))
"""


def test_the_processes_do_not_execute_the_script_that_starts_them(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(SETTINGS.tokenizer_json)
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED.format(tokenizer=str(tmp_path / "tokenizer.json"), shards=[SHARD, SHARD]))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, cwd=ROOT,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})
    runs = len(load_texts("embedded", "compact").split("validation"))
    assert done.stdout.splitlines() == ["script", str(2 * runs)], done.stderr


def plain(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    """Return the tokenizer as the processes load it."""
    return Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())


def test_the_tokens_of_values_by_hand() -> None:
    """Mark values of one and of several tokens, two values in one token, and characters of several tokens."""
    tokenizer = plain(tokenizer_for(Objective.MASKED))

    def marked(text: str, *values: str) -> str:
        spans = [(text.index(value), text.index(value) + len(value)) for value in values]
        encoding = tokenizer.encode(text, add_special_tokens=False)
        continued = continues_value(encoding, ScoredText(text, [], True, spans))
        assert len(continued) == len(encoding.ids)
        return "".join("+" if bit else "." for bit in continued)

    assert len(tokenizer.encode("x=7").ids) == 3
    assert marked("x=7") == marked("x=7", "7") == "..."
    assert marked("x=Q7Z;", "Q7Z") == "...++."
    assert marked("x=Q7Z", "Q7", "Z") == "...+."
    assert marked("é=漢Q", "漢Q") == "....+++"  # two bytes and three bytes
    assert len(tokenizer.encode(" total").ids) == 1
    assert marked("Q total = 1", "Q ", "total") == ".+..."[:len(tokenizer.encode("Q total = 1").ids)]
    assert marked("", "") == ""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    """Return the traces of generated programs of all levels."""
    folder = tmp_path_factory.mktemp("generated") / "corpus"
    build("generated:24", folder, workers=1, progress=False, split="100,0,0")
    return list(read(folder, "train"))


@pytest.mark.parametrize("view", [name for name, view in VIEWS.items() if view.functions.segments])
def test_values_of_generated_programs_are_marked_whole(view: str, generated: list[Trace], statecode_data: Path) -> None:
    """Compare the marks with the kinds of single characters, with tokenizers that keep white space or leave it out."""
    found = False
    for tokenizer in (plain(TOKENIZER), plain(openai_tokenizer(statecode_data))):
        for trace in generated[::3]:
            parts = [scored_run(trace, view)]
            if view == "compact":
                parts += map(whole_window, windows(trace, view, 200, lambda text: len(text) // 2) or ())
            for text in parts:
                encoding = tokenizer.encode(text.text, add_special_tokens=False)
                value_of = [-1] * len(text.text)
                for number, (start, end) in enumerate(text.values):
                    value_of[start:end] = [number] * (end - start)
                touched, before = [], 0
                for start, end in encoding.offsets:
                    touched.append(set(value_of[min(start, before):end]) - {-1})
                    before = end
                expected = [bool(one & other) for one, other in zip([set(), *touched], touched)]
                assert continues_value(encoding, text).tolist() == expected
                found |= any(expected)
    assert found or view in ("code", "io")


def test_documents_with_values_have_the_same_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATECODE_TOKEN_CACHE", str(tmp_path / "cache"))
    corpus, tokenizer = str(generated_splits(tmp_path / "corpus")), tokenizer_for(Objective.MASKED)
    made = {}
    for unit in ("token", "value"):
        source = open_token_source(
            SourceConfig(corpus=corpus, config="compact"), DataConfig(mask_unit=unit), tmp_path / unit / "tokens")
        source.settings()
        source.prepare(tokenizer)
        made[unit] = source.documents("train")
    for number in range(len(made["token"])):
        assert (made["token"][number] == made["value"][number]).all()
    assert made["value"].info.mask_unit == "value" and made["token"].info.mask_unit == "token"
    assert made["value"].scored is None
    chunks = DocumentChunks(made["value"], tokenizer, Objective.MASKED, 16)
    whole = DocumentChunks(made["value"], tokenizer, Objective.MASKED, 10_000)
    for document in range(len(made["value"])):
        of_document = [number for number, owner in enumerate(chunks.document_of) if owner == document]
        marks = np.concatenate([chunks.in_value(number) for number in of_document])
        assert not marks[::16].any()
        expected = whole.in_value(document)
        expected[::16] = False  # a chunk cuts a value
        assert (marks == expected).all() and not expected[0] and not expected[-1]
        assert (expected[1:-1] <= made["value"].in_value(document, 0, len(marks) - 2)).all()
    assert sum(whole.in_value(document).sum() for document in range(len(made["value"]))) > 20
