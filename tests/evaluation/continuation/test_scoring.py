"""Test the evaluation of generated continuations: models with known predictions, a small model, the script."""

from __future__ import annotations

import json
import math
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.torch

torch = pytest.importorskip("torch")

from statecode.entry import exit_code_of  # noqa: E402
from statecode.evaluation.continuation import lines as line_scores  # noqa: E402
from statecode.evaluation.continuation.report import markdown  # noqa: E402
from statecode.evaluation.continuation.scoring import as_record, evaluate_generation, next_line_hits  # noqa: E402
from statecode.modeling.configs import DecodingConfig, ModelShape  # noqa: E402
from statecode.modeling.models import build_model  # noqa: E402
from statecode.modeling.tokenizers import end_id, start_id  # noqa: E402
from statecode.views import compact  # noqa: E402
from statecode.views.line_kinds import LineKind  # noqa: E402
from tests.support.compact_texts import TEXT as COMPACT  # noqa: E402
from tests.support.continuation_samples import LINES, OTHER, TEXT, cases_of  # noqa: E402
from tests.support.modeling_samples import one_thread  # noqa: E402

ENOUGH = DecodingConfig(max_new_tokens=400)


class Oracle(torch.nn.Module):
    """Model that knows some texts: after each prefix of one of them, it predicts the next token with `confidence`."""

    def __init__(self, tokenizer: Any, texts: Sequence[str], confidence: float = 60.0) -> None:
        super().__init__()
        self.config = SimpleNamespace(n_positions=2048)
        self.device = torch.device("cpu")
        self.size, self.confidence = len(tokenizer), confidence
        self.next: dict[tuple[int, ...], int] = {}
        for text in texts:
            ids = [start_id(tokenizer), *tokenizer(text.removesuffix("\n"))["input_ids"], end_id(tokenizer)]
            self.next |= {tuple(ids[:place]): ids[place] for place in range(1, len(ids))}

    def forward(self, input_ids: Any, **_: object) -> Any:
        logits = torch.zeros(*input_ids.shape, self.size)
        for row, ids in enumerate(input_ids.tolist()):
            for place in range(len(ids)):
                logits[row, place, self.next.get(tuple(ids[:place + 1]), 1)] = self.confidence
        return SimpleNamespace(logits=logits)

    def generate(self, input_ids: Any, attention_mask: Any, generation_config: Any, stopping_criteria: Any) -> Any:
        rows = []
        for ids, mask in zip(input_ids, attention_mask):
            own = ids[mask.bool()][None]
            padding = ids[~mask.bool()]
            for _ in range(generation_config.max_new_tokens):
                own = torch.cat([own, self(own).logits[:, -1:].argmax(-1)], 1)
                whole = torch.cat([padding, own[0]])[None]
                if own[0, -1] == generation_config.eos_token_id or any(stop(whole, None) for stop in stopping_criteria):
                    break
            rows.append(torch.cat([padding, own[0]]))
        filled = torch.nn.utils.rnn.pad_sequence(rows, True, generation_config.pad_token_id)
        return filled


def test_oracle_has_the_best_score(tokenizer: Any) -> None:
    cases = cases_of(tokenizer, prompt_lines=5, lines=30)
    result = evaluate_generation(Oracle(tokenizer, [TEXT, OTHER]), tokenizer, cases, ENOUGH, 30)
    model = result.predictors["model"]
    assert model.next_lines.share() == 1 and model.free_running.lines.share() == 1
    assert model.free_running.programs_right == model.free_running.flows_right == 2 and model.free_running.extra_lines == 0
    assert result.score.perplexity == pytest.approx(1) and result.stops == {"end": 2}
    assert result.generated == [case.real for case in cases]
    assert result.predictors["copy the last line"].next_lines.share() == 0
    assert 0 < result.predictors["the source's next line"].next_lines.share() < 1
    record = as_record(result)
    assert json.loads(json.dumps(record))["free_running"]["model"]["lines"]["share"] == 1
    assert record["perplexity"]["tokens"] == sum(len(case.real_ids) for case in cases)


def test_oracle_stops_after_the_requested_lines(tokenizer: Any) -> None:
    cases = cases_of(tokenizer, prompt_lines=5, lines=4)
    result = evaluate_generation(Oracle(tokenizer, [TEXT, OTHER]), tokenizer, cases, ENOUGH, 4)
    assert result.predictors["model"].free_running.programs_right == 2 and result.stops == {"lines": 2}
    assert result.predictors["model"].next_lines.share() == 1


