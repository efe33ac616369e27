"""Test the loss by kind: sums, a uniform model, a model with a known loss per token, and unusual documents."""

from __future__ import annotations

import json
import math
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.corpus.shards import read_shard  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.configs import PerplexityConfig  # noqa: E402
from statecode.evaluation.loss.kind_scores import kind_table, scores_by_kind, total_of  # noqa: E402
from statecode.evaluation.loss.kinded_texts import TOKEN_KINDS, KindedText, kinded_text  # noqa: E402
from statecode.evaluation.loss.perplexity import compute_perplexity, score_documents  # noqa: E402
from statecode.evaluation.loss.token_kinds import KindedDocuments, kinded_documents  # noqa: E402
from statecode.modeling import launch  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.texts import trace_shards  # noqa: E402
from statecode.modeling.tokenizers import encode, save_tokenizer  # noqa: E402
from statecode.views.segments import Kind  # noqa: E402
from tests.support.corpus_samples import two_splits  # noqa: E402
from tests.support.modeling_samples import script, small_model, tokenizer_for, write_corpus  # noqa: E402

CAUSAL = Objective.CAUSAL
TOKENIZER = tokenizer_for(CAUSAL)
VOCABULARY = 320
ABSENT = [kind for kind in TOKEN_KINDS if kind not in ("source", "new_value", "end")]


def text_of(*parts: tuple[str, Kind]) -> KindedText:
    """Return a text of stretches, of which adjacent ones have different kinds."""
    text, lengths = "".join(part for part, _ in parts), [len(part) for part, _ in parts]
    return KindedText(text, np.cumsum([0, *lengths])[:-1], np.array([TOKEN_KINDS.index(kind.value) for _, kind in parts],
                      dtype=np.uint8), np.ones(len(text), dtype=bool))


EMPTY, ONE_TOKEN = text_of(), text_of(("7", Kind.NEW_VALUE))
LONG = text_of(*[("total = 5\n", Kind.SOURCE), ("12345", Kind.NEW_VALUE)] * 20)  # longer than the 64 positions


@pytest.fixture(scope="module")
def accelerator():
    return launch.make_accelerator("fp32", threads=1)


@pytest.fixture(scope="module")
def runs() -> KindedDocuments:
    traces = islice(read_shard(Path(trace_shards("embedded", "validation")[0])), 4)
    return kinded_documents((kinded_text(trace, "compact") for trace in traces), TOKENIZER)


def rows_of(model, kinded: KindedDocuments, accelerator, config: PerplexityConfig = PerplexityConfig()):
    result = score_documents(model, TOKENIZER, CAUSAL, kinded.documents, config, accelerator)
    return scores_by_kind(kinded, result.nll, result.scored)


def test_a_uniform_model_has_the_same_loss_in_each_kind(runs: KindedDocuments, accelerator) -> None:
    model = small_model(CAUSAL)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    rows = rows_of(model, runs, accelerator)
    assert [row.kind for row in rows] == list(TOKEN_KINDS)
    for row in rows:
        if row.kind == "source_echo":  # compact repeats no source
            assert row.score.tokens == 0
        else:
            assert row.score.loss == pytest.approx(math.log(VOCABULARY), rel=1e-5), row.kind
            assert row.loss_share == pytest.approx(row.token_share, rel=1e-4)


@pytest.mark.parametrize("config", [
    PerplexityConfig(), PerplexityConfig(context_tokens=16, stride_tokens=5), PerplexityConfig(score_end=False)])
def test_the_sums_over_the_kinds_are_the_score_without_kinds(runs: KindedDocuments, accelerator, config) -> None:
    model = small_model(CAUSAL)
    rows = rows_of(model, runs, accelerator, config)
    expected = compute_perplexity(model, TOKENIZER, CAUSAL, runs.texts, config, accelerator).score
    found = total_of(rows)
    assert (found.tokens, found.text_bytes) == (expected.tokens, expected.text_bytes)
    assert found.nll_nats == pytest.approx(expected.nll_nats, rel=1e-12)
    assert found.text_bytes == sum(len(text.encode()) for text in runs.texts)
    assert sum(row.loss_share for row in rows) == pytest.approx(1) == sum(row.token_share for row in rows)


def test_a_model_that_knows_one_token_has_its_loss_in_the_kinds_of_the_others(accelerator) -> None:
    model, (digit,) = small_model(CAUSAL), encode(TOKENIZER, ["7"])[0]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.transformer.ln_f.bias.fill_(1.0)
        model.lm_head.weight[digit] = 1.0  # a logit of 32, the width, for this token, and 0 for all others
    kinded = kinded_documents([text_of(("7", Kind.NEW_VALUE), ("abc", Kind.SOURCE))], TOKENIZER)
    rows = {row.kind: row for row in rows_of(model, kinded, accelerator)}
    assert rows["new_value"].score.loss == pytest.approx(0, abs=1e-6) and rows["new_value"].score.tokens == 1
    assert rows["source"].score.loss == pytest.approx(32, rel=1e-5) and rows["source"].score.text_bytes == 3
    assert rows["end"].score.nll_nats == pytest.approx(32, rel=1e-5)
    assert rows["source"].loss_share + rows["end"].loss_share == pytest.approx(1)


