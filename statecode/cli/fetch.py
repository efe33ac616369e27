"""Download programs from links into a folder that `statecode build` can read.

LINKS.jsonl has one link per line: {"problem_id": "two_sum", "url": "https://..."}.
The fields program_id, label and license are optional. The command writes the
programs, programs.jsonl and ledger.jsonl to DIR. The ledger has a line per
link: outcome, HTTP status, bytes, attempts, seconds. To resume an interrupted
fetch, or to retry links that failed for a transient cause (timeouts, broken
connections, status 429 and some of 5xx), run the same command again.

Only hosts with a public address are contacted, after redirects too. Nothing is
read from the environment: no credentials of ~/.netrc, no variables of proxies.

    statecode fetch links.jsonl --out fetched
    statecode fetch links.jsonl --out fetched --interval 0.2 --max-bytes 200000
    statecode build --programs fetched/programs.jsonl --out corpus
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from statecode.errors import ConfigError
from statecode.programs.download import FetchConfig
from statecode.programs.urls import LEDGER, PROGRAMS, Fetch
from statecode.progress import progress_bar
from statecode.terminal import print_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode fetch`."""
    defaults = FetchConfig()
    parser.add_argument("links", metavar="LINKS.jsonl", help="file of links, one JSON object per line")
    parser.add_argument("--out", metavar="DIR", required=True,
                        help="folder of the downloads: a new or empty one, or one of an earlier fetch")
    parser.add_argument("--interval", metavar="S", type=float, default=defaults.host_interval_s,
                        help="minimum seconds between two requests to one host (default: %(default)g)")
    parser.add_argument("--workers", metavar="N", type=int, default=defaults.workers,
                        help="number of hosts that are downloaded from at the same time (default: %(default)s)")
    parser.add_argument("--attempts", metavar="N", type=int, default=defaults.attempts,
                        help="maximum attempts per link, with growing waits between them (default: %(default)s)")
    parser.add_argument("--timeout", metavar="S", type=float, default=defaults.total_s,
                        help="maximum seconds of one attempt (default: %(default)g)")
    parser.add_argument("--max-bytes", metavar="N", type=int, default=defaults.max_bytes,
                        help="maximum size of one file in bytes (default: %(default)s)")
    parser.add_argument("--proxy", metavar="URL",
                        help="HTTP proxy for all requests, such as http://proxy.example.org:3128. The proxy looks up"
                             " the names of hosts: only addresses and localhost are refused as private")
    parser.add_argument("--allow-private-hosts", action="store_true",
                        help="accept hosts without a public address, such as localhost. Only for links and servers that"
                             " you trust: a redirect can lead to any service that this machine can reach")


def run(args: argparse.Namespace) -> int:
    """Fetch the links and print the number of links by outcome; return 1 if no link was fetched, else 0."""
    with Fetch(args.links, args.out, _config(args)) as job:
        pending = job.pending()
        known = len({link.url for link in job.links})
        with progress_bar(None, "fetching", "links", total=known, initial=known - len(pending), remains=True) as bar:
            outcomes: Counter[str] = Counter()
            for entry in job.run():
                outcomes[entry.outcome] += 1
                bar.set_postfix(outcomes, refresh=False)
                bar.update()
        counts = job.finish()
    for outcome, count in counts.most_common():
        print_line(f"{count:8,} {outcome}")
    out = Path(args.out)
    if not counts["ok"]:
        print_line(f"nothing was fetched; the reasons are in {out / LEDGER}", sys.stderr)
        return 1
    print_line(f"programs: {out / PROGRAMS}    ledger: {out / LEDGER}")
    return 0


def _config(args: argparse.Namespace) -> FetchConfig:
    try:
        return FetchConfig(
            host_interval_s=args.interval, workers=args.workers, attempts=args.attempts, total_s=args.timeout,
            max_bytes=args.max_bytes, proxy=args.proxy, allow_private_hosts=args.allow_private_hosts,
        )
    except ValueError as error:
        name, _, fault = str(error).partition(" ")
        flag = {"host_interval_s": "interval", "total_s": "timeout"}.get(name, name.replace("_", "-"))
        raise ConfigError(f"--{flag} {fault}") from None
