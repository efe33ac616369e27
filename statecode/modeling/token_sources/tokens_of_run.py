"""The token source of a corpus that is a run folder: reads the token files and the tokenizer of that run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecode.arguments import check
from statecode.errors import ConfigError
from statecode.modeling.configs import SPECIAL_TOKENS_OF_WINDOW, DataConfig, Objective, SourceConfig
from statecode.modeling.run_folder import TOKENS_FOLDER
from statecode.modeling.token_sources.source import SPLITS_READ, TokenSourceFactory, documents_sha256
from statecode.modeling.tokenizer_hash import tokenizer_sha256

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from statecode.modeling.documents import Documents


class TokensOfRun:
    """The documents in the token files of a run. No texts are read.

    Args:
        run: the run folder.
        data: the settings that the tokens must have.
    """

    def __init__(self, run: Path, data: DataConfig) -> None:
        self._run, self._data = run, data

    def settings(self) -> dict[str, Any]:
        """Return the hashes of the texts and the view of which the tokens are."""
        infos = {split: self.documents(split).info for split in SPLITS_READ}
        hashes = {f"{split}_sha256": documents_sha256(info.texts_sha256, info.loss_on, info.window_tokens is not None)
                  for split, info in infos.items()}
        return hashes | {"view": infos["train"].view, "view_version": infos["train"].view_version}

    def make_tokenizer(self, objective: Objective) -> PreTrainedTokenizerBase:
        """Return the tokenizer of the run; `objective` is not used."""
        from statecode.modeling.tokenizers import load_tokenizer

        return load_tokenizer(str(self._run))

    def prepare(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Check that the tokens are those of `tokenizer`, and as many of each document as this run reads.

        Raises:
            ConfigError: they are not.
        """
        for split in SPLITS_READ:
            info = self.documents(split).info
            if info.tokenizer_sha256 != tokenizer_sha256(tokenizer):
                raise ConfigError(f"the tokens in {self._run} are those of another tokenizer; pass --tokenizer"
                                  f" {self._run} with --init scratch, or the corpus itself")
            check(self._data.mask_unit in ("token", info.mask_unit), f"{self._run} has tokens without the values of the"
                  f" trace; pass --mask-unit {info.mask_unit}, or the corpus itself")
            windows = "cut" if info.window_tokens is None else "windows"
            if (info.loss_on, windows) != (self._data.loss_on, self._data.long_documents):
                raise ConfigError(f"{self._run} has the tokens of --loss-on {info.loss_on} --long-documents {windows};"
                                  " pass these flags, or the corpus itself")
            stored, wanted = info.window_tokens, self._data.context_tokens
            if stored is not None and wanted is not None and stored > wanted - SPECIAL_TOKENS_OF_WINDOW:
                raise ConfigError(f"{self._run} has windows of up to {stored} tokens, which do not fit into sequences"
                                  f" of {wanted}; pass --context-tokens {stored + SPECIAL_TOKENS_OF_WINDOW}, or the"
                                  " corpus itself")
            stored, wanted = info.document_tokens, self._data.document_tokens
            if stored is not None and (wanted is None or wanted > stored):
                raise ConfigError(f"{self._run} has only the first {stored} tokens of each document; pass"
                                  f" --document-tokens {stored}, or the corpus itself")

    def documents(self, split: str) -> Documents:
        """Map the documents of a split into memory."""
        from statecode.modeling import token_files

        return token_files.open_token_files(self._run / TOKENS_FOLDER / split)


def tokens_of_run(source: SourceConfig, data: DataConfig, folder: Path) -> TokensOfRun | None:
    """Return the token source of a run folder; None if the corpus is something else.

    Raises:
        ConfigError: the run is that of the output folder, whose token files a restart deletes; or it was trained on a
            mixture of corpora.
    """
    run = Path(source.corpus)
    first_file = f"{SPLITS_READ[0]}.json"
    if source.corpus == "embedded":
        return None
    if not (run / TOKENS_FOLDER / first_file).is_file():
        check(not (run / TOKENS_FOLDER / "0" / first_file).is_file(), f"--corpus {run} is a run on a mixture"
              f" of corpora, whose tokens cannot be read; pass the --corpus of that run, and --tokenizer {run}")
        return None
    if (run / TOKENS_FOLDER).resolve() == folder.resolve():
        raise ConfigError(f"--corpus {run} is the --output-dir; choose another --output-dir")
    return TokensOfRun(run, data)


TOKENS_OF_RUN = TokenSourceFactory(name="tokens of a run", create=tokens_of_run)