@pytest.mark.parametrize("texts, tokens", [
    ([EMPTY], [0, 0, 1]), ([ONE_TOKEN], [0, 1, 1]), ([EMPTY, ONE_TOKEN, EMPTY], [0, 1, 3]), ([LONG, EMPTY], [None, 100, 2])])
def test_empty_short_and_long_documents(texts: list[KindedText], tokens: list[int | None], accelerator) -> None:
    kinded = kinded_documents(texts, TOKENIZER)
    rows = {row.kind: row for row in rows_of(small_model(CAUSAL), kinded, accelerator)}
    for kind, expected in zip(("source", "new_value", "end"), tokens):
        assert expected is None or rows[kind].score.tokens == expected
    assert sum(row.score.tokens for row in rows.values()) == len(kinded.kinds)
    for kind in ABSENT:
        record = rows[kind].as_dict()
        assert record["tokens"] == 0 and record["loss"] is record["perplexity"] is record["bits_per_byte"] is None
    assert rows["end"].score.text_bytes == 0 and rows["end"].as_dict()["bits_per_byte"] is None


def test_the_table_has_the_kinds_that_occur(runs: KindedDocuments) -> None:
    nll = np.where(runs.kinds == TOKEN_KINDS.index("new_value"), math.log(2), 0.0)
    rows = scores_by_kind(runs, nll, np.ones(len(nll), dtype=bool))
    table = kind_table(rows, {"half": rows}, {"new_value": 0.25, "copied_value": None})
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.split("\n")]
    cells = {line[0]: line[1:] for line in lines[2:]}
    assert "source_echo" not in cells and cells["new_value"][2:4] == ["0.693", "2.00"]
    assert cells["new_value"][6:] == ["100.0", "0.693", "25.0"] and cells["syntax"][6:] == ["0.0", "0.000", ""]
    assert cells["all"][0] == f"{len(nll):,}" and all(len(line) == len(lines[0]) for line in lines)


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    small_model(CAUSAL).save_pretrained(folder)
    save_tokenizer(TOKENIZER, folder)
    return folder


def test_the_script_prints_and_writes_kinds_and_baselines(model_folder: Path, tmp_path: Path, capsys) -> None:
    corpus, main = two_splits(tmp_path / "corpus"), script("eval/perplexity.py")["main"]
    flags = [str(model_folder), "--corpus", str(corpus), "--config", "compact", "--split", "validation", "--threads", "1"]
    main([*flags, "--out", str(tmp_path / "plain.json")])
    main([*flags, "--by-kind", "--baselines", "--ngram-order", "3", "--out", str(tmp_path / "kinds.json")])
    plain, kinds = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("plain", "kinds"))
    assert "by_kind" not in plain and kinds["nll_nats"] == pytest.approx(plain["nll_nats"], rel=1e-12)
    for name in ("nll_nats", "tokens", "text_bytes"):
        assert sum(row[name] for row in kinds["by_kind"]) == pytest.approx(plain[name], rel=1e-12)
    assert kinds["texts_sha256"] == plain["texts_sha256"]
    baselines, printed = kinds["baselines"], capsys.readouterr().out
    assert baselines["ngram"]["order"] == 3 and 0 < baselines["ngram"]["loss"] < kinds["loss"]
    assert sum(row["tokens"] for row in baselines["ngram"]["by_kind"]) == plain["tokens"]
    assert baselines["zstd"]["bits_per_byte"] < 8 and set(baselines["copy_last_value"]) == {"new_value", "copied_value"}
    assert printed.startswith(f"{corpus}, compact, validation: loss {plain['loss']:.4f}, perplexity ")
    assert "3-gram, nats/token" in printed and "| new_value |" in printed and "bits per byte: model" in printed


@pytest.mark.parametrize("flags, message", [
    (["--baselines"], "--baselines needs --by-kind"),
    (["--by-kind", "--ngram-order", "3"], "--ngram-order: pass --baselines too"),
    (["--by-kind", "--baselines", "--ngram-order", "0"], "--ngram-order must be from 1 to 16; got 0"),
])
def test_flags_that_do_not_fit_are_refused(flags: list[str], message: str, model_folder: Path) -> None:
    with pytest.raises(ConfigError, match=message):
        script("eval/perplexity.py")["main"]([str(model_folder), *flags])


def test_texts_alone_and_masked_models_are_refused(model_folder: Path, tmp_path: Path) -> None:
    main, corpus = script("eval/perplexity.py")["main"], write_corpus(tmp_path / "corpus")
    with pytest.raises(ConfigError, match="has texts alone, in which the kinds are not marked"):
        main([str(model_folder), "--by-kind", "--corpus", str(corpus)])
    small_model(Objective.MASKED).save_pretrained(tmp_path / "masked")
    save_tokenizer(tokenizer_for(Objective.MASKED), tmp_path / "masked")
    with pytest.raises(ConfigError, match="is a masked language model, which has no perplexity"):
        main([str(tmp_path / "masked"), "--by-kind"])
