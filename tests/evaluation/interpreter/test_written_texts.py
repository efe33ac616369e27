"""Test that texts are written once, kept in the file, and written again only if their prompt has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.interpreter.written_texts import Task, Written, WrittenTexts  # noqa: E402
from statecode.modeling.batched_decoding import Prompt  # noqa: E402
from statecode.modeling.decoding import Continuation, StopReason  # noqa: E402

SETTINGS = {"model": "runs/tiny", "view": "compact"}


def task(key: str, *ids: int) -> Task:
    return Task(key=key, before="", prompt=Prompt(ids=ids, max_new_tokens=4))


class Recorder:
    """A writer that writes the ids of a prompt, last prompt first, and records which prompts it got."""

    def __init__(self, fail_after: int | None = None) -> None:
        self.asked: list[tuple[int, ...]] = []
        self._fail_after = fail_after

    def __call__(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Continuation]]:
        for number, prompt in reversed(list(enumerate(prompts))):
            if len(self.asked) == self._fail_after:
                raise KeyboardInterrupt
            self.asked.append(tuple(prompt.ids))
            yield number, Continuation(ids=(), text=f"text {prompt.ids}\n", stop=StopReason.END)


def test_texts_are_kept_and_continued(tmp_path: Path) -> None:
    path = tmp_path / "new" / "texts.jsonl"
    tasks = [task("a", 1), task("b", 2), task("c", 3)]
    interrupted = Recorder(fail_after=2)
    with pytest.raises(KeyboardInterrupt):
        WrittenTexts(path, SETTINGS).write(tasks, interrupted, "writing")
    assert interrupted.asked == [(3,), (2,)]
    again = Recorder()
    found = WrittenTexts(path, SETTINGS).write(tasks, again, "writing")
    assert again.asked == [(1,)]
    assert found == {key: Written(f"text ({number},)\n", "end") for key, number in (("a", 1), ("b", 2), ("c", 3))}
    assert [json.loads(line).get("key") for line in path.read_text().splitlines()] == [None, "c", "b", "a"]


def test_changed_prompt_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    WrittenTexts(path, SETTINGS).write([task("a", 1)], Recorder(), "writing")
    again = Recorder()
    assert WrittenTexts(path, SETTINGS).write([task("a", 5)], again, "writing")["a"].text == "text (5,)\n"
    assert again.asked == [(5,)]
    third = Recorder()
    WrittenTexts(path, SETTINGS).write([task("a", 5)], third, "writing")
    assert third.asked == []  # the later line of the key counts


def test_line_that_was_cut_by_the_end_of_the_process(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    WrittenTexts(path, SETTINGS).write([task("a", 1), task("b", 2)], Recorder(), "writing")
    path.write_bytes(path.read_bytes()[:-9])
    again = Recorder()
    WrittenTexts(path, SETTINGS).write([task("a", 1), task("b", 2)], again, "writing")
    assert again.asked == [(1,)]
    assert len(WrittenTexts(path, SETTINGS).write([task("a", 1), task("b", 2)], Recorder(), "writing")) == 2


def test_other_settings_and_other_files_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    WrittenTexts(path, SETTINGS)
    with pytest.raises(ConfigError, match="texts with view 'compact', now 'frames'; delete it or choose another --out"):
        WrittenTexts(path, SETTINGS | {"view": "frames"})
    path.write_text("something else\n")
    with pytest.raises(ConfigError, match="no file of texts that this command wrote; choose another --out") as error:
        WrittenTexts(path, SETTINGS)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ['{"code": "a"}\n{"code": "b"}', '{"code": "a"}'])
def test_another_file_is_refused_and_not_changed(tmp_path: Path, text: str) -> None:
    """The last line of a user's file may have no newline, as that of a file of programs."""
    path = tmp_path / "programs.jsonl"
    path.write_text(text)
    with pytest.raises(ConfigError, match="choose another --out"):
        WrittenTexts(path, SETTINGS)
    assert path.read_text() == text


@pytest.mark.parametrize("length", [1, 10])
def test_a_file_of_which_only_a_part_of_the_settings_was_written_is_a_new_one(tmp_path: Path, length: int) -> None:
    path = tmp_path / "texts.jsonl"
    WrittenTexts(path, SETTINGS)
    whole = path.read_text()
    path.write_text(whole[:length])
    WrittenTexts(path, SETTINGS)
    assert path.read_text() == whole


def test_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.touch()
    WrittenTexts(path, SETTINGS).write([task("a", 1)], Recorder(), "writing")
    assert len(path.read_text().splitlines()) == 2


def test_texts_without_a_file() -> None:
    recorder = Recorder()
    texts = WrittenTexts(None, SETTINGS)
    assert texts.write([task("a", 1)], recorder, "writing") == texts.write([task("a", 1)], recorder, "writing")
    assert recorder.asked == [(1,)]
