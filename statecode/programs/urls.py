"""Download programs behind links: a JSON Lines file of URLs becomes a folder of files, a ledger and a .jsonl file.

    {"problem_id": "two_sum", "url": "https://example.org/solutions/17.py"}

A link may also have program_id (default: the URL), label and license. The folder contains

    files/          the unchanged bodies; the name of each file is the SHA-256 of its URL
    ledger.jsonl    a line per attempted link: outcome, status, bytes, attempts, seconds; the last line of a URL counts
    programs.jsonl  the programs in the order of the links, a source for `load_programs`

A second fetch continues the first one: it skips links with a permanent outcome and tries those with a transient
outcome again. A killed fetch loses at most the links whose requests were in progress.

Links and servers may be hostile. Only public hosts are contacted unless the config allows others, and no credentials
are sent. Each answer of a server is an outcome in the ledger; none ends the fetch.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import queue
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecode.errors import ProgramError, StatecodeError
from statecode.input_files import read_file
from statecode.programs import jsonl, links
from statecode.programs.fetch_ledger import FetchEntry, FetchLedger, Outcome
from statecode.programs.source_text import decode_source
from statecode.records import Program

if TYPE_CHECKING:
    from statecode.programs.download import Downloader, FetchConfig

LEDGER, FILES, PROGRAMS = "ledger.jsonl", "files", "programs.jsonl"


def fetch(links_file: str | Path, out: str | Path, config: FetchConfig | None = None) -> Counter[str]:
    """Download all links of a file and write their programs into the folder `out`.

    Returns:
        The number of links by outcome.

    Raises:
        ProgramError: the link file does not exist or has a faulty line, or `out` contains other files or is in use by
            another fetch.
        StatecodeError: the folder cannot be written.
    """
    with Fetch(links_file, out, config) as job:
        for _ in job.run():
            pass
        return job.finish()


class Fetch:
    """A fetch in steps, for callers that show progress: `with Fetch(...) as job: for entry in job.run(): ...`."""

    def __init__(self, links_file: str | Path, out: str | Path, config: FetchConfig | None = None) -> None:
        from statecode.programs.download import FetchConfig

        self.config = config or FetchConfig()
        self.links = list(links.read(links_file))
        if not self.links:
            raise ProgramError(f"{links_file}: no link in this file")
        self.out = Path(out)
        self._done: set[str] = set()  # URLs that are not pending; their stored files are checked once

    def __enter__(self) -> Fetch:
        try:
            self._check_folder()
            self.out.mkdir(parents=True, exist_ok=True)
            self._ledger = FetchLedger(self.out / LEDGER)  # created first: it marks the folder as one of a fetch
        except OSError as error:
            raise ProgramError(f"{self.out}: cannot be written: {error.strerror}. Choose another folder") from None
        return self

    def __exit__(self, *exception: object) -> None:
        self._ledger.close()

    def _check_folder(self) -> None:
        if (self.out / FILES).is_symlink():
            problem = "is a link, and nothing is written through links"
            raise ProgramError(f"{self.out / FILES}: {problem}. Choose another folder")
        if self.out.exists() and not self.out.is_dir():
            raise ProgramError(f"{self.out}: is a file. Choose another folder")
        if self.out.is_dir() and not (self.out / LEDGER).is_file() and any(self.out.iterdir()):
            raise ProgramError(f"{self.out}: holds files but no {LEDGER}, so no fetch wrote it. Choose another folder")

    def pending(self) -> list[str]:
        """Return the URLs without a permanent outcome, each once, in the order of the links."""
        missing = (link.url for link in self.links if link.url not in self._done)
        pending = [url for url in dict.fromkeys(missing) if not self._is_done(url)]
        self._done.update(link.url for link in self.links)
        self._done.difference_update(pending)
        return pending

    def run(self) -> Iterator[FetchEntry]:
        """Download the pending URLs, several hosts at a time; yield each entry after it was written to the ledger."""
        from statecode.programs.download import Downloader, host_of

        urls_of: dict[str | None, list[str]] = {}
        for url in self.pending():
            urls_of.setdefault(host_of(url), []).append(url)
        downloader = Downloader(self.config)
        results: queue.SimpleQueue[Any] = queue.SimpleQueue()
        with ThreadPoolExecutor(self.config.workers) as pool:
            try:
                for urls in urls_of.values():
                    pool.submit(self._fetch_host, urls, downloader, results)
                for _ in range(sum(map(len, urls_of.values()))):
                    result = results.get()
                    if isinstance(result, BaseException):
                        raise result
                    yield result
            finally:  # also after Ctrl-C, an error, or when the caller closes this generator
                downloader.stop()
                pool.shutdown(wait=False, cancel_futures=True)

    def finish(self) -> Counter[str]:
        """Write programs.jsonl from the stored files; return the number of links by outcome.

        A link that has no entry in the ledger counts as `pending`.
        """
        with _disk_errors(self.out):
            jsonl.write(self.out / PROGRAMS, self._programs())
        entries = (self._ledger.entries.get(link.url) for link in self.links)
        return Counter(entry.outcome if entry else "pending" for entry in entries)

    def _fetch_host(self, urls: list[str], downloader: Downloader, results: queue.SimpleQueue[Any]) -> None:
        try:
            for url in urls:
                results.put(self._fetch_link(url, downloader))
        except BaseException as error:  # `Stopped` or an internal error; the main thread raises it
            results.put(error)

    def _fetch_link(self, url: str, downloader: Downloader) -> FetchEntry:
        started = time.monotonic()
        reply = downloader.get(url)
        body = reply.body if reply.outcome.value == "ok" else None
        entry = FetchEntry(
            url=url,
            outcome=reply.outcome.value,
            http_status=reply.http_status,
            bytes=len(reply.body),
            attempts=reply.attempts,
            elapsed_s=round(time.monotonic() - started, 3),
            sha256=None if body is None else hashlib.sha256(body).hexdigest(),
            charset=reply.charset,
            error=reply.error,
        )
        with _disk_errors(self.out):
            if body is not None:
                _store(self._file(url), body)
            self._ledger.append(entry)  # after the file, so that each file in the ledger exists
        return entry

    def _is_done(self, url: str) -> bool:
        entry = self._ledger.entries.get(url)
        if entry is None or Outcome(entry.outcome).is_transient:
            return False
        if entry.outcome == "private_host" and self.config.allow_private_hosts:
            return False
        return entry.outcome != "ok" or self._stored_body(entry) is not None

    def _programs(self) -> Iterator[Program]:
        from statecode.programs.download import host_of

        for link in self.links:
            entry = self._ledger.entries.get(link.url)
            body = self._stored_body(entry) if entry and entry.outcome == "ok" else None
            if entry and body is not None:
                yield Program(
                    program_id=link.program_id,
                    problem_id=link.problem_id,
                    code=decode_source(body, entry.charset),
                    label=link.label,
                    origin=host_of(link.url) or "",
                    license=link.license,
                    url=link.url,
                )

    def _stored_body(self, entry: FetchEntry) -> bytes | None:
        """Return the stored body of an entry, or None if it is missing, changed or outside of the folder."""
        try:
            body = read_file(self._file(entry.url), folder=self.out, limit_bytes=entry.bytes)
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest() == entry.sha256 else None

    def _file(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self.out / FILES / name[:2] / name  # 256 folders, because a folder of a million files is slow


def _store(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.is_symlink():
        raise OSError(errno.ELOOP, f"{path.parent.name} is a link")
    partial = path.with_suffix(".part")
    partial.unlink(missing_ok=True)  # of a killed fetch
    with open(partial, "xb") as file:  # "x" follows no link
        file.write(body)
    os.replace(partial, path)


@contextlib.contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StatecodeError(f"{folder}: cannot be written: {error.strerror}. Run again to continue") from error
