"""Download programs from links into a folder that `statecode build --programs DIR/programs.jsonl` reads.

LINKS.jsonl has one link a line, {"problem_id": "two_sum", "url": "https://..."}; program_id, label and license are
optional. DIR gets the files, a ledger.jsonl with a line per link (how it ended, HTTP status, bytes, attempts, seconds)
and programs.jsonl. Run the same command again to go on after an interruption, and to try links once more that failed
for a cause that may have passed (timeouts, broken connections, status 429 and 5xx).

    statecode fetch links.jsonl --out fetched
    statecode fetch links.jsonl --out fetched --interval 0.2 --max-bytes 200000
    statecode build --programs fetched/programs.jsonl --out corpus
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from statecode.errors import ConfigError
from statecode.programs.download import FetchConfig
from statecode.programs.urls import LEDGER, PROGRAMS, Fetch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode fetch`."""
    usual = FetchConfig()
    parser.add_argument("links", metavar="LINKS.jsonl", help="the links, one JSON object a line")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder to fill, or to go on with")
    parser.add_argument("--interval", metavar="S", type=float, default=usual.host_interval_s,
                        help="seconds between two requests to one host (default: %(default)g)")
    parser.add_argument("--workers", metavar="N", type=int, default=usual.workers,
                        help="hosts asked at the same time (default: %(default)s)")
    parser.add_argument("--attempts", metavar="N", type=int, default=usual.attempts,
                        help="tries per link, with growing waits between them (default: %(default)s)")
    parser.add_argument("--timeout", metavar="S", type=float, default=usual.total_s,
                        help="seconds for one try from start to end (default: %(default)g)")
    parser.add_argument("--max-bytes", metavar="N", type=int, default=usual.max_bytes,
                        help="largest file that is taken (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Fetch, and print how the links ended; 1 where nothing was fetched at all."""
    with Fetch(args.links, args.out, _config(args)) as job:
        pending = job.pending()
        known = len({link.url for link in job.links})
        with tqdm(total=known, initial=known - len(pending), unit="link", file=sys.stderr, dynamic_ncols=True) as bar:
            ended: Counter[str] = Counter()
            for entry in job.run():
                ended[entry.outcome] += 1
                bar.set_postfix(ended, refresh=False)
                bar.update()
        counts = job.finish()
    print("\n".join(f"{count:8,} {outcome}" for outcome, count in counts.most_common()))
    out = Path(args.out)
    if not counts["ok"]:
        print(f"nothing was fetched; {out / LEDGER} says why", file=sys.stderr)
        return 1
    print(f"programs: {out / PROGRAMS}    ledger: {out / LEDGER}")
    return 0


def _config(args: argparse.Namespace) -> FetchConfig:
    try:
        return FetchConfig(
            host_interval_s=args.interval, workers=args.workers, attempts=args.attempts, total_s=args.timeout,
            max_bytes=args.max_bytes,
        )
    except ValueError as error:
        text = str(error).replace("host_interval_s", "--interval").replace("total_s", "--timeout")
        raise ConfigError(text) from None
