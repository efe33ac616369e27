"""Compare the reader in C with the one in Python on mutated channels, under ASan and UBSan. `make test-long` calls it.

    python -m tests.tracing.wire.fuzz_reader            # 1,000,000 mutated channels
    python -m tests.tracing.wire.fuzz_reader 10000

It builds `_records.c` with the sanitisers into a temporary folder, and starts itself again with their library loaded. A
finding of a sanitiser ends the process. Channels are made from the events of the shipped corpus and of hostile texts.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from statecode.files import PACKAGE_FOLDER
from statecode.tracing.wire import reader
from statecode.tracing.wire.record import KINDS, encode
from tests.support.reader_agreement import accepted_in_c

SOURCE = PACKAGE_FOLDER / "tracing" / "wire" / "_records.c"
DATA = PACKAGE_FOLDER / "data" / "embedded" / "data"
FLAGS = ("-O1", "-g", "-fPIC", "-shared", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
HOSTILE = (
    '"', "\\", "\\\\", "\0", "\x7f", "é", "\U0001f600", "\ud800", "\n" * 5, "x" * 31, "x" * 32, "x" * 5000, "", "null", "[],",
)
ALPHABETS = tuple([bytes([one]) for one in some] for some in (b"0123456789", b"abcdefghijklmnopqrstuvwxyz"))
PIECES = (
    b'"', b"\\", b"\\u", b"\\ud83d", b"\\ude00", b"[", b"]", b"[]", b"[[", b"]]", b",", b"null", b"{", b"{}\n", b"\n", b"]\n", b"-",
    b"0", b"00", b"9" * 18, b"9" * 19, b"2147483648", b"-2147483649", b" ", b"\x1f", b"\x80", b"\xff", b'["a","b"],',
)


def build(folder: str) -> Path:
    """Compile the reader with the sanitisers, and return the path of the module."""
    path = Path(folder, f"_records{sysconfig.get_config_var('EXT_SUFFIX')}")
    include = f"-I{sysconfig.get_path('include')}"
    subprocess.run(["gcc", *FLAGS, include, str(SOURCE), "-o", str(path)], check=True)
    return path


def load(path: Path) -> None:
    """Let `reader` use the module at this path."""
    spec = importlib.util.spec_from_file_location("statecode.tracing.wire._records", path)
    assert spec is not None and spec.loader is not None
    reader._records = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reader._records)


def channels() -> list[bytes]:
    """Return the content of channels: the first events of each shipped run, and some with hostile texts."""
    from statecode.corpus.shards import read_shard

    found = []
    for path in sorted(DATA.glob("*.parquet")):
        for trace in read_shard(path):
            lines = [encode([KINDS.index(event.kind), *event[1:]]) for event in trace.events[:8]]
            found.append("".join(f"{line}\n" for line in [*lines, "{}"]).encode())
    for text in HOSTILE:
        event = [3, 1, 1, 0, 0, 0, text, [[text, text], ["a", text]], text, text, 0]
        found.append(f"{encode(event)}\n{encode(event)}\n".encode())
    return found


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Change a channel at one to three places."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(12)
        if kind > 5:  # most of these changes leave the channel valid
            alphabet = next((some for some in ALPHABETS if data[at:at + 1] in some), (data[at:at + 1],))
            data = data[:at] + chance.choice(alphabet) + data[at + 1:]
        elif kind == 0:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1:]
        elif kind == 1:
            data = data[:at] + data[at + chance.randint(1, 12):]
        elif kind == 2:
            data = data[:at]
        elif kind == 3:
            data = data[:at] + data[at - chance.randint(0, 40):]
        else:
            data = data[:at] + chance.choice(PIECES) + data[at:]
    return data


def fuzz(count: int) -> None:
    """Compare the readers on `count` mutated channels, and print how many the reader in C accepted."""
    genuine, chance, kept, started = channels(), random.Random(0), 0, time.perf_counter()
    surrogates = sum(rb"\ud800" in data for data in genuine)
    assert sum(map(accepted_in_c, genuine)) == len(genuine) - surrogates
    for number in range(count):
        kept += accepted_in_c(mutate(genuine[number % len(genuine)], chance))
    print(f"{count:,} mutated channels: {kept:,} accepted with equal results, the others refused;"
          f" {time.perf_counter() - started:,.0f} s")


def main() -> None:
    """Build the module and start this program again; or compare."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if "STATECODE_SANITISED" in os.environ:
        load(Path(os.environ["STATECODE_SANITISED"]))
        fuzz(count)
        return
    with tempfile.TemporaryDirectory() as folder:
        libraries = [
            subprocess.run(["gcc", f"-print-file-name=lib{name}.so"], capture_output=True, text=True, check=True).stdout.strip()
            for name in ("asan", "ubsan")
        ]
        environment = {
            **os.environ, "STATECODE_SANITISED": str(build(folder)), "LD_PRELOAD": " ".join(libraries),
            "ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc",
        }
        sys.exit(subprocess.run([sys.executable, "-m", __spec__.name, str(count)], env=environment).returncode)


if __name__ == "__main__":
    main()
