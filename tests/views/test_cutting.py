"""Test cuts to a budget, prompts and continuations, and kinds of tokens, for every view that is a text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.records import Change, Event, EventKind, Limits, Status, Trace
from statecode.views import render
from statecode.views.cutting import cut, spans, split, token_kinds
from statecode.views.segments import Kind, Span
from tests.support.views_with_segments import VIEWS_WITH_SEGMENTS

NOT_IN_EVENT_ORDER = ("inline", "final-state")


def printing_trace(events: int) -> Trace:
    """Return a trace that prints the number of each event, and then `end`."""
    made = tuple(
        Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>", (Change("x", str(k)),), stdout_end=2 * k + 2)
        for k in range(events)
    )
    stdout = "".join(f"{k}\n" for k in range(events)) + "end\n"
    return Trace(program_id="p", problem_id="p", input_index=0, code="x\n", stdin="", events=made, stdout=stdout,
                 status=Status.OK, limits=Limits())


def lines(text: str) -> int:
    return text.count("\n")


HEAD = "[code]\nx\n[stdout]\n"


@pytest.mark.parametrize(
    "budget, shown",
    [(9, None), (8, 4), (7, 3), (6, 2), (5, 1), (4, 0)],
)
def test_cut_keeps_as_many_whole_events_as_fit(budget: int, shown: int | None) -> None:
    """Four events of one line each; the head has three lines, the tail two, the cut line is one."""
    trace = printing_trace(4)
    numbers = "".join(f"{k}\n" for k in range(shown or 0))
    expected = render(trace, "io") if shown is None else f"{HEAD}{numbers}[cut: {shown} of 4 events]\n"
    assert lines(render(trace, "io")) == 9
    assert cut(trace, "io", budget, lines) == expected


def test_cut_rejects_a_budget_below_the_head() -> None:
    with pytest.raises(ConfigError, match="3 tokens hold no part of p#0 in the view io") as caught:
        cut(printing_trace(4), "io", 3, lines)
    assert "\n" not in str(caught.value)


def test_number_of_tokenized_characters_is_proportional_to_the_budget() -> None:
    trace, counted = printing_trace(10), []
    trace = replace(trace, events=tuple(event._replace(stdout_end=1000 * k) for k, event in enumerate(trace.events * 500)),
                    stdout="x" * 5_000_000)

    def characters(text: str) -> int:
        counted.append(len(text))
        return len(text)

    assert 1500 < len(cut(trace, "io", 2600, characters)) <= 2600
    assert sum(counted) < 60_000


def test_cut_of_views_that_are_not_in_event_order() -> None:
    trace = statecode.trace("x = 1\nx = 2\nx = 3\n" + "y = x\n" * 20)
    whole = render(trace, "final-state")
    assert whole.endswith("[variables]\nx = 3\ny = 3\n[end] ok\n")
    assert cut(trace, "final-state", len(whole), len) == whole
    text = cut(replace(trace, stdout="x" * 9), "inline", 24, lines)
    assert text.endswith("# event_limit: events\n[cut: 3 of 25 events]\n") is False  # 23 lines fit
    cut_trace = replace(trace, code="x = 1\n")
    assert cut(cut_trace, "final-state", 6, lines) == render(cut_trace, "final-state")
    assert cut(cut_trace, "final-state", 5, lines) == "[code]\nx = 1\n[variables]\n[end] event_limit: events\n[cut: 2 of 25 events]\n"


@pytest.mark.parametrize("view", ["code"])
def test_a_view_without_events_cannot_be_cut(view: str) -> None:
    trace = printing_trace(3)
    assert cut(trace, view, 1, lines) == "x\n"
    with pytest.raises(ConfigError, match="hold no part"):
        cut(trace, view, 0, lines)


def test_split_divides_before_an_event() -> None:
    trace = printing_trace(2)
    assert split(trace, "io", 0) == (HEAD, "0\n1\nend\n[end] ok\n")
    assert split(trace, "io", 1) == (HEAD + "0\n", "1\nend\n[end] ok\n")
    assert split(trace, "io", 2) == (HEAD + "0\n1\n", "end\n[end] ok\n")
    for event in (-1, 3):
        with pytest.raises(IndexError):
            split(trace, "io", event)


def test_rows_cannot_be_divided() -> None:
    for function in (lambda: split(printing_trace(1), "steps", 0), lambda: spans(printing_trace(1), "steps"),
                     lambda: cut(printing_trace(1), "steps", 1, len)):
        with pytest.raises(ConfigError, match="the view steps has no segments"):
            function()


# every view, over the shipped traces

@pytest.mark.parametrize("view", VIEWS_WITH_SEGMENTS)
def test_parts_are_the_text(shipped: list[Trace], view: str) -> None:
    for trace in shipped[::50]:
        text, found = render(trace, view), spans(trace, view)
        assert [span.start for span in found] == [0, *(span.end for span in found[:-1])][:len(found)]
        assert (found[-1].end if found else 0) == len(text)
        for event in {0, len(trace.events) // 2, len(trace.events)}:
            prompt, continuation = split(trace, view, event)
            assert prompt + continuation == text


@pytest.mark.parametrize("view", [view for view in VIEWS_WITH_SEGMENTS if view != "code"])
def test_cut_texts_fit_and_are_prefixes(shipped: list[Trace], view: str) -> None:
    for trace in shipped[::50]:
        text = render(trace, view)
        head = cut_without_events(trace, view)
        budget = (len(head) + max(len(head), len(text))) // 2
        got = cut(trace, view, budget, len)
        assert len(got) <= budget
        if len(text) <= budget:
            assert got == text
        elif view not in NOT_IN_EVENT_ORDER:
            shown = int(got.rpartition("[cut: ")[2].split()[0])
            prompt = split(trace, view, shown)[0]
            assert got.startswith(prompt) and len(got) - len(prompt) <= 40


def cut_without_events(trace: Trace, view: str) -> str:
    """Return the shortest cut, without events."""
    if view not in NOT_IN_EVENT_ORDER:
        return split(trace, view, 0)[0] + f"\n[cut: 0 of {len(trace.events)} events]\n"
    empty = replace(trace, events=(), stdout="", status=Status.EVENT_LIMIT, exception=None, truncation="events")
    return render(empty, view) + f"[cut: 0 of {len(trace.events)} events]\n"


# kinds of tokens

SPANS = [Span(0, 4, Kind.SOURCE), Span(4, 6, Kind.SYNTAX), Span(6, 9, Kind.NEW_VALUE)]


@pytest.mark.parametrize(
    "offsets, kind",
    [((0, 4), Kind.SOURCE), ((3, 6), Kind.SYNTAX), ((2, 6), Kind.SOURCE), ((0, 9), Kind.SOURCE), ((5, 9), Kind.NEW_VALUE),
     ((8, 9), Kind.NEW_VALUE), ((0, 0), None), ((4, 4), Kind.SYNTAX), ((9, 9), None), ((5, 7), Kind.SYNTAX)],
)
def test_a_token_has_the_kind_of_most_of_its_characters(offsets: tuple[int, int], kind: Kind | None) -> None:
    assert token_kinds([offsets], SPANS) == [kind]


def test_no_text_has_no_kinds() -> None:
    assert token_kinds([(0, 0)], []) == [None] and token_kinds([], SPANS) == []


def test_kinds_of_the_tokens_of_a_trained_tokenizer(shipped: list[Trace]) -> None:
    """Check tokens of a tokenizer that splits at words, so that each token is in one segment and has its kind."""
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=600, show_progress=False,
                                             initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator((render(trace, "io") for trace in shipped[:100]), trainer)
    trace = statecode.trace("print('é', 'x' * 3)  # ½\n")
    text = render(trace, "io")
    encoded = tokenizer.encode(text)
    kinds = token_kinds(encoded.offsets, spans(trace, "io"))
    assert len(kinds) == len(encoded.ids) and None not in kinds
    for kind, letters in {Kind.SOURCE: "print('é', 'x' * 3)  # ½\n", Kind.STDOUT: "é xxx\n", Kind.CONTROL: "ok\n"}.items():
        characters = {k for (start, end), found in zip(encoded.offsets, kinds) if found is kind for k in range(start, end)}
        assert "".join(text[k] for k in sorted(characters)).strip("\n[ ") in letters
        assert len(characters) >= len(letters) - 2, "only a line end may belong to an adjacent token"


@pytest.mark.torch
@pytest.mark.parametrize("view", VIEWS_WITH_SEGMENTS)
def test_gpt2_tokens_have_kinds(shipped: list[Trace], statecode_data: Path, view: str) -> None:
    from transformers.models.gpt2 import GPT2TokenizerFast

    tokenizer = GPT2TokenizerFast.from_pretrained(str(statecode_data / "tokenizers" / "gpt2"))
    for trace in shipped[::300]:
        text = render(trace, view)
        encoded = tokenizer(text, return_offsets_mapping=True, verbose=False)
        found = token_kinds(encoded["offset_mapping"], spans(trace, view))
        assert len(found) == len(encoded["input_ids"]) and None not in found[1:]
