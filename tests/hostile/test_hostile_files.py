"""Fuzz the readers of program folders, JSON Lines files and corpora with hostile files.

Every reader ends with programs or rows, or with one error of statecode. None reads or changes a file outside of the
folder: a secret beside it is in no program, row or message, and a folder beside it stays as it is.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import random
import shutil
import socket
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from statecode import cli
from statecode.corpus.build import stream_of
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import intact
from statecode.corpus.ledger import ShardFile, read_isolation, read_ledger, write_ledger
from statecode.corpus.manifest import Manifest
from statecode.corpus.plan import scan
from statecode.corpus.reader import read
from statecode.corpus.statistics import compute_statistics
from statecode.dataset import rows
from statecode.dataset.source import find_source
from statecode.errors import InputError
from statecode.programs import load_programs
from tests.support.corpus_samples import small_corpus

SEED = 13
SECRET = "secret-29f1"
CASES = [pytest.param(40, id="sample"), pytest.param(3_400, id="all", marks=pytest.mark.long)]
NAMES = ["a", "b", "c", ".hidden", "a b", "a\nb", "a\x1b[31m", "é", "\udcff", "__pycache__", "x" * 200, "-n"]
ENDS = [".py", ".py", ".in", ".out", ".1.in", ".1.out", ".02.in", ""]
TEXTS = [b"", b"print(1)\n", b"\xff\xfe", b"\0", b"# coding: nosuch\n", b"# -*- coding: utf-7 -*-\n+AGE-", b"x" * 5000]
VALUES: list[Any] = [
    None, True, False, 0, -1, 2**70, 1.5, 1e300, "", "a", "\udc80", "\x1b]52;c;YQ==\x07", "a\nb", "/etc/passwd", "../..",
    [], [None], ["a"], [["a", 1]], {}, {"a": None}, {"train": -5}, {"train": 10**12}, {"../../x": 1}, "x" * 3000,
]


@contextlib.contextmanager
def unchanged(outside: Path) -> Iterator[None]:
    """Check that a block neither changes nor reads the files of a folder."""
    def state() -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for path in sorted([outside, *outside.rglob("*")]):
            status = path.lstat()
            content = None if path.is_dir() else path.read_bytes()
            os.utime(path, ns=(1, status.st_mtime_ns))  # with relatime too, the next access changes a time this old
            found.append((path, content, status.st_mode, status.st_mtime_ns))
        return found

    before = state()
    yield
    reads = [path for path in outside.rglob("*") if path.is_file() and path.lstat().st_atime_ns > 1_000_000_000]
    assert reads == [] and state() == before


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder with a secret and with files whose names are those of a corpus."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("secret.py", "secret.in", "train-00000.parquet.ready", ".x.tmp", "stats.json", "manifest.json"):
        (folder / name).write_text(SECRET)
    return folder


def hostile_entry(chosen: random.Random, path: Path, outside: Path) -> None:
    """Create a hostile file, link or folder at a path, unless it exists."""
    kind = chosen.randrange(12)
    if os.path.lexists(path):
        return
    with contextlib.suppress(OSError):  # the name is too long
        if kind == 0:
            os.symlink(chosen.choice([outside / "secret.py", "../outside/secret.in", outside, "/dev/zero", "/proc/self"]), path)
        elif kind == 1:
            os.symlink(chosen.choice([path.name, "nowhere", ".", "..", "a.py", "a.in"]), path)
        elif kind == 2:
            os.mkfifo(path)
        elif kind == 3:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(os.fspath(path))
        elif kind == 4:
            path.write_bytes(b"")
            os.truncate(path, chosen.choice([0, 2**27, 10**12]))
        elif kind == 5:
            path.mkdir(mode=chosen.choice([0o700, 0o000]))
        elif kind == 6:
            path.joinpath(*["d"] * chosen.choice([1, 30])).mkdir(parents=True)
        else:
            path.write_bytes(chosen.choice(TEXTS))
            path.chmod(chosen.choice([0o644, 0o644, 0o000]))


def hostile_rows(chosen: random.Random) -> bytes:
    """Return the contents of a JSON Lines file."""
    fields = ["code", "code", "program_id", "problem_id", "inputs", "expected_outputs", "label", "metadata", "files", "path"]
    lines = []
    for _ in range(chosen.randrange(1, 4)):
        row: Any = {"code": "print(1)", **{chosen.choice(fields): chosen.choice(VALUES) for _ in range(chosen.randrange(4))}}
        line = json.dumps(row if chosen.random() < 0.9 else chosen.choice(VALUES)).encode()
        if chosen.random() < 0.2:
            line = mutated(chosen, line)
        lines.append(chosen.choice([line] * 20 + [b"[" * 100_000, b"9" * 10_000, b'{"code": NaN}', b"\xef\xbb\xbf{}"]))
    return b"\n".join(lines)


def mutated(chosen: random.Random, data: bytes) -> bytes:
    """Return the bytes with some of them changed, removed or repeated."""
    changed = bytearray(data)
    for _ in range(chosen.randrange(1, 8)):
        if changed:
            at = chosen.randrange(len(changed))
            kind = chosen.randrange(4)
            if kind == 0:
                changed[at] = chosen.randrange(256)
            elif kind == 1:
                del changed[at:at + chosen.randrange(1, 40)]
            elif kind == 2:
                changed[at:at] = changed[at:at + chosen.randrange(1, 40)]
            else:
                changed[at] ^= 1 << chosen.randrange(8)
    return bytes(changed)


def mutated_json(chosen: random.Random, value: Any) -> Any:
    """Return a JSON value in which one part is replaced or removed."""
    if isinstance(value, (dict, list)) and value and chosen.random() < 0.85:
        copy = value.copy()
        key = chosen.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
        if chosen.random() < 0.1:
            del copy[key]
        else:
            copy[key] = mutated_json(chosen, copy[key])
        return copy
    return chosen.choice(VALUES)


def result_of(read_all: Callable[[], object]) -> str:
    """Return the kind of the result of a reader, whose messages are checked; other exceptions are raised."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            found = repr(read_all())
            kind = "read"
        except InputError as error:
            found, kind = str(error), type(error).__name__
    assert SECRET not in found and not any(SECRET in str(warning.message) for warning in warned)
    return kind


