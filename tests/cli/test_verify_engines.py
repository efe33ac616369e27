"""Test `statecode verify-engines`: its counts, its report of differences, and its errors."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from statecode.cli import main
from statecode.records import Trace
from statecode.tracing.compare.differences import first_difference
from statecode.tracing.compare.engines import Comparison, Verdict, compare_all
from tests.support.compared_traces import PROGRAM, make_snoop_pair, with_event


@pytest.fixture
def trace() -> Trace:
    with make_snoop_pair() as pair:
        return pair._reference.run(PROGRAM).trace


@pytest.fixture
def folder(tmp_path):
    for name, code in {"a": "x = 1\nprint(x)\n", "b": "import time\nnow = time.time_ns()\n"}.items():
        (tmp_path / "programs" / name).mkdir(parents=True)
        (tmp_path / "programs" / name / f"{name}.py").write_text(code)
    return tmp_path / "programs"


def test_the_command_counts_and_writes(folder, tmp_path, capsys) -> None:
    path = tmp_path / "found.json"
    code = main(["verify-engines", "--programs", str(folder), "--engines", "snoop", "snoop", "--out", str(path), "--events", "9"])
    printed = capsys.readouterr().out
    assert code == 0
    assert "b/b#0: not repeatable: another run differs" in printed
    found = json.loads(path.read_text())
    assert found["runs"] == {"equal": 1, "different": 0, "snoop changed the program": 0, "snoop broke": 0, "not repeatable": 1, "snoop too slow": 0, "not examined": 0}
    assert (found["limits"]["events"], found["limits"]["wall_s"]) == (9, 60.0)
    assert [(one["program_id"], one["difference"]["field"]) for one in found["not_equal"]] == [("b/b", "changes")]


def test_the_command_shows_differences(folder, capsys, monkeypatch, trace) -> None:
    found = first_difference(with_event(trace, 2, line=3), trace)
    comparison = Comparison(PROGRAM, 0, Verdict.DIFFERENT, found, "", 6, (0.0, 0.0))
    monkeypatch.setattr("statecode.cli.verify_engines.compare_all", lambda pairs, runs: iter([comparison]))
    assert main(["verify-engines", "--programs", str(folder), "--engines", "snoop", "snoop", "--jobs", "1"]) == 1
    assert capsys.readouterr().out.splitlines()[:5] == [
        "p#0: different, event 2, line", "    1 | x = 1   (made the changes)", "    2 | x = [x, 2]", "  snoop (first)   3", "  snoop (second)  2",
    ]


def test_an_interrupted_command_keeps_its_counts_and_continues(folder, tmp_path, capsys, monkeypatch) -> None:
    def interrupted(pairs, runs):
        yield next(compare_all(pairs, runs))
        raise KeyboardInterrupt

    path = tmp_path / "found.json"
    arguments = ["verify-engines", "--programs", str(folder), "--engines", "snoop", "snoop", "--jobs", "1", "--out"]
    monkeypatch.setattr("statecode.cli.verify_engines.compare_all", interrupted)
    assert main([*arguments, str(path)]) == 130
    printed = capsys.readouterr()
    assert "snoop compared with snoop, 1 run (" in printed.out
    assert "run the same command again" in printed.err
    written = json.loads(path.read_text())
    assert (written["finished"], written["runs"]["equal"], sum(written["runs"].values())) == (False, 1, 1)

    compared = []

    def continued(pairs, runs):
        for comparison in compare_all(pairs, runs):
            compared.append(comparison.program.program_id)
            yield comparison

    monkeypatch.setattr("statecode.cli.verify_engines.compare_all", continued)
    assert main([*arguments, str(path)]) == 0
    assert compared == ["b/b"]  # a/a is not repeated
    resumed = json.loads(path.read_text())
    assert main([*arguments, str(tmp_path / "whole.json")]) == 0
    whole = json.loads((tmp_path / "whole.json").read_text())
    varying = {"wall_s": None, "not_equal": None}  # the program shows the time
    assert {**resumed, **varying} == {**whole, **varying}
    assert [one["program_id"] for one in resumed["not_equal"]] == ["b/b"]
    assert resumed["finished"] and compared == ["b/b", "a/a", "b/b"]


def test_ctrl_c_ends_the_runs_in_progress_and_the_same_command_continues(folder, tmp_path) -> None:
    """Send SIGINT to the process group, as a terminal does, while one run lasts for an hour."""
    go, path, whole = tmp_path / "go", tmp_path / "found.json", tmp_path / "whole.json"
    (folder / "c").mkdir()
    (folder / "c" / "c.py").write_text(f"import os, time\ntime.sleep(0 if os.path.exists({str(go)!r}) else 3600)\n")
    command = [
        sys.executable, "-c", "import sys; from statecode.cli import main; sys.exit(main())", "verify-engines", "--programs", str(folder),
        "--engines", "snoop", "snoop", "--jobs", "1", "--trust-programs", "--wall-s", "4000", "--quiet", "--out",
    ]
    process = subprocess.Popen(
        [*command, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    first = process.stdout.readline()
    assert first.startswith("b/b#0: not repeatable"), process.communicate()  # c/c is next
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "snoop compared with snoop, 2 runs (" in stdout
    assert stderr == "interrupted; what was finished is kept, run the same command again to go on\n"
    written = json.loads(path.read_text())
    assert (written["finished"], written["runs"]["equal"], written["runs"]["not repeatable"]) == (False, 1, 1)

    go.touch()
    for out in (path, whole):
        assert subprocess.run([*command, str(out)], capture_output=True).returncode == 0
    resumed, uninterrupted = (json.loads(out.read_text()) for out in (path, whole))
    varying = {"wall_s": None, "not_equal": None}  # the program shows the time
    assert {**resumed, **varying} == {**uninterrupted, **varying}
    assert resumed["finished"] and resumed["runs"]["equal"] == 2


def test_a_result_with_other_settings_is_not_continued(folder, tmp_path) -> None:
    path = tmp_path / "found.json"
    arguments = ["verify-engines", "--programs", str(folder), "--engines", "snoop", "snoop", "--jobs", "1", "--limit"]
    assert main([*arguments, "1", "--out", str(path)]) == 0
    path.write_text(json.dumps({**json.loads(path.read_text()), "finished": False}))
    assert main([*arguments, "2", "--out", str(path)]) == 0
    assert sum(json.loads(path.read_text())["runs"].values()) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--engines", "snoop", "x"], "unknown engine 'x'"), (["--limit", "0"], "--limit 0: must be a positive number"),
        (["--jobs", "-1"], "--jobs -1: must be a positive number"), (["--wall-s", "0"], "limit wall_s must be positive"),
    ],
)
def test_bad_options(folder, capsys, arguments, message) -> None:
    assert main(["verify-engines", "--programs", str(folder), "--engines", "snoop", "snoop", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_an_output_file_is_checked_before_the_runs_and_its_folder_is_created(folder, tmp_path, capsys) -> None:
    arguments = ["verify-engines", "--programs", str(folder), "--engines", "snoop", "snoop", "--jobs", "1", "--limit", "1"]
    assert main([*arguments, "--out", str(tmp_path / "new" / "found.json")]) == 0
    assert json.loads((tmp_path / "new" / "found.json").read_text())["finished"]
    capsys.readouterr()
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"error: --out {tmp_path} is a folder; name a file in it\n")
