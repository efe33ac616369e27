"""Settings, links and ledgers for the tests of fetches."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from statecode.programs.download import Downloader, FetchConfig, Reply
from tests.support.misbehaving_server import MisbehavingServer

FAST = FetchConfig(
    host_interval_s=0, attempts=3, backoff_s=0.01, connect_s=5, read_s=5, total_s=20, max_bytes=100_000, redirects=3,
    allow_private_hosts=True,  # the servers of the tests
)


def links_file(folder: Path, *links: str | dict[str, Any]) -> Path:
    """Write links.jsonl and return its path. Each link is a row, or the URL of a row of the problem `p`."""
    rows = [link if isinstance(link, dict) else {"problem_id": "p", "url": link} for link in links]
    path = folder / "links.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def ledger_of(out: Path) -> list[dict[str, Any]]:
    """Return the entries of the ledger in the output folder of a fetch."""
    return [json.loads(line) for line in (out / "ledger.jsonl").read_text().splitlines()]


def get(server: MisbehavingServer, path: str, **changes: Any) -> Reply:
    """Download a path of the server with the settings FAST; keyword arguments replace some settings."""
    return Downloader(replace(FAST, **changes)).get(server.url(path))
