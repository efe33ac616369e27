"""Test scores of generated continuations: known texts, models with known predictions, a small model, the script."""

from __future__ import annotations

import json
import math
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.torch

torch = pytest.importorskip("torch")

from statecode.entry import exit_code_of  # noqa: E402
from statecode.evaluation import trace_lines  # noqa: E402
from statecode.evaluation.continuation_cases import ContinuationCase, PromptConfig, TraceText, make_cases  # noqa: E402
from statecode.evaluation.generation import as_record, evaluate_generation, next_line_hits  # noqa: E402
from statecode.evaluation.generation_report import markdown  # noqa: E402
from statecode.evaluation.trace_lines import (  # noqa: E402
    LineCounts,
    LinePredictor,
    continue_lines,
    copy_last_line,
)
from statecode.modeling.configs import ModelShape, Objective  # noqa: E402
from statecode.modeling.decoding import DecodingConfig, StopReason, continue_prompts  # noqa: E402
from statecode.modeling.models import build_model  # noqa: E402
from statecode.modeling.tokenizers import decode, end_id, start_id, train_tokenizer  # noqa: E402
from statecode.views import compact  # noqa: E402
from statecode.views import snoop as snoop_text  # noqa: E402
from statecode.views.line_kinds import LineKind  # noqa: E402

CODE = """total = 0
for i in range(3):

    total += i
print(total)
"""
TEXT = """\
 >>> Call to <module> in File "program.py", line 1
 ...... __name__ = '__main__'
    1 | total = 0
    2 | for i in range(3):
 ...... i = 0
    4 |     total += i
    2 | for i in range(3):
 ...... i = 1
    4 |     total += i
 .......... total = 1
    2 | for i in range(3):
 ...... i = 2
    4 |     total += i
 .......... total = 3
    2 | for i in range(3):
    5 | print(total)
 <<< Return value from <module>: None
"""
ENOUGH = DecodingConfig(max_new_tokens=400)
LINES = TEXT.removesuffix("\n").split("\n")
OTHER = TEXT.replace("total", "count").replace("range(3)", "range(5)")


def kinds_of(lines: Sequence[str], before: Sequence[str] = ()) -> list[LineKind]:
    return [line.kind for line in snoop_text.line_kinds(lines, before)]


def score_continuation(
    before: Sequence[str], real: Sequence[str], generated: Sequence[str]
) -> trace_lines.ContinuationScore:
    return trace_lines.score_continuation(before, real, generated, snoop_text.line_kinds)


def count_next_lines(guess: LinePredictor, before: Sequence[str], real: Sequence[str]) -> LineCounts:
    return trace_lines.count_next_lines(guess, before, real, snoop_text.line_kinds)


def test_kinds_of_lines() -> None:
    kinds = [kind.value for kind in kinds_of(LINES)]
    assert kinds[:7] == ["flow", "change", "source_new", "source_new", "change", "source_new", "source_seen"]
    assert kinds[-2:] == ["source_new", "flow"]
    assert kinds_of(LINES[6:8], before=LINES[:6]) == [LineKind.SOURCE_SEEN, LineKind.CHANGE]
    others = ["     List comprehension:", "     Result: [1]", " !!! When calling: f(1)", "       continued]"]
    assert [kind.value for kind in kinds_of(others)] == ["flow", "flow", "flow", "other"]
    assert [line.numbers for line in snoop_text.line_kinds(LINES[:4])] == [(), (), (1,), (2,)]
    assert snoop_text.line_kinds(["  123 |"])[0].numbers == (123,)  # an empty source line
    assert sum(line.events for line in snoop_text.line_kinds(LINES)) == 10  # nine executed lines and one return


def test_the_real_text_has_the_best_score() -> None:
    score = score_continuation(LINES[:3], LINES[3:], LINES[3:])
    assert score.lines.share() == 1 and score.programs_right == score.flows_right == 1
    assert (score.lines_until_wrong, score.events_until_wrong) == (14, 9)
    assert (score.numbers, score.numbers_right, score.extra_lines) == (8, 8, 0)


