"""Test the kinds and the bytes of tokens against the views' own classification and against plain loops."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.corpus.shards import read_shard  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.loss.kinded_texts import TOKEN_KINDS, KindedText, kinded_text  # noqa: E402
from statecode.evaluation.loss.token_kinds import kinded_documents, load_kinded, token_columns  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.texts import load_texts, trace_shards  # noqa: E402
from statecode.modeling.tokenising import tokenise_in_memory  # noqa: E402
from statecode.records import Trace  # noqa: E402
from statecode.views.cutting import spans, token_kinds  # noqa: E402
from statecode.views.segments import Kind, Span  # noqa: E402
from tests.support.corpus_samples import two_splits  # noqa: E402
from tests.support.modeling_samples import openai_tokenizer, tokenizer_for  # noqa: E402
from tests.support.views_with_segments import VIEWS_WITH_SEGMENTS  # noqa: E402

TOKENIZER = tokenizer_for(Objective.CAUSAL)
END = TOKEN_KINDS.index("end")


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    return list(islice(read_shard(Path(trace_shards("embedded", "validation")[0])), 6))


@pytest.mark.parametrize("view", VIEWS_WITH_SEGMENTS)
def test_the_kinds_are_those_of_the_view(view: str, traces: list[Trace]) -> None:
    kinded = kinded_documents((kinded_text(trace, view) for trace in traces), TOKENIZER)
    expected = []
    for trace, text in zip(traces, kinded.texts):
        offsets = TOKENIZER.backend_tokenizer.encode(text, add_special_tokens=False).offsets
        expected += [*(kind.value for kind in token_kinds(offsets, spans(trace, view))), "end"]
    assert [TOKEN_KINDS[kind].removesuffix("_echo") for kind in kinded.kinds.tolist()] == expected
    assert kinded.sizes.sum() == sum(len(text.encode()) for text in kinded.texts) and not kinded.crossing.all()


texts_with_kinds = st.lists(st.tuples(st.text("a é漢🎉\n", min_size=1, max_size=5), st.sampled_from(list(Kind))), max_size=9)


def kinded_of(parts: list[tuple[str, Kind]]) -> tuple[KindedText, list[Span]]:
    """Return a text of stretches, adjacent ones of one kind merged, and its spans."""
    merged: list[Span] = []
    start = 0
    for text, kind in parts:
        if merged and merged[-1].kind is kind:
            merged[-1] = merged[-1]._replace(end=start + len(text))
        else:
            merged.append(Span(start, start + len(text), kind))
        start += len(text)
    numbers = [TOKEN_KINDS.index(span.kind.value) for span in merged]
    starts = np.array([span.start for span in merged], dtype=np.int64)
    text = "".join(text for text, _ in parts)
    return KindedText(text, starts, np.array(numbers, dtype=np.uint8), np.ones(len(text), dtype=bool)), merged


@settings(max_examples=200, deadline=None)
@given(texts_with_kinds, st.sets(st.integers(1, 40)))
def test_any_division_of_a_text_into_tokens(parts: list[tuple[str, Kind]], cuts: set[int]) -> None:
    kinded, merged = kinded_of(parts)
    ends = [*sorted(cut for cut in cuts if cut < len(kinded.text)), len(kinded.text)] if kinded.text else []
    offsets = list(zip([0, *ends], ends))
    kinds, sizes, crossing, _ = token_columns(np.array(ends, dtype=np.int64), kinded)
    assert [TOKEN_KINDS[kind] for kind in kinds[:-1]] == [kind.value for kind in token_kinds(offsets, merged)]
    assert sizes.tolist() == [*(len(kinded.text[start:end].encode()) for start, end in offsets), 0]
    assert crossing.tolist() == [
        *(sum(span.start < end and start < span.end for span in merged) > 1 for start, end in offsets), False]
    assert kinds[-1] == END


def test_the_tokens_of_one_character_have_its_kind_and_together_its_bytes() -> None:
    kinded, _ = kinded_of([("é", Kind.SOURCE), ("漢", Kind.STDOUT), (" b", Kind.SYNTAX)])
    # é has the ends 1 1, 漢 2 2 2; the space of ` b` is omitted, as by tokenizers without white space
    kinds, sizes, crossing, _ = token_columns(np.array([1, 1, 2, 2, 2, 4]), kinded)
    assert [TOKEN_KINDS[kind] for kind in kinds] == ["source"] * 2 + ["stdout"] * 3 + ["syntax", "end"]
    assert sizes.tolist() == [2, 0, 3, 0, 0, 2, 0] and not crossing.any()


def test_a_token_with_equally_many_characters_of_two_kinds_has_the_first_one() -> None:
    kinded, _ = kinded_of([("ab", Kind.SYNTAX), ("cd", Kind.NEW_VALUE), ("e", Kind.SOURCE)])
    kinds, _, crossing, _ = token_columns(np.array([4, 5]), kinded)
    assert [TOKEN_KINDS[kind] for kind in kinds] == ["syntax", "source", "end"] and crossing.tolist() == [True, False, False]


def test_texts_and_tokens_are_those_of_a_perplexity_without_kinds(tmp_path: Path) -> None:
    corpus = str(two_splits(tmp_path / "corpus"))
    kinded = load_kinded(corpus, "compact", "train", TOKENIZER)
    expected = tokenise_in_memory(load_texts(corpus, "compact").split("train"), TOKENIZER)
    assert kinded.documents.info == expected.info and len(expected) > 2
    assert all((kinded.documents[k] == expected[k]).all() for k in range(len(expected)))
    few = load_kinded(corpus, "compact", "train", TOKENIZER, 2)
    assert few.texts == kinded.texts[:2] and len(few.kinds) == len(few.documents[0]) + len(few.documents[1]) + 2


def test_the_tokenizer_of_gpt2_agrees_with_its_tokens_without_kinds(traces: list[Trace], statecode_data: Path) -> None:
    tokenizer = openai_tokenizer(statecode_data)
    kinded = kinded_documents((kinded_text(trace, "snoop") for trace in traces), tokenizer)
    assert kinded.documents.info == tokenise_in_memory(kinded.texts, tokenizer).info
    assert kinded.sizes.sum() == sum(len(text.encode()) for text in kinded.texts)


def test_an_empty_text_has_its_end_token_alone() -> None:
    kinded, _ = kinded_of([])
    found = kinded_documents([kinded, kinded], TOKENIZER)
    assert found.kinds.tolist() == [END, END] and found.sizes.tolist() == [0, 0] and found.documents.lengths.tolist() == [0, 0]


def test_a_tokenizer_without_positions_is_refused() -> None:
    class Slow:
        name_or_path = "slow"

        def __len__(self) -> int:
            return 9

    with pytest.raises(ConfigError, match="the tokenizer slow does not report the positions of its tokens"):
        kinded_documents([], Slow())  # type: ignore[arg-type]
