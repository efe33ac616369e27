"""Tokenizers: a byte-level BPE that is trained on a corpus and decodes every text exactly, or that of a checkpoint."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.models.gpt2 import GPT2TokenizerFast  # type: ignore[attr-defined]  # an alias that mypy misses

from statecode.arguments import check
from statecode.errors import ConfigError
from statecode.modeling import hub_names
from statecode.modeling.configs import Objective
from statecode.modeling.run_folder import TOKENIZER_FILE

VOCABULARY_FILES = ("tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model", "spiece.model")
SPECIAL_TOKENS = {
    Objective.CAUSAL: {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
                       "pad_token": "<|pad|>"},
    Objective.MASKED: {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
                       "mask_token": "[MASK]", "bos_token": "[CLS]", "eos_token": "[SEP]"},
}
"""The special tokens of a new tokenizer, by objective. They have the first ids."""


def train_tokenizer(
    texts: Iterable[str], vocab_size: int, objective: Objective, digits: Literal["single", "merged"] = "single"
) -> PreTrainedTokenizerBase:
    """Train a byte-level BPE of at most `vocab_size` tokens on `texts`.

    The first ids are the special tokens, the next ones the 256 bytes, so that every text can be encoded.

    Args:
        digits: `single`: each of the digits 0 to 9 is a token of its own, and no other token contains one. `merged`:
            digits are merged like all characters.

    Source: Radford et al. 2019, Language Models are Unsupervised Multitask Learners, section 2.2.
    """
    specials = SPECIAL_TOKENS[objective]
    core = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    single_digits = pre_tokenizers.Split(Regex("[0-9]"), "isolated")
    core.pre_tokenizer = byte_level if digits == "merged" else pre_tokenizers.Sequence([byte_level, single_digits])
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=list(dict.fromkeys(specials.values())),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer)
    # Without merges of digits, the single digits remain. transformers 5 loads GPT2TokenizerFast with this one only.
    core.pre_tokenizer = byte_level
    # Not PreTrainedTokenizerFast: transformers 4 writes that name but cannot load it through AutoTokenizer.
    return GPT2TokenizerFast(tokenizer_object=core, clean_up_tokenization_spaces=False, **specials)


def load_tokenizer(name_or_folder: str, gguf_file: str | None = None) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a finished run, of a checkpoint folder or of a Hub id.

    Args:
        gguf_file: name of the GGUF file in `name_or_folder` that contains the tokenizer; None: other formats.

    Raises:
        ConfigError: there is no tokenizer, its files are damaged, or it needs code of its own.
    """
    hub_names.check_tokenizer(name_or_folder)
    options = {"gguf_file": gguf_file} if gguf_file else {}
    try:
        return AutoTokenizer.from_pretrained(name_or_folder, trust_remote_code=False, **options)
    except Exception as error:  # for a damaged file, `tokenizers` raises Exception itself, not a subclass
        hub_names.check_needs_no_code(name_or_folder, TOKENIZER_FILE, error)
        if not Path(name_or_folder).is_dir():
            reason = hub_names.not_found_message(name_or_folder, error)
            raise ConfigError(f"no tokenizer: {reason}; {hub_names.TOKENIZER_HINT}") from error
        reason = _failure_reason(options, name_or_folder, error)
        raise ConfigError(f"no tokenizer in the folder {name_or_folder}: {reason}") from error


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Save a tokenizer in `folder`.

    TOKENIZER_FILE appears in the folder last, so that a folder with this file has a complete tokenizer.
    """
    temporary = folder / ".tokenizer-writing"
    shutil.rmtree(temporary, ignore_errors=True)
    tokenizer.save_pretrained(temporary)
    for path in sorted(temporary.iterdir(), key=lambda path: path.name == TOKENIZER_FILE):
        os.replace(path, folder / path.name)
    temporary.rmdir()


def encode(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    """Return the token ids of each text.

    No special tokens are added. Text that spells a special token is encoded as ordinary text.
    """
    if not texts:
        return []
    return tokenizer(
        list(texts), add_special_tokens=False, split_special_tokens=True,
        return_attention_mask=False, return_token_type_ids=False, verbose=False,
    )["input_ids"]


def decode(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> str:
    """Return the text of `ids`, special tokens included, without any clean-up of spaces."""
    return str(tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False))


def start_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the id of the token before a document: [CLS], else bos, else eos."""
    return _first_known(tokenizer, ("cls_token_id", "bos_token_id", "eos_token_id"), "start")


def end_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the id of the token after a document: [SEP], else eos."""
    return _first_known(tokenizer, ("sep_token_id", "eos_token_id"), "end")


def pad_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the id of the padding token: pad, else eos, else unk.

    Any token is suitable, because padding is neither scored nor attended to.
    """
    return _first_known(tokenizer, ("pad_token_id", "eos_token_id", "unk_token_id"), "padding")


def mask_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the id of the mask token.

    Raises:
        ConfigError: the tokenizer has no mask token, because it belongs to a causal model.
    """
    return _first_known(tokenizer, ("mask_token_id",), "mask")


def _first_known(tokenizer: PreTrainedTokenizerBase, names: Sequence[str], role: str) -> int:
    for name in names:
        if getattr(tokenizer, name, None) is not None:
            return int(getattr(tokenizer, name))
    raise ConfigError(f"the tokenizer of {tokenizer.name_or_path or 'this run'} has no {role} token; choose another")


def check_fits(tokenizer: PreTrainedTokenizerBase, vocabulary: int, model_name: str) -> None:
    """Check that the model has an embedding for every id of the tokenizer.

    Args:
        vocabulary: number of embeddings of the model.

    Raises:
        ConfigError: the tokenizer has more tokens than the model.
    """
    check(
        len(tokenizer) <= vocabulary,
        f"{model_name} knows {vocabulary} tokens, the tokenizer {len(tokenizer)}: use the checkpoint's tokenizer",
    )


def load_tokenizer_for(init: str, tokenizer: str | None, gguf_file: str | None = None) -> PreTrainedTokenizerBase:
    """Load the tokenizer in --tokenizer for a model, or the model's own one.

    Args:
        init: `scratch`, or a finished run, a checkpoint folder or a Hub id.
        tokenizer: the value of --tokenizer; None: the checkpoint's own tokenizer.
        gguf_file: name of the GGUF file in `init` that contains the weights; None: other formats.

    Raises:
        ConfigError: there is no tokenizer, or it has another vocabulary than the checkpoint's own.
    """
    if tokenizer is None:
        return load_tokenizer(init, gguf_file)
    chosen = load_tokenizer(tokenizer)
    if init == "scratch":
        return chosen
    try:
        own = load_tokenizer(init, gguf_file)
    except ConfigError:
        return chosen  # the checkpoint has none; the number of tokens is compared when the weights are loaded
    check(chosen.get_vocab() == own.get_vocab(),
          f"--tokenizer {tokenizer} has another vocabulary than {init}, whose weights belong to its own tokens; leave"
          " out --tokenizer")
    return chosen


def _failure_reason(options: dict[str, str], folder: str, error: Exception) -> str:
    if options:
        return (f"{options['gguf_file']} contains no readable one ({hub_names.first_line(error)});"
                f" {hub_names.TOKENIZER_HINT}")
    if not any((Path(folder) / name).is_file() for name in VOCABULARY_FILES):
        return f"it has no tokenizer.json; {hub_names.TOKENIZER_HINT}"
    return f"its files are damaged or of another kind ({hub_names.first_line(error)}); {hub_names.TOKENIZER_HINT}"