def test_oracle_of_another_text_is_wrong_from_the_first_difference(tokenizer: Any) -> None:
    other = TEXT.replace("total = 1", "total = 15").replace("i = 2", "i = 9")
    case = cases_of(tokenizer, prompt_lines=5, lines=30)[0]
    free_running = evaluate_generation(Oracle(tokenizer, [other]), tokenizer, [case], ENOUGH, 30)
    assert free_running.predictors["model"].free_running.lines_until_wrong == LINES[5:].index(" .......... total = 1")
    assert free_running.predictors["model"].free_running.numbers_right == 7  # the same lines ran


def test_line_without_its_end_is_wrong(tokenizer: Any) -> None:
    """Predict every token of "total = 1", and then a digit instead of the newline."""
    case = cases_of(tokenizer, prompt_lines=5, lines=30)[0]
    model = Oracle(tokenizer, [TEXT])
    place = case.line_of.index(LINES[5:].index(" .......... total = 1") + 1)
    prefix = tuple(case.prompt_ids + case.real_ids[:place])
    model.next[prefix] = tokenizer("5")["input_ids"][0]
    right, _ = next_line_hits(model, tokenizer, case)
    wrong = [line for line, is_right in zip(case.real, right) if not is_right]
    assert wrong == [" .......... total = 1", "    2 | for i in range(3):"]


def test_perplexity_is_computed_on_the_real_lines(tokenizer: Any) -> None:
    """Check that a model with uniform predictions has a perplexity equal to the size of its vocabulary."""
    cases = cases_of(tokenizer, prompt_lines=5, lines=6)
    result = evaluate_generation(
        Oracle(tokenizer, [], confidence=0.0), tokenizer, cases, DecodingConfig(max_new_tokens=8), 6
    )
    assert result.score.perplexity == pytest.approx(len(tokenizer), rel=1e-4)
    nats = result.score.tokens * math.log(len(tokenizer))
    assert result.score.bits_per_byte == pytest.approx(nats / math.log(2) / sum(case.real_bytes for case in cases))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


def generate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "eval" / "generate.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def saved(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    model = build_model(ModelShape(family="gpt2", layers=1, width=32, heads=2, max_seq_len=256), tokenizer, 1)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.one_python
def test_script_reports_on_a_corpus(saved: Path, tmp_path: Path) -> None:
    rows = [{"text": text} for text in (TEXT, OTHER, "short\n")]
    (tmp_path / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ["--corpus", tmp_path, "--prompt-lines", 2, "--lines", 2, "--threads", 1, "--out", tmp_path / "out" / "g.json"]
    done = generate(saved, *arguments)
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "out" / "g.json").read_text())
    assert record["cases"] == 2 and record["skipped"] == {"trace_ends_within_prompt": 1}
    assert set(record["free_running"]) == {"model", "copy the last line", "the source's next line"}
    assert record["free_running"]["model"]["programs"] == 2 and "generate.py" in record["provenance"]["command"]
    report = (tmp_path / "out" / "g.md").read_text()
    assert "Perplexity of these lines" in report and "## Samples" in report and "The real continuation:" in report


@pytest.mark.one_python
def test_script_traces_a_program(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "sum.py").write_text("n = int(input())\nprint(n + 1)\n")
    (tmp_path / "in").write_text("41\n")
    flags = ["--program", tmp_path / "sum.py", "--stdin", tmp_path / "in", "--prompt-lines", 1, "--lines", 4]
    command = [str(part) for part in (saved, *flags, "--threads", 1, "--out", tmp_path / "g.json")]
    assert exit_code_of(lambda: runpy.run_path(str(ROOT / "eval" / "generate.py"))["main"](command)) == 0
    assert "n = int(input())" in (tmp_path / "g.md").read_text()


