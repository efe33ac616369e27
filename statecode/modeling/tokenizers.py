"""Byte-level BPE trained on a corpus, or a checkpoint's own tokenizer; every text comes back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.models.gpt2 import GPT2TokenizerFast  # type: ignore[attr-defined]  # an alias that mypy misses

from statecode.errors import ConfigError
from statecode.modeling import hub_names
from statecode.modeling.arguments import check
from statecode.modeling.configs import Objective

VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model", "spiece.model")
REMEDY = "give a finished run or what train/tokenizer.py made"
SPECIAL_TOKENS = {
    Objective.CAUSAL: {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
                       "pad_token": "<|pad|>"},
    Objective.MASKED: {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
                       "mask_token": "[MASK]", "bos_token": "[CLS]", "eos_token": "[SEP]"},
}
"""The special tokens of a new tokenizer; they get the first ids."""


def train_tokenizer(texts: Iterable[str], vocab_size: int, objective: Objective) -> PreTrainedTokenizerBase:
    """Learn a byte-level BPE of at most `vocab_size` tokens from `texts`.

    The special tokens come first, then the 256 bytes, so that nothing is ever unknown.

    Source: Radford et al. 2019, Language Models are Unsupervised Multitask Learners, section 2.2.
    """
    specials = SPECIAL_TOKENS[objective]
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=list(dict.fromkeys(specials.values())),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer)
    # Not PreTrainedTokenizerFast: transformers 4 writes that name but cannot load it through AutoTokenizer.
    return GPT2TokenizerFast(tokenizer_object=core, clean_up_tokenization_spaces=False, **specials)


def load_tokenizer(name_or_folder: str, gguf_file: str | None = None) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a finished run, of a checkpoint folder or of a Hub id.

    Raises:
        ConfigError: there is none.
    """
    if reason := hub_names.misnamed(name_or_folder):
        raise ConfigError(f"no tokenizer: {reason}; {REMEDY}")
    options = {"gguf_file": gguf_file} if gguf_file else {}
    try:
        return AutoTokenizer.from_pretrained(name_or_folder, **options)
    except Exception as error:  # the tokenizers library raises Exception itself for a damaged file
        if not Path(name_or_folder).is_dir():
            raise ConfigError(f"no tokenizer: {hub_names.not_found(name_or_folder, error)}; {REMEDY}") from error
        reason = _why_not(options, name_or_folder, error)
        raise ConfigError(f"no tokenizer in the folder {name_or_folder}: {reason}") from error


def encode(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    """The tokens of each text, no special ones added; a text that spells a special token stays text."""
    if not texts:
        return []
    return tokenizer(
        list(texts), add_special_tokens=False, split_special_tokens=True,
        return_attention_mask=False, return_token_type_ids=False, verbose=False,
    )["input_ids"]


def decode(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> str:
    """The text of `ids`, special tokens included, nothing tidied."""
    return str(tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False))


def start_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that stands before a document: [CLS], else bos, else eos."""
    return _first_known(tokenizer, ("cls_token_id", "bos_token_id", "eos_token_id"), "start")


def end_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that stands after a document: [SEP], else eos."""
    return _first_known(tokenizer, ("sep_token_id", "eos_token_id"), "end")


def pad_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that fills rows; it is never scored nor attended to, so any will do."""
    return _first_known(tokenizer, ("pad_token_id", "eos_token_id", "unk_token_id"), "padding")


def mask_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that hides another one.

    Raises:
        ConfigError: this tokenizer has none, so it belongs to a causal model.
    """
    return _first_known(tokenizer, ("mask_token_id",), "mask")


def _first_known(tokenizer: PreTrainedTokenizerBase, names: Sequence[str], what: str) -> int:
    for name in names:
        if getattr(tokenizer, name, None) is not None:
            return int(getattr(tokenizer, name))
    raise ConfigError(f"the tokenizer of {tokenizer.name_or_path or 'this run'} has no {what} token; use another one")


def check_fits(tokenizer: PreTrainedTokenizerBase, vocabulary: int, model_name: str) -> None:
    """Raise ConfigError if the tokenizer can give an id that the model has no embedding for."""
    check(
        len(tokenizer) <= vocabulary,
        f"{model_name} knows {vocabulary} tokens, the tokenizer {len(tokenizer)}: take the checkpoint's own tokenizer",
    )


def _why_not(options: dict[str, str], folder: str, error: Exception) -> str:
    if options:
        return f"{options['gguf_file']} gives none ({hub_names.in_one_line(error)}); {REMEDY}"
    if not any((Path(folder) / name).is_file() for name in VOCABULARIES):
        return f"it has no tokenizer.json; {REMEDY}"
    return f"its files are damaged or of another kind ({hub_names.in_one_line(error)}); {REMEDY}"
