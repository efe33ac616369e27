"""Test that an entry of the token cache is written once, whatever happens to the processes that need it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import token_files  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.token_cache import TokenCache, cache_folder  # noqa: E402
from statecode.modeling.tokenizer_hash import tokenizer_sha256  # noqa: E402
from tests.support.modeling_samples import tokenizer_for  # noqa: E402
from tests.support.paths import ROOT  # noqa: E402

TIMEOUT_S = 60.0
TEXTS = ["a", "b c"]
KILLED = """
import sys, time
from pathlib import Path
from statecode.modeling.token_cache import TokenCache

with TokenCache(Path(sys.argv[1]), "corpus").token_files({"document_tokens": None}, "train") as stem:
    stem.parent.mkdir()
    stem.with_suffix(".raw").write_text("half of the tok")
    print("writing", flush=True)
    time.sleep(600)
"""


def write(folder: Path, entries: list[str], name: str, wait_until: threading.Event | None = None) -> None:
    """Write the token files of TEXTS unless they exist, and add `name` to `entries` if they do not."""
    description = {"tokenizer_sha256": "t", "document_tokens": None}
    with TokenCache(folder, "corpus").token_files({"document_tokens": None}, "train") as stem:
        if token_files.read_info(stem) is None:
            entries.append(name)
            if wait_until is not None:
                assert wait_until.wait(TIMEOUT_S)
            token_files.write_token_files(stem, TEXTS, tokenizer_for(Objective.CAUSAL), {"texts_sha256": "x"} | description)
        assert len(token_files.open_token_files(stem)) == len(TEXTS)


def test_a_second_user_waits_for_the_entry_that_the_first_one_writes(tmp_path: Path) -> None:
    entries: list[str] = []
    finish = threading.Event()
    threads = [threading.Thread(target=write, args=(tmp_path, entries, "first", finish)),
               threading.Thread(target=write, args=(tmp_path, entries, "second"))]
    threads[0].start()
    while not entries:
        time.sleep(0.01)
    threads[1].start()
    time.sleep(0.2)
    assert threads[1].is_alive()
    finish.set()
    for thread in threads:
        thread.join(TIMEOUT_S)
    assert entries == ["first"]


def test_the_entry_of_a_killed_process_is_written_again(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True,
                              env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})
    assert killed.stdout and killed.stdout.readline() == "writing\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    entries: list[str] = []
    write(tmp_path, entries, "second")
    write(tmp_path, entries, "third")
    assert entries == ["second"]


def test_hashes_and_tokenizers_are_computed_once_per_corpus_and_settings(tmp_path: Path) -> None:
    calls: list[str] = []

    def computed(name: str, result):
        calls.append(name)
        return result

    for corpus in ("one", "one", "two"):
        cache = TokenCache(tmp_path, corpus)
        assert cache.texts_sha256("train", lambda: computed(f"hash of {corpus}", corpus)) == corpus
    tokenizer = tokenizer_for(Objective.CAUSAL)
    for size in (320, 320, 400):
        found = TokenCache(tmp_path, "one").tokenizer({"vocab_size": size}, lambda: computed(f"bpe {size}", tokenizer))
        assert tokenizer_sha256(found) == tokenizer_sha256(tokenizer)
    assert calls == ["hash of one", "hash of two", "bpe 320", "bpe 400"]


def test_only_errors_of_the_cache_are_reported_as_such(tmp_path: Path) -> None:
    def fails(error: OSError) -> str:
        raise error

    cache = TokenCache(tmp_path, "corpus")
    for name in (None, str(tmp_path / "entry")):
        with pytest.raises(ConfigError, match="^--token-cache .* cannot be written .No space left"):
            cache.texts_sha256("train", lambda: fails(OSError(errno.ENOSPC, "No space left", name)))
    with pytest.raises(FileNotFoundError, match="train-0003.parquet"):
        cache.texts_sha256("train", lambda: fails(FileNotFoundError(errno.ENOENT, "missing", "corpora/train-0003.parquet")))


def test_the_folder_is_that_of_the_flag_or_the_variable_or_the_cache_of_datasets(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STATECODE_TOKEN_CACHE", "/variable")
    assert (cache_folder("/flag"), cache_folder(None)) == (Path("/flag"), Path("/variable"))
    monkeypatch.delenv("STATECODE_TOKEN_CACHE")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path))
    assert cache_folder(None) == tmp_path / "statecode_tokens"
