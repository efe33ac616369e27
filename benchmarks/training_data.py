"""Measure the data path of pre-training: how full the sequences are, the start on large token files, and the memory.

    python benchmarks/training_data.py            # about five minutes; writes benchmarks/results/training_data.json
    python benchmarks/training_data.py large      # one of the parts below
    python benchmarks/training_data.py start --corpus DIR   # a corpus of statecode build; half an hour per million runs
    python benchmarks/training_data.py --quick    # a tenth of the sizes, prints only

"real_share" is the share of the positions of the training sequences that are not padding, for the shipped corpus and a
corpus of generated programs. "large" has token files of 10 and of 100 million tokens: the documents of the shipped
corpus in the view compact, at most 1,024 tokens of each, repeated. A new process opens them, packs them into sequences
of 512 tokens and reads batches of 32. The memory is that of the process after 50 batches minus that before the files
were opened: "private" are its own pages, "mapped" those of the files, which the system can drop at any time. "start"
runs train/pretrain.py --preset llama-0.5m on a corpus, without compilation. "tokenise" is a run that finds nothing in
the cache: it renders the texts, trains a tokenizer and tokenises. The next runs find the tokens. "first_step_s" is the
time from the start of the process to the record of the first step, "evaluated_s" that to the record of the evaluation
before it; "cpu_s" is the CPU time of the process until then. The memory is that at the end of the run: of its own
pages, of mapped files, and the highest resident memory so far. "10 x" reads the token files of the corpus, repeated ten
times, and "1 x" those files once, both as the tokens of a run. "tokenising" is runs per second of elapsed time from
shards to windows with the loss on the trace; a process that is started imports its modules in this time. Compare the
arms of one run alone: other work on the machine slows all.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from statecode.arguments import look_up
from statecode.corpus.build import build
from statecode.entry import ArgumentParser
from statecode.modeling import token_files, tokenizers
from statecode.modeling.batches import EpochBatches
from statecode.modeling.configs import DataConfig, Objective
from statecode.modeling.documents import Documents, DocumentsInfo
from statecode.modeling.metrics_log import read_metrics
from statecode.modeling.pretraining import make_sequences
from statecode.modeling.run_folder import read_run
from statecode.modeling.texts import load_texts, trace_shards
from statecode.modeling.tokenising import prefixes, tokenise_in_memory
from statecode.modeling.trace_tokens import TraceTokenising, tokenise_shards
from statecode.provenance import provenance

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "training_data.json"
CONTEXTS = (256, 512, 1024)
VOCABULARY = 4096
DOCUMENT_TOKENS = 1024
START_TOKENS = 256  # of a document in the part start
LARGE_TOKENS = (10_000_000, 100_000_000)
BATCHES = 50


def memory_mb(process: int | str = "self") -> dict[str, float]:
    """Return the private, the mapped and the highest resident memory of a process, in MB."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    names = {"private": "RssAnon", "mapped": "RssFile", "peak": "VmHWM"}
    return {name: int(fields[field].split()[0]) / 1000 for name, field in names.items()}