@pytest.mark.parametrize("cases", CASES)
def test_folders_of_programs(cases: int, tmp_path: Path, outside: Path) -> None:
    chosen, results = random.Random(SEED), Counter[str]()
    for case in range(cases):
        root = tmp_path / f"case{case}"
        root.mkdir()
        (root / "a.py").write_text("print(input())\n")
        for _ in range(chosen.randrange(1, 12)):
            folder = chosen.choice([path for path in [root, *root.iterdir()] if path.is_dir() and not path.is_symlink()])
            hostile_entry(chosen, folder / (chosen.choice(NAMES) + chosen.choice(ENDS)), outside)
        if chosen.random() < 0.3:
            table = root / chosen.choice(["problems.csv", "problems.jsonl"])
            if chosen.random() < 0.3:
                hostile_entry(chosen, table, outside)
            else:
                table.write_bytes(chosen.choice([hostile_rows(chosen), mutated(chosen, b"path,problem_id,label\na.py,1,ok\n")]))
        with unchanged(outside):
            results[result_of(lambda: (list(load_programs(root)), scan(stream_of(root))))] += 1
        shutil.rmtree(root)
    assert results["read"] > cases / 20, results


@pytest.mark.parametrize("cases", CASES)
def test_json_lines_files(cases: int, tmp_path: Path, outside: Path) -> None:
    chosen, results = random.Random(SEED), Counter[str]()
    for _ in range(cases):
        path = tmp_path / chosen.choice(["a.jsonl", "a.jsonl.gz"])
        data = hostile_rows(chosen)
        if path.suffix == ".gz":
            data = gzip.compress(data, 1)
            data = mutated(chosen, data) if chosen.random() < 0.3 else data
        path.write_bytes(data)
        if chosen.random() < 0.1:
            path.unlink()
            os.mkfifo(path)
        with unchanged(outside):
            results[result_of(lambda: list(load_programs(path)))] += 1
        path.unlink()
    assert results["read"] > cases / 20, results


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus(tmp_path_factory.mktemp("hostile") / "corpus")


