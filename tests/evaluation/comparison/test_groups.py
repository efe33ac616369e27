"""Test the comparison of runs: over equal tokens only, separate tables for causal and masked models, known numbers."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.comparison.groups import RunGroup, group_runs  # noqa: E402
from statecode.evaluation.comparison.rows import compare_rows  # noqa: E402
from statecode.evaluation.comparison.run_summaries import read_summary  # noqa: E402
from statecode.evaluation.comparison.tables import as_record, report_blocks  # noqa: E402
from statecode.evaluation.report import as_markdown  # noqa: E402
from tests.support.paths import ROOT  # noqa: E402
from tests.support.run_folders import conala_result, conala_rows, make_run, result_of  # noqa: E402
from tests.support.toy_tasks import Bugs, registered  # noqa: E402


def rows_of(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def markdown(groups: list[RunGroup]) -> str:
    return as_markdown(report_blocks(groups, {group.file_stem: compare_rows(group) for group in groups}, {}))


def compare(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "eval" / "compare.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=cwd)


def test_table_has_the_known_numbers(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "a"), make_run(tmp_path / "b", init="some/gpt2", curve=((0, 2.0), (200, 0.14)))]
    text = markdown(group_runs([read_summary(run) for run in runs]))
    header, _, first, second = rows_of(text)
    assert first[:6] == ["a", "1", "scratch", "embedded snoop", "17", "150"]
    assert first[6:] == ["–", "–", "100", "0.2500", f"{math.exp(0.25):.3f}", "0.0625"]
    assert second[:6] == ["b", "1", "some/gpt2", "embedded snoop", "17", "200"]
    assert second[6:] == ["–", "–", "200", "0.1400", f"{math.exp(0.14):.3f}", "0.0350"]
    assert header[9:] == ["loss (nats per token)", "perplexity", "bits per byte"]
    assert "1,000 tokens, the same for all runs" in text and "One run per arm: there is no interval over seeds." in text


def test_seeds_are_one_arm_with_an_interval(tmp_path: Path) -> None:
    """Check the mean of 1, 2 and 3 with its known interval, 2 ± 2.484, beside an arm of one run."""
    runs = [make_run(tmp_path / f"tiny-seed{seed}", seed=seed, curve=((0, 6.0), (10 * seed, float(seed))), batch_tokens=100)
            for seed in (1, 2, 3)]
    runs.append(make_run(tmp_path / "other", preset="mini", curve=((0, 6.0), (10, 5.0)), batch_tokens=100))
    groups = group_runs([read_summary(run) for run in runs])
    text = markdown(groups)
    _, rule, first, second = rows_of(text)
    assert first[:2] == ["tiny", "3"] and first[5:9] == ["10 to 30", "200", "2.04e+04", "10 to 30"]
    assert first[9:] == ["2.0000 ± 2.4841", "7.389 [0.616, 88.601]", "0.5000 ± 0.6210"]
    assert second[0] == "other" and second[9] == "5.0000" and rule[9:] == ["---:"] * 3
    assert "with seeds - 1 degrees of freedom" in text and "An arm with one run has no interval." in text
    assert "Held equal, within 1 %: parameters (17), training tokens (200), training FLOPs (2.04e+04)." in text
    assert "Not equal: optimizer steps (10 to 30)." in text
    arm = as_record(groups, {})[0]["arms"][0]
    assert arm["seeds"] == [1, 2, 3] and arm["lowest_loss"] == {
        "mean": 2.0, "margin": pytest.approx(2.484138), "count": 3}


def test_test_scores_of_seeds_have_intervals(tmp_path: Path) -> None:
    results = [conala_result(bleu) for bleu in (1.0, 2.0, 3.0)]
    for seed, result in enumerate(results):
        result["test"]["loss"] = 1.0 + seed
    runs = [make_run(tmp_path / f"a-{seed}", seed=seed, result=result) for seed, result in enumerate(results)]
    row = rows_of(markdown(group_runs([read_summary(run) for run in runs])).split("### Test rows")[1])[2]
    assert row[:4] == ["a (from scratch)", "3", "2.0000 ± 2.4841", "7.389 [0.616, 88.601]"]
    assert row[4:6] == ["1.5000 ± 0.0000", "2.00 ± 2.48"]


def test_a_better_model_is_recognised_on_the_same_examples(tmp_path: Path) -> None:
    targets = [f"x{number} = f({number}, [a, b])" for number in range(40)]
    good, bad = conala_rows(targets, [*targets[:30], *["y ="] * 10]), conala_rows(targets, ["x = ("] * 40, nll_nats=4.0)
    runs = [make_run(tmp_path / name, init=name, result=result_of(rows), predictions=rows)
            for name, rows in (("good", good), ("bad", bad))]
    groups = group_runs([read_summary(run) for run in runs])
    text = markdown(groups)
    pairs = {row[1]: row[2:] for row in rows_of(text.split("### Paired differences")[1])[2:]}
    assert list(pairs) == ["loss (nats per token)", "bits per byte", "BLEU-4 (CoNaLa)", "exact match %", "parses %"]
    assert pairs["loss (nats per token)"][0] == "-0.5000 [-0.5000, -0.5000]"  # the losses of all rows are equal
    assert pairs["exact match %"][0].startswith("75.0 [") and {pair[1] for pair in pairs.values()} == {"< 0.001"}
    assert "10,000 resamples of the 40 test examples" in text
    pair = as_record(groups, {groups[0].file_stem: compare_rows(groups[0])})[0]["bootstrap"]["pairs"][3]
    assert (pair["first"], pair["second"], pair["score"], pair["difference"]) == ("good", "bad", "exact_match", 75.0)


def test_runs_tested_on_other_examples_are_refused(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / name, init=name, result=conala_result(1.0), test_sha256=name) for name in ("a", "b")]
    with pytest.raises(ConfigError, match="a and .*b were tested on different examples: their scores are not comparable"):
        group_runs([read_summary(run) for run in runs], bits_per_byte=True)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"vocabulary": 6}, "another tokenizer"),
        ({"texts": "abd"}, "other validation texts"),
        ({"tokens": 999}, "1,000 against 999 scored tokens"),
    ],
)
def test_different_tokens_are_refused_or_compared_by_bits_per_byte(tmp_path: Path, other: dict[str, Any], reason: str) -> None:
    runs = [read_summary(make_run(tmp_path / "a")), read_summary(make_run(tmp_path / "b", **other))]
    with pytest.raises(ConfigError) as caught:
        group_runs(runs)
    assert reason in str(caught.value) and "--bits-per-byte" in str(caught.value)
    groups = group_runs(runs, bits_per_byte=True)
    header, _, first, _ = rows_of(markdown(groups))
    assert "bits per byte" in header and first[-1] == "0.0625"
    assert not [name for name in header if "loss" in name or "perplexity" in name]


def test_different_tokens_without_bits_per_byte_are_refused(tmp_path: Path) -> None:
    masked = [read_summary(make_run(tmp_path / name, objective="masked", vocabulary=size))
              for name, size in (("a", 5), ("b", 6))]
    with pytest.raises(ConfigError, match="no bits per byte"):
        group_runs(masked, bits_per_byte=True)


def test_masked_runs_with_masks_of_another_unit_are_refused(tmp_path: Path) -> None:
    older, token, value = (read_summary(make_run(tmp_path / str(unit), objective="masked", mask_unit=unit))
                           for unit in (None, "token", "value"))
    assert len(group_runs([older, token])) == 1
    with pytest.raises(ConfigError, match=r"evaluated on different tokens \(--mask-unit token against value\): their losses"):
        group_runs([older, value])


def test_causal_and_masked_runs_have_separate_tables(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "a"), make_run(tmp_path / "b", objective="masked", tokens=7),
            make_run(tmp_path / "c", preset="mini")]
    groups = group_runs([read_summary(run) for run in runs])
    assert [[Path(run.name).name for run in group.runs] for group in groups] == [["a", "c"], ["b"]]
    text = markdown(groups)
    assert "masked perplexity" in text and text.count("| arm |") == 2
    assert "bits per byte" not in text.split("masked language modelling")[1]


def test_conala_table_contains_published_scores(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "scratch", result=conala_result(3.25)),
            make_run(tmp_path / "traces", init="runs/tiny", result=conala_result(12.5))]
    groups = group_runs([read_summary(run) for run in runs])
    rows = {row[0]: row[1:] for row in rows_of(markdown(groups).split("### Test rows")[1])}
    assert rows["traces (from runs/tiny)"] == ["1", "2.0000", f"{math.exp(2):.3f}", "1.5000", "12.50", "9.87", "1.2", "80.0"]
    published = {name: row for name, row in rows.items() if "published" in name}
    assert [row[4] for row in published.values()] == ["10.58", "14.26", "30.69", "32.26", "34.20"]
    assert all(row[:4] == [""] * 4 for row in published.values())
    assert as_record(groups, {})[0]["runs"][1]["result"]["scores"]["bleu_conala"] == 12.5


def test_a_run_of_an_older_version_is_compared(tmp_path: Path) -> None:
    run = make_run(tmp_path / "older", result=conala_result(3.25), result_file="conala.json")
    assert "| older (from scratch) | 1 | 2.0000 | 7.389 | 1.5000 | 3.25 |" in markdown(group_runs([read_summary(run)]))


def test_a_task_has_its_own_tables(tmp_path: Path) -> None:
    """Compare runs of a classification, whose loss is per example: a causal and a masked model with other tokenizers."""
    runs = [make_run(tmp_path / name, objective="classification", vocabulary=size, task="bugs",
                     result={"test": {"loss": 0.5}, "scores": {"accuracy": 75, "auc": 0.8125}})
            for name, size in (("gpt2", 5), ("bert", 6))]
    runs.append(make_run(tmp_path / "other", result=conala_result(1.0)))
    with registered(Bugs()):
        groups = group_runs([read_summary(run) for run in runs])
    assert [group.title for group in groups] == ["Bugs: classification fine-tuning", "CoNaLa: causal fine-tuning"]
    text = markdown(groups[:1])
    assert rows_of(text.split("### Test rows of Bugs")[1])[2:] == [
        ["gpt2 (from scratch)", "1", "0.5000", "75.0", "0.812"], ["bert (from scratch)", "1", "0.5000", "75.0", "0.812"],
        ["*published: theirs* (a paper)", "", "", "", "0.500"]]
    assert "1,000 examples, the same for all runs" in text and "perplexity" not in text and "per byte" not in text


def test_runs_with_equal_folder_names_are_shown_with_their_paths(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "x" / "run"), make_run(tmp_path / "y" / "run", preset="mini")]
    text = markdown(group_runs([read_summary(run) for run in runs]))
    assert str(tmp_path / "x" / "run") in text and str(tmp_path / "y" / "run") in text


def test_script_writes_tables_and_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    runs = [make_run(tmp_path / "a"), make_run(tmp_path / "b", init="a/b"),
            make_run(tmp_path / "c", result=conala_result(5.0))]
    done = compare(*runs, "--out", tmp_path / "out")
    assert done.returncode == 0 and done.stderr == ""
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["comparison.html", "comparison.json", "comparison.md", "conala-causal-bleu.png", "conala-causal-bleu.svg",
                    "conala-causal-curves.png", "conala-causal-curves.svg", "pre-training-causal-curves.png",
                    "pre-training-causal-curves.svg"]
    assert (tmp_path / "out" / "pre-training-causal-curves.png").read_bytes().startswith(b"\x89PNG")
    record = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert record["groups"][0]["runs"][0]["best"] == {"step": 100, "loss": 0.25, "bits_per_byte": 0.0625}
    assert "compare.py" in record["provenance"]["command"]
    text = (tmp_path / "out" / "comparison.md").read_text()
    assert "![pre-training-causal-curves]" in text and "Validation loss (nats per token) by optimizer step." in text
    assert (tmp_path / "out" / "comparison.html").read_text().count("data:image/svg+xml") == 3


def test_hostile_names_of_runs_are_text_in_tables_and_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    name = "$\\frac{$|\x1b[31m\n[x]<b onclick='x'>"
    runs = [make_run(tmp_path / name), make_run(tmp_path / "b", init=f"a/{name}", result=conala_result(5.0))]
    done = compare(*runs, "--out", tmp_path / "out")
    assert done.returncode == 0 and done.stderr == ""
    assert "\x1b" not in done.stdout and "| $\\frac{$\\|\\x1b[31m\\n[x]" in done.stdout
    assert len(list((tmp_path / "out").glob("*.png"))) == 3
    page = (tmp_path / "out" / "comparison.html").read_text()
    assert "<b onclick" not in page and "\x1b" not in page and "&lt;b onclick=&#x27;x&#x27;&gt;" in page


def test_an_earlier_comparison_is_replaced_only_on_request(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    runs = [make_run(tmp_path / "a"), make_run(tmp_path / "b")]
    assert compare(runs[0], cwd=tmp_path).returncode == 0
    earlier = (tmp_path / "comparison" / "comparison.md").read_bytes()
    done = compare(runs[1], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2, "error: comparison/ contains an earlier comparison; pass --out DIR, or --out comparison to replace it\n"
    )
    assert (tmp_path / "comparison" / "comparison.md").read_bytes() == earlier
    assert compare(runs[1], "--out", "comparison", cwd=tmp_path).returncode == 0
    assert (tmp_path / "comparison" / "comparison.md").read_bytes() != earlier


def test_script_reports_bad_input_in_one_line(tmp_path: Path) -> None:
    done = compare(tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 2 and done.stderr.startswith("error: no run in") and done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_help_has_examples_and_flags() -> None:
    done = compare("--help")
    assert done.returncode == 0 and "--bits-per-byte" in done.stdout and "python eval/compare.py" in done.stdout