def test_wrong_value_with_right_control_flow() -> None:
    generated = [line.replace("total = 1", "total = 7") for line in LINES[3:]]
    score = score_continuation(LINES[:3], LINES[3:], generated)
    assert score.lines.share() == 13 / 14 and score.lines.share(LineKind.CHANGE) == 4 / 5
    assert (score.lines_until_wrong, score.events_until_wrong) == (6, 4)
    assert (score.numbers_right, score.flows_right, score.programs_right) == (8, 1, 0)


def test_missing_line_shifts_the_rest() -> None:
    real, generated = LINES[3:9], LINES[3:4] + LINES[5:9]
    score = score_continuation(LINES[:3], real, generated)
    # real: 2, [i = 0], 4, 2, [i = 1], 4; written: 2, 4, 2, [i = 1], 4. Only the first line is at its index ...
    assert score.lines.right.total() == 1 and score.lines_until_wrong == 1
    assert (score.numbers_right, score.flows_right) == (4, 1)  # ... but the order of line numbers is right


def test_too_many_and_too_few_lines() -> None:
    late = score_continuation(LINES[:3], LINES[3:], [*LINES[3:], "more", "more"])
    assert (late.lines.share(), late.extra_lines, late.programs_right) == (1, 2, 0)
    early = score_continuation(LINES[:3], LINES[3:], LINES[3:10])
    assert early.lines.share() == 0.5 and early.lines_until_wrong == 7
    nothing = score_continuation(LINES[:3], LINES[3:], [])
    assert nothing.lines.share() == 0 and nothing.numbers_right == 0
    both = late + early
    assert both.programs == 2 and both.lines.share() == 0.75


def test_baselines_on_known_lines() -> None:
    guess = partial(snoop_text.next_source_line, CODE)
    assert guess(LINES[:3]) == LINES[3] and guess(LINES[:5]) == LINES[5]  # the empty third line is skipped
    assert guess(LINES[:16]) == "" and guess(["no source line"]) == ""  # after the last line there is none
    assert guess(["         2 | for i in range(3):"]) == "         4 |     total += i"
    counts = count_next_lines(guess, LINES[:3], LINES[3:])
    # right: 2 after 1, and each 4 after a line "i = ..." that follows a 2
    assert counts.right == {LineKind.SOURCE_NEW: 2, LineKind.SOURCE_SEEN: 2}
    assert count_next_lines(copy_last_line, LINES[:3], LINES[3:]).right.total() == 0
    assert count_next_lines(copy_last_line, ["a"], ["a", "a", "b", "b"]).right.total() == 3
    assert continue_lines(guess, LINES[:3], 4) == [LINES[3], LINES[5], LINES[15], ""]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return train_tokenizer([TEXT, OTHER], 400, Objective.CAUSAL)


def cases_of(
    tokenizer: Any, positions: int | None = None, texts: Sequence[str] = (TEXT, OTHER), **config: int
) -> list[ContinuationCase]:
    real = [TraceText(name=f"text {number}", text=text, code=CODE) for number, text in enumerate(texts)]
    skipped: Counter[str] = Counter()
    cases = list(make_cases(real, tokenizer, PromptConfig(**config), positions, skipped))
    assert len(cases) + skipped.total() == len(real)
    return cases


def test_case_is_the_text_split_in_two(tokenizer: Any) -> None:
    case, _ = cases_of(tokenizer, prompt_lines=5, lines=30)
    assert case.ends and case.before == LINES[:5] and case.real == LINES[5:]
    text = decode(tokenizer, case.prompt_ids[1:] + case.real_ids[:-1])
    assert text + "\n" == TEXT
    assert case.prompt_ids[0] == start_id(tokenizer) and case.real_ids[-1] == end_id(tokenizer)
    assert case.real_bytes == len("\n".join(LINES[5:]).encode()) + 1
    for number, line in enumerate(case.real):
        tokens = [token for token, place in zip(case.real_ids, case.line_of) if place == number]
        assert decode(tokenizer, tokens) == "\n" + line


