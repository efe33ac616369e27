"""Test that a mixture reads each corpus in its share, in an order that follows from the seed and the step."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.configs import DataConfig, LoopConfig, Objective  # noqa: E402
from statecode.modeling.documents import Documents, TokenSpans  # noqa: E402
from statecode.modeling.mixing import MixedBatches, MixedDocuments  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence  # noqa: E402
from statecode.modeling.pretraining import make_batches, make_sequences  # noqa: E402
from statecode.modeling.tokenising import tokenise_in_memory  # noqa: E402
from tests.support.modeling_samples import sample_texts, tokenizer_for  # noqa: E402

TOKENIZER = tokenizer_for(Objective.CAUSAL)
SHARES = (Fraction(7, 10), Fraction(3, 10))


def batches_of(sizes: tuple[int, int], shares=SHARES, batch_size: int = 10, seed: int = 0) -> MixedBatches:
    """Return the batches of two corpora with these numbers of sequences; sequence k contains the token k."""
    chunks = ListedChunks([([k], [k]) for k in range(sum(sizes))])
    sequences = PackedSequences(chunks, one_chunk_per_sequence(chunks.lengths))
    return MixedBatches(sequences, (0, sizes[0], sum(sizes)), shares, batch_size, seed)


def read(batches: MixedBatches, steps: range) -> list[int]:
    return [int(token) for step in steps for token in batches.at(step).input_ids_BT[:, 0]]


def test_the_shares_are_exact_in_each_block_and_each_corpus_is_read_once_per_epoch() -> None:
    batches = batches_of((35, 6))
    tokens = read(batches, range(10))
    for block in range(10):
        assert sum(token < 35 for token in tokens[10 * block:10 * block + 10]) == 7
    assert Counter(token for token in tokens if token < 35) == dict.fromkeys(range(35), 2)
    assert Counter(token for token in tokens if token >= 35) == dict.fromkeys(range(35, 41), 5)
    assert batches.batches_per_epoch == 4.1
    thirds = read(batches_of((8, 8), (Fraction(1, 3), Fraction(2, 3))), range(3))
    assert sum(token < 8 for token in thirds) == 10


def test_the_order_follows_from_the_seed_and_the_step() -> None:
    tokens = read(batches_of((35, 6)), range(6))
    assert read(batches_of((35, 6)), range(3, 6)) == tokens[30:] != read(batches_of((35, 6), seed=1), range(3, 6))
    assert read(batches_of((35, 6), batch_size=4), range(15)) == tokens
    small = [token for token in tokens if token >= 35]
    assert small[:6] != small[6:12] and sorted(small[:6]) == sorted(small[6:12])
    assert len({tuple(token < 35 for token in tokens[k:k + 10]) for k in range(0, 60, 10)}) > 1


def test_mixed_documents_are_those_of_the_parts() -> None:
    parts = [tokenise_in_memory(sample_texts(count, first), TOKENIZER) for count, first in ((5, 0), (0, 0), (3, 5))]
    mixed = MixedDocuments(parts, (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)))
    whole = tokenise_in_memory(sample_texts(8), TOKENIZER)
    assert len(mixed) == 8 and (mixed.lengths == whole.lengths).all() and mixed.scored is None
    assert all((mixed[k] == whole[k]).all() and (mixed.part(k, 2, 9) == whole.part(k, 2, 9)).all() for k in range(8))
    assert (mixed.info.text_tokens, mixed.info.text_bytes) == (whole.info.text_tokens, whole.info.text_bytes)
    assert mixed.info.texts_sha256 != MixedDocuments(parts[::-1], mixed.shares).info.texts_sha256


def test_only_a_part_with_spans_has_tokens_without_a_loss() -> None:
    plain = tokenise_in_memory(sample_texts(2), TOKENIZER)
    spans = TokenSpans(np.array([[3, 5]], np.int32), np.array([0, 1]))
    text = tokenise_in_memory(sample_texts(1, 2), TOKENIZER)
    marked = Documents(text.info, text[0], np.array([0, len(text[0])]), spans)
    mixed = MixedDocuments([plain, marked], SHARES)
    data = DataConfig(packing=False)
    sequences = make_sequences(mixed, TOKENIZER, Objective.CAUSAL, 500, data)
    scored = [int((sequences.batch([k]).labels_BT != IGNORE_INDEX).sum()) for k in range(3)]
    assert scored == [len(plain[0]) + 1, len(plain[1]) + 1, 2]


@pytest.mark.parametrize("packing", [True, False])
def test_no_sequence_contains_two_corpora(packing: bool) -> None:
    parts = [tokenise_in_memory(sample_texts(count, first), TOKENIZER) for count, first in ((20, 0), (9, 20))]
    mixed = MixedDocuments(parts, SHARES)
    sequences = make_sequences(mixed, TOKENIZER, Objective.CAUSAL, 200, DataConfig(packing=packing))
    batches = make_batches(mixed, sequences, LoopConfig(batch_rows=10), None)
    assert isinstance(batches, MixedBatches)
    alone = [make_sequences(part, TOKENIZER, Objective.CAUSAL, 200, DataConfig(packing=packing)) for part in parts]
    assert batches.first_sequences == (0, len(alone[0]), len(alone[0]) + len(alone[1]))
    assert len(sequences) == sum(map(len, alone))
    for first, part in zip(batches.first_sequences, alone):
        for number in range(len(part)):
            assert (sequences.batch([first + number]).input_ids_BT == part.batch([number]).input_ids_BT).all()


def test_mixed_documents_have_the_longest_windows_and_the_loss_of_any_part() -> None:
    cut, windows = (tokenise_in_memory(sample_texts(3), TOKENIZER) for _ in range(2))
    windows.info = replace(windows.info, window_tokens=62, loss_on="trace")
    for parts in ([cut, windows], [windows, cut]):
        info = MixedDocuments(parts, SHARES).info
        assert (info.window_tokens, info.loss_on) == (62, "trace")
    assert MixedDocuments([cut, cut], SHARES).info.window_tokens is None
