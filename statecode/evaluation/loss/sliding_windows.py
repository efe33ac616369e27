"""Score each token of documents exactly once under a causal model, in overlapping windows.

A document is its start token, its text and its end token. One that is longer than the context is read in several
windows:

    context 4, stride 2     tokens    a b c d e f g h
                            window 1  a b c d              scores a b c d
                            window 2      c d e f          scores     e f
                            window 3          e f g h      scores     g h

A scored token is predicted from all tokens of the document before it, or from at least the last context - stride + 1 of
them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling import tokenizers
from statecode.modeling.batches import IGNORE_INDEX
from statecode.modeling.cross_entropy import output_nll
from statecode.modeling.documents import Documents
from statecode.modeling.forward import FLAT_MODELS, output_layer
from statecode.progress import progress_bar


class SlidingWindows:
    """Overlapping windows of documents; each token is a label in exactly one window.

    The labels of all documents have places: one for each token of a text and one for its end token, document after
    document.

    Args:
        score_end: False: the end tokens are not scored.

    Attributes:
        lengths: number of inputs of each window, int64.
        skipped: number of labels at the start of each window that previous windows score, int64.
        first_places: place of the first label of each window that is scored in it, int64.
        scored: which places are scored, bool (places,).
    """

    def __init__(
        self, documents: Documents, tokenizer: PreTrainedTokenizerBase, context: int, stride: int, score_end: bool
    ) -> None:
        self._documents, self._score_end = documents, score_end
        self._start, self._end = tokenizers.start_id(tokenizer), tokenizers.end_id(tokenizer)
        positions = documents.lengths + 1
        counts = 1 + np.maximum(0, -(-(positions - context) // stride))
        self._document_of = np.repeat(np.arange(len(documents)), counts)
        first_window, ends = np.cumsum(counts) - counts, np.cumsum(positions)
        self._begin = (np.arange(len(self._document_of)) - first_window[self._document_of]) * stride
        self.lengths = np.minimum(context, positions[self._document_of] - self._begin)
        self.skipped = np.where(self._begin > 0, context - stride, 0)
        self.first_places = (ends - positions)[self._document_of] + self._begin + self.skipped
        self.scored = np.ones(int(positions.sum()), dtype=bool)
        self.scored[ends - 1] = score_end

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the input ids and the labels of a window; labels that other windows score are IGNORE_INDEX."""
        document, begin, length = (int(array[index]) for array in (self._document_of, self._begin, self.lengths))
        # Only these tokens are read: a document can have thousands of windows. Input k is token k - 1 of the text.
        ids = self._documents.part(document, max(0, begin - 1), begin + length)
        inputs = ids[:length] if begin else np.concatenate([[self._start], ids[:length - 1]])
        labels = (ids[1:] if begin else ids).copy()  # inputs are a part of the same array
        if len(labels) < length:  # the window contains the end of the document
            labels = np.append(labels, self._end if self._score_end else IGNORE_INDEX)
        labels[:self.skipped[index]] = IGNORE_INDEX
        return inputs, labels

    def batch(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return the inputs and the labels of windows, two int64 tensors (B, T), filled up on the right."""
        shape = len(indices), int(self.lengths[indices].max())
        inputs_BT, labels_BT = np.full(shape, self._start), np.full(shape, IGNORE_INDEX)
        for row, index in enumerate(indices):
            inputs, labels = self[index]
            inputs_BT[row, :len(inputs)], labels_BT[row, :len(labels)] = inputs, labels
        return torch.from_numpy(inputs_BT), torch.from_numpy(labels_BT)


@torch.no_grad()
def token_nll(
    model: PreTrainedModel, windows: SlidingWindows, batch_rows: int, accelerator: Accelerator
) -> np.ndarray:
    """Return the negative log-likelihood of each place in nats, float64 (places,), the same on every process.

    A place that is not scored has 0. The windows of a batch have similar lengths, and the first batch is the largest
    one, so that memory runs out in it or not at all. The batches are divided among the processes.
    """
    model.to(accelerator.device).eval()
    nll = np.zeros(len(windows.scored))
    # by length, then windows that score all their labels before those that score few, which need fewer logits
    order = np.lexsort((windows.skipped, -windows.lengths))
    batches = [order[begin:begin + batch_rows].tolist() for begin in range(0, len(order), batch_rows)]
    own = range(accelerator.process_index, len(batches), accelerator.num_processes)
    for number in progress_bar(own, "evaluating", "batches", shown=accelerator.is_main_process):
        indices = batches[number]
        inputs_BT, labels_BT = windows.batch(indices)
        with accelerator.autocast():
            nll_BT = _label_nll(model, inputs_BT, labels_BT, accelerator.device).double().cpu().numpy()
        for row, index in enumerate(indices):
            first, skipped, length = windows.first_places[index], windows.skipped[index], windows.lengths[index]
            nll[first:first + length - skipped] = nll_BT[row, skipped:length]
    if accelerator.num_processes == 1:
        return nll
    return accelerator.reduce(torch.from_numpy(nll).to(accelerator.device)).cpu().numpy()  # type: ignore[no-any-return]


def _label_nll(model: PreTrainedModel, inputs_BT: Tensor, labels_BT: Tensor, device: torch.device) -> Tensor:
    """Return the negative log-likelihood of each label in nats, fp32 (B, T); 0 where there is no label.

    The rows are filled up on the right, where no earlier position of a causal model attends to, so that no mask is
    needed. For models whose logits are those of the output layer alone, they are computed at labels only and not kept.
    """
    inputs_BT, labels_BT = inputs_BT.to(device), labels_BT.to(device)
    scored_BT = labels_BT != IGNORE_INDEX
    nll_BT = torch.zeros(labels_BT.shape, device=device)
    if model.config.model_type in FLAT_MODELS:
        hidden_BTD = model.base_model(input_ids=inputs_BT, use_cache=False).last_hidden_state
        nll_BT[scored_BT] = output_nll(hidden_BTD[scored_BT], output_layer(model), labels_BT[scored_BT])
        return nll_BT
    logits_BTV = model(input_ids=inputs_BT, use_cache=False).logits
    for nll_T, logits_TV, labels_T in zip(nll_BT, logits_BTV, labels_BT):  # row by row: less memory
        nll_T[:] = torch.nn.functional.cross_entropy(
            logits_TV.float(), labels_T, ignore_index=IGNORE_INDEX, reduction="none")
    return nll_BT