def test_case_ends_after_the_requested_lines_or_with_the_context(tokenizer: Any) -> None:
    case = cases_of(tokenizer, prompt_lines=5, lines=4)[0]
    assert not case.ends and case.real == LINES[5:9]
    whole = cases_of(tokenizer, prompt_lines=5, lines=30)[0]
    for positions in range(len(whole.prompt_ids) + 1, len(whole.prompt_ids) + len(whole.real_ids)):
        short = cases_of(tokenizer, positions, [TEXT], prompt_lines=5, lines=30)
        if short:  # all whole lines that fit in the context, no more
            assert not short[0].ends and len(short[0].prompt_ids) + len(short[0].real_ids) <= positions
            assert short[0].real == whole.real[:len(short[0].real)]
            following = [number for number in whole.line_of if number <= len(short[0].real)]
            assert len(whole.prompt_ids) + len(following) > positions
    assert not cases_of(tokenizer, len(whole.prompt_ids), [TEXT], prompt_lines=5)
    assert not cases_of(tokenizer, None, [TEXT], prompt_lines=len(LINES))


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
    """Use one thread: small models are slower with several threads, much slower if the cores are busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def model(tokenizer: Any) -> Any:
    return build_model(ModelShape(family="gpt2", layers=2, width=32, heads=2, max_seq_len=64), tokenizer, 1)


def test_batched_generation_equals_single_generation(model: Any, tokenizer: Any) -> None:
    prompts = [[start_id(tokenizer), *range(20, 20 + length)] for length in (3, 9, 1, 14, 30, 30, 55)]
    config = DecodingConfig(max_new_tokens=24, decoding_rows=4)
    together = continue_prompts(model, tokenizer, prompts, config)
    assert together == [continue_prompts(model, tokenizer, [prompt], config)[0] for prompt in prompts]
    assert [len(generated.ids) for generated in together[:6]] == [24] * 6 and together[0].stop is StopReason.TOKENS
    assert len(together[6].ids) == 64 - 56 and together[6].stop is StopReason.CONTEXT
    assert len({generated.ids for generated in together}) > 3


def test_greedy_generation_takes_the_most_likely_token(model: Any, tokenizer: Any) -> None:
    prompt = [start_id(tokenizer), 40, 50, 60]
    generated = continue_prompts(model, tokenizer, [prompt], DecodingConfig(max_new_tokens=10))[0]
    model.eval()
    ids = list(prompt)
    for _ in range(10):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    assert list(generated.ids) == ids[4:]


def test_prompt_that_fills_the_context_is_refused(model: Any, tokenizer: Any) -> None:
    with pytest.raises(ValueError, match="64 tokens"):
        continue_prompts(model, tokenizer, [[1] * 64], DecodingConfig())


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


COMPACT = """\
1 def double(n):
2     return 2 * n
3 total = double(4)
4 print(total)

1
3 >1 n=4
2 ->8
3 total=8
4
|8
ok"""

DOUBLE = "".join(line[2:] + "\n" for line in COMPACT.split("\n")[:4])


def test_share_of_no_lines_is_none(tokenizer: Any) -> None:
    """Score a continuation that ends within the listing of the program, before any line runs."""
    lines = COMPACT.split("\n")
    score = trace_lines.score_continuation(lines[:2], lines[2:4], lines[2:4], compact.line_kinds)
    assert (score.numbers, score.flows, score.flows_right) == (0, 0, 0) and score.programs_right == 1
    assert score.numbers_share is None and score.flows_share is None and score.lines.share(LineKind.CHANGE) is None
    case = cases_of(tokenizer, texts=[COMPACT], prompt_lines=2, lines=2)[0]
    result = evaluate_generation(Oracle(tokenizer, [COMPACT]), tokenizer, [case], ENOUGH, 2, "compact")
    record = json.loads(json.dumps(as_record(result)))["free_running"]["model"]
    assert record["numbers_share"] is None and record["flows_share"] is None and record["programs_right"] == 1
    row = next(line for line in markdown(result, [case], {}, {}, 0).split("generated previous lines")[1].split("\n") if "| model" in line)
    assert [cell.strip() for cell in row.split("|")[2:7]] == ["100.0", "–", "–", "–", "100.0"]


def test_source_baseline_on_compact_lines() -> None:
    lines, guess = COMPACT.split("\n"), partial(compact.next_source_line, DOUBLE)
    assert [guess(lines[:number]) for number in range(13)] == [
        *lines[:4], "", "1", "2", "4", "3", "4", "", "", "",
    ]
    assert compact.next_source_line("", lines) == ""
    assert compact.next_source_line("x = 1\n\ny = 2\n", ["1 x = 1", "2", "3 y = 2", "", "1"]) == "3"


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