@pytest.mark.one_python
def test_bad_input_is_an_error_of_one_line(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from transformers import BertConfig, BertForMaskedLM

    masked = tmp_path / "bert"
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertForMaskedLM(BertConfig(vocab_size=400, **shape)).save_pretrained(masked)
    main = runpy.run_path(str(ROOT / "eval" / "generate.py"))["main"]
    capsys.readouterr()
    for arguments, message in (
        ([masked], "generation needs a causal one"),
        ([tmp_path / "nowhere"], "no such folder"),
        ([saved, "--corpus", tmp_path / "nowhere"], "nowhere"),
        ([saved, "--program", tmp_path / "nowhere.py"], "nowhere.py: No such file"),
        ([saved, "--prompt-lines", 0], "--prompt-lines must be positive"),
    ):
        command = [str(argument) for argument in (*arguments, "--out", tmp_path / "g.json")]
        assert exit_code_of(lambda: main(command)) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ") and message in error and error.strip().count("\n") == 0, error
    assert not (tmp_path / "g.json").exists()


def test_the_model_continues_a_prompt(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = runpy.run_path(str(ROOT / "eval" / "generate.py"))["main"]
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("1 x = 2\n")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff")

    def printed(*flags: object) -> tuple[str, str]:
        capsys.readouterr()
        assert exit_code_of(lambda: main([str(part) for part in (saved, "--prompt", prompt, "--threads", 1, *flags)])) == 0
        return capsys.readouterr()

    greedy, ended = printed("--max-new-tokens", 6)
    assert ended.endswith("6 tokens; ended by: tokens\n")
    assert printed("--max-new-tokens", 6, "--seed", 5)[0] == greedy
    draws = [printed("--max-new-tokens", 6, "--sample", "--seed", seed)[0] for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2] and greedy not in draws
    assert re.search(r"\d+ tokens; ended by: (end|context)\n$", printed()[1])
    for flags, message in (
        (["--prompt", tmp_path / "absent"], "absent: No such file"),
        (["--prompt", binary], "binary: not UTF-8"),
        (["--prompt", prompt, "--out", "g.json"], "--prompt does not use --out: leave it out"),
        (["--prompt", prompt, "--sample", "--beams", 2], "leave out --beams"),
        (["--prompt", prompt, "--corpus", tmp_path], "--prompt does not use --corpus: leave it out"),
        (["--prompt", prompt, "--program", "p.py", "--split", "train", "--config", "compact", "--lines", 3],
         "--prompt does not use --program, --config, --split, --lines: leave them out"),
        (["--program", prompt, "--programs", 3, "--out", tmp_path / "g.json"], "--program does not use --programs: leave it"),
        (["--sample", "--out", "g.json"], "--sample needs --prompt"),
        ([], "--out FILE.json is missing"),
    ):
        assert exit_code_of(lambda: main([str(part) for part in (saved, *flags)])) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ") and message in error and error.count("\n") == 1
    prompt.write_text("x = 2\n" * 500)
    assert exit_code_of(lambda: main([str(saved), "--prompt", str(prompt)])) == 2
    assert "tokens; the model reads" in capsys.readouterr().err


def test_share_of_no_lines_is_none(tokenizer: Any) -> None:
    """Score a continuation that ends within the listing of the program, before any line runs."""
    lines = COMPACT.split("\n")
    score = line_scores.score_continuation(lines[:2], lines[2:4], lines[2:4], compact.line_kinds)
    assert (score.numbers, score.flows, score.flows_right) == (0, 0, 0) and score.programs_right == 1
    assert score.numbers_share is None and score.flows_share is None and score.lines.share(LineKind.CHANGE) is None
    case = cases_of(tokenizer, texts=[COMPACT], prompt_lines=2, lines=2)[0]
    result = evaluate_generation(Oracle(tokenizer, [COMPACT]), tokenizer, [case], ENOUGH, 2, "compact")
    record = json.loads(json.dumps(as_record(result)))["free_running"]["model"]
    assert record["numbers_share"] is None and record["flows_share"] is None and record["programs_right"] == 1
    row = next(line for line in markdown(result, [case], {}, {}, 0).split("generated previous lines")[1].split("\n") if "| model" in line)
    assert [cell.strip() for cell in row.split("|")[2:7]] == ["100.0", "–", "–", "–", "100.0"]


@pytest.mark.one_python
def test_garbage_after_a_compact_text_is_wrong(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text(json.dumps({"text": COMPACT}) + "\n")
    arguments = ["--corpus", tmp_path, "--config", "compact", "--prompt-lines", 5, "--lines", 6, "--threads", 1]
    command = [str(part) for part in (saved, *arguments, "--out", tmp_path / "g.json")]
    assert exit_code_of(lambda: runpy.run_path(str(ROOT / "eval" / "generate.py"))["main"](command)) == 0
    model = json.loads((tmp_path / "g.json").read_text())["free_running"]["model"]
    assert model["lines"]["share"] == 0 and model["flows_right"] == model["numbers_right"] == 0
    assert model["numbers"] == 6 and model["lines"]["by_kind"]["flow"]["lines"] == 2


@pytest.mark.parametrize("view", ["frames", "inline", "nosuch"])
def test_view_that_cannot_classify_its_lines_is_refused(
    view: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "eval" / "generate.py"))["main"]
    command = [str(tmp_path / "nowhere"), "--config", view, "--out", str(tmp_path / "g.json")]
    assert exit_code_of(lambda: main(command)) == 2
    message = capsys.readouterr().err
    assert view in message and "compact, snoop" in message and message.count("\n") == 1