def cpu_time_s(process: int) -> float:
    """Return the CPU time of a process and of all its threads so far, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tokens_of(corpus: str, view: str) -> tuple[Documents, Any]:
    """Return the documents of the train split of a corpus, and a tokenizer that is trained on it."""
    texts = list(prefixes(load_texts(corpus, view).split("train"), DOCUMENT_TOKENS))
    tokenizer = tokenizers.train_tokenizer(texts, VOCABULARY, Objective.CAUSAL)
    return tokenise_in_memory(texts, tokenizer), tokenizer


def real_shares(documents: Documents, tokenizer: Any) -> dict[str, float]:
    """Return the share of positions that are not padding, by the length of a sequence."""
    shares = {}
    for context in CONTEXTS:
        for limit in (None, DOCUMENT_TOKENS):
            data = DataConfig(document_tokens=limit)
            sequences = make_sequences(documents, tokenizer, Objective.CAUSAL, context, data)
            name = f"{context}" if limit is None else f"{context}, at most {limit} tokens of a document"
            shares[name] = round(float(sequences.chunks.lengths.sum()) / (len(sequences) * context), 4)
    return shares


def write_large(stem: Path, documents: Documents, tokens: int) -> None:
    """Write token files with at least this many tokens: the documents, repeated."""
    kept = [documents.part(number, 0, DOCUMENT_TOKENS).astype(np.uint16) for number in range(len(documents))]
    times = -(-tokens // sum(map(len, kept)))
    stem.parent.mkdir(parents=True, exist_ok=True)
    with stem.with_suffix(".tokens").open("wb") as out:
        for _ in range(times):
            out.write(np.concatenate(kept).tobytes())
    offsets = np.concatenate([[0], np.cumsum(np.tile([len(ids) for ids in kept], times))]).astype(np.int64)
    np.save(stem.with_suffix(".offsets.npy"), offsets)
    token_files.write_info(stem, DocumentsInfo(
        texts_sha256="large", tokenizer_sha256="large", documents=len(offsets) - 1, document_tokens=DOCUMENT_TOKENS,
        text_tokens=int(offsets[-1]), text_bytes=0, token_dtype="uint16"))


def measure_start(stem: Path, tokenizer_folder: str) -> dict[str, Any]:
    """Open token files in this process, and return the times and the memory up to the batches."""
    tokenizer = tokenizers.load_tokenizer(tokenizer_folder)
    before, started = memory_mb(), time.perf_counter()
    documents = token_files.open_token_files(stem)
    opened_s = time.perf_counter() - started
    sequences = make_sequences(documents, tokenizer, Objective.CAUSAL, 512, DataConfig())
    packed_s = time.perf_counter() - started
    batches = EpochBatches(sequences, 32, seed=0)
    batches.at(0)
    first_batch_s = time.perf_counter() - started
    cpu = time.process_time()
    for step in range(1, BATCHES):
        batches.at(step)
    after = memory_mb()
    return {
        "tokens": documents.info.text_tokens, "documents": len(documents), "sequences": len(sequences),
        "opened_s": round(opened_s, 3), "packed_s": round(packed_s, 3), "first_batch_s": round(first_batch_s, 3),
        "cpu_s_per_batch": round((time.process_time() - cpu) / (BATCHES - 1), 5),
        "private_mb": round(after["private"] - before["private"], 1),
        "mapped_mb": round(after["mapped"] - before["mapped"], 1),
    }


def runs_per_s(tokenizer: Any, processes: int) -> float:
    """Return the runs per second that become windows with their loss on the trace."""
    settings = TraceTokenising(
        view="compact", tokenizer_json=tokenizer.backend_tokenizer.to_str(), loss_on_trace=True, window_tokens=510,
        document_tokens=4 * DOCUMENT_TOKENS, token_dtype="uint16")
    shards = trace_shards("embedded", "train")
    started = time.perf_counter()
    for _ in tokenise_shards(shards, settings, processes):
        pass
    runs = len(load_texts("embedded", "compact").split("train"))
    return round(runs / (time.perf_counter() - started), 1)


def measure_real_shares(folder: str, quick: bool) -> dict[str, Any]:
    """Return the shares of positions that are not padding, by corpus and view."""
    generated = Path(folder, "generated")
    build("generated:" + ("200" if quick else "2000"), generated, progress=False)
    corpora = (("embedded compact", "embedded", "compact"), ("embedded snoop", "embedded", "snoop"),
               ("generated compact", str(generated), "compact"))
    return {name: real_shares(*tokens_of(corpus, view)) for name, corpus, view in corpora}


def measure_large(folder: str, quick: bool) -> list[dict[str, Any]]:
    """Return the times and the memory of the start on token files of several sizes, each in a new process."""
    documents, tokenizer = tokens_of("embedded", "compact")
    tokenizers.save_tokenizer(tokenizer, Path(folder))
    results = []
    for tokens in LARGE_TOKENS:
        stem = Path(folder, "large", "train")
        write_large(stem, documents, tokens // 10 if quick else tokens)
        done = subprocess.run([sys.executable, __file__, "--start", str(stem), folder], capture_output=True, text=True,
                              check=True)
        results.append(json.loads(done.stdout))
    return results


def measure_tokenising(folder: str, quick: bool) -> dict[str, float]:
    """Return runs per second, by the number of processes."""
    _, tokenizer = tokens_of("embedded", "compact")
    return {f"{processes} processes": runs_per_s(tokenizer, processes) for processes in (1, 2)}


def measure_start_of_run(folder: str, corpus: str) -> dict[str, Any]:
    """Return the times and the memory of runs of train/pretrain.py on a corpus."""
    work = Path(folder)
    cache = ("--token-cache", str(work / "cache"), "--config", "compact", "--document-tokens", str(START_TOKENS))
    result = {"tokenise": start_run(work / "first", corpus, *cache, steps=1)}
    for number in (1, 2):
        result[f"tokens in the cache, start {number}"] = start_run(work / f"again-{number}", corpus, *cache)
    for times in (1, 10):
        tokens = work / f"tokens-{times}"
        repeat_tokens(work / "first", tokens, times)
        result[f"{times} x"] = start_run(work / f"run-{times}", str(tokens), *cache)
    return result


def start_run(run: Path, corpus: str, *flags: str, steps: int = 2) -> dict[str, Any]:
    """Run train/pretrain.py for a few steps in a new process, and return its times and its memory."""
    command = [sys.executable, "train/pretrain.py", "--preset", "llama-0.5m", "--corpus", corpus, "--output-dir",
               str(run), "--total-steps", str(steps), "--compile", "off", "--evaluate-every", "1000", *flags]
    seen: dict[str, float] = {}
    memory: dict[str, float] = {}
    cpu_s: dict[str, float] = {}
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        time.sleep(0.01)
        for record in read_metrics(run):
            if record["kind"] not in seen:
                seen[record["kind"]], cpu_s[record["kind"]] = time.perf_counter() - started, cpu_time_s(process.pid)
        if "train" in seen:
            try:
                memory = memory_mb(process.pid)
            except (OSError, KeyError):  # the process has ended
                pass
    if process.returncode:
        raise SystemExit(f"error: {process.stderr.read() if process.stderr else process.returncode}")
    data = read_run(run)["data"]["train"]
    return {
        "documents": data["documents"], "tokens": data["text_tokens"], "sequences": data["rows"],
        "evaluated_s": round(seen["evaluation"], 2), "first_step_s": round(seen["train"], 2),
        "evaluated_cpu_s": round(cpu_s["evaluation"], 2), "first_step_cpu_s": round(cpu_s["train"], 2),
        **{f"{name}_mb": round(value) for name, value in memory.items()},
    }


def repeat_tokens(run: Path, to: Path, times: int) -> None:
    """Write a folder with the tokenizer and the token files of a run; those of the train split are repeated."""
    tokenizers.save_tokenizer(tokenizers.load_tokenizer(str(run)), to)
    token_files.link_token_files(run / "tokens" / "validation", to / "tokens" / "validation")
    old, new = run / "tokens" / "train", to / "tokens" / "train"
    with new.with_suffix(".tokens").open("wb") as out:
        for _ in range(times):
            with old.with_suffix(".tokens").open("rb") as file:
                shutil.copyfileobj(file, out)
    lengths = np.diff(np.load(old.with_suffix(".offsets.npy")))
    np.save(new.with_suffix(".offsets.npy"), np.concatenate([[0], np.cumsum(np.tile(lengths, times))]))
    info = token_files.read_info(old)
    assert info is not None
    token_files.write_info(new, dataclasses.replace(
        info, documents=times * info.documents, text_tokens=times * info.text_tokens))


PARTS: dict[str, Callable[[str, bool], Any]] = {
    "real_share": measure_real_shares, "large": measure_large, "tokenising": measure_tokenising}


def main() -> None:
    """Measure, and write the results of the chosen parts; those of other parts stay in the file."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART",
                        help=f"parts to measure: {', '.join(PARTS)}, start; default: all but start")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes; prints only")
    parser.add_argument("--start", nargs=2, metavar=("STEM", "TOKENIZER"), help=argparse.SUPPRESS)  # in a new process
    parser.add_argument("--corpus", metavar="DIR", help="the corpus of the part start")
    args = parser.parse_args()
    if args.start:
        print(json.dumps(measure_start(Path(args.start[0]), args.start[1])))
        return
    result: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.is_file() and not args.quick else {}
    for part in args.parts or PARTS:
        look_up(part, {**PARTS, "start": None}, "part")
        if part == "start" and args.corpus is None:
            raise SystemExit("error: start needs --corpus DIR, a corpus of statecode build")
        with tempfile.TemporaryDirectory() as folder:
            measured = measure_start_of_run(folder, args.corpus) if part == "start" else PARTS[part](folder, args.quick)
        result[part] = {"measured": measured, "provenance": provenance(0).as_dict()}
        print(part, json.dumps(measured, indent=2), flush=True)
        if not args.quick:
            RESULT.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