def damage(chosen: random.Random, corpus: Path, outside: Path) -> None:
    """Damage a corpus in one way."""
    files = sorted(path for path in corpus.rglob("*") if path.is_file())
    path = chosen.choice(files)
    kind = chosen.randrange(6)
    if kind == 0:  # the ledger records the mutated bytes, so that they are decoded
        name = chosen.choice(sorted(corpus.glob("data/*"))).stem
        folder = CorpusFolder(corpus)
        folder.data(name).write_bytes(mutated(chosen, folder.data(name).read_bytes()))
        entries, isolation = read_ledger(folder.ledger(name)), read_isolation(folder.ledger(name))
        with folder.data(name).open("rb") as file:
            write_ledger(folder.ledger(name), entries, isolation, ShardFile.of(file, len(entries)))
    elif kind == 1:
        path = chosen.choice([path for path in files if path.suffix != ".parquet"])
        lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        at = chosen.randrange(len(lines))
        lines[at] = json.dumps(mutated_json(chosen, json.loads(lines[at])))
        path.write_text("\n".join(lines) + "\n")
    elif kind == 2:
        path.write_bytes(mutated(chosen, path.read_bytes()))
    elif kind == 3:
        path.unlink()
        hostile_entry(chosen, path, outside)
    elif kind == 4:
        folder = chosen.choice(["data", "ledger"])
        shutil.rmtree(corpus / folder)
        os.symlink(chosen.choice([outside, "nowhere", ".", "/"]), corpus / folder)
    else:
        name = chosen.choice(["data/.x.tmp", "stats", "data/train-00000.parquet.ready", "x", "data/test-00007.parquet"])
        hostile_entry(chosen, corpus / name, outside)


def prepare_build(corpus: Path) -> object:
    """Check a corpus as a build does before it traces programs."""
    folder = CorpusFolder(corpus)
    folder.check_output_folder()
    folder.create()
    folder.recover()
    return intact(folder, Manifest.read(folder))


def load_rows(corpus: Path) -> object:
    """Read the rows as `load_dataset` does."""
    shards = find_source(data_dir=corpus, programs=None, cache_dir="").shards()
    return [table.num_rows for files in shards.values() for shard in files for table in rows.tables(shard, "events")]


def run_command(*arguments: str) -> object:
    """Run a command in this process; check its exit code, and that an error is one line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(arguments)
    assert code in (0, 2) and "Traceback" not in err.getvalue()
    assert code == 0 or err.getvalue().splitlines()[-1].startswith("error: "), err.getvalue()
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("cases", CASES)
def test_corpora(cases: int, tmp_path: Path, outside: Path, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.cli.stats.draw", lambda statistics, folder: [])  # half a second per case
    chosen, results = random.Random(SEED), Counter[str]()
    readers: dict[str, Callable[[Path], object]] = {
        "read": lambda corpus: sum(1 for _ in read(corpus)),
        "statistics": lambda corpus: compute_statistics(CorpusFolder(corpus), progress=False).runs,
        "rows": load_rows,
        "show": lambda corpus: run_command("show", str(corpus), chosen.choice(["0", "3", "p00/sum#0"])),
        "stats": lambda corpus: run_command("stats", str(corpus)),
        "build": prepare_build,
    }
    for case in range(cases):
        corpus = shutil.copytree(sample, tmp_path / f"case{case}")
        for _ in range(chosen.choice([1, 1, 1, 2, 4])):
            with contextlib.suppress(OSError, ValueError, LookupError, MemoryError):  # it was damaged before
                damage(chosen, corpus, outside)
        with unchanged(outside):
            for name, reader in readers.items():
                results[f"{name}: {result_of(lambda: reader(corpus))}"] += 1
        shutil.rmtree(corpus)
    assert results["read: read"] > cases / 20, results
