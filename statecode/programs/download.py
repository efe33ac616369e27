"""One URL: a polite, bounded download, tried again where that may help. It needs `requests`; import it when needed."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests

from statecode._version import __version__
from statecode.programs import watched_requests
from statecode.programs.pace import Pace

USER_AGENT = f"statecode/{__version__} python-requests/{requests.__version__}"


class Outcome(str, Enum):
    """How a link ended."""

    OK = "ok"
    EMPTY = "empty"                        # a good answer of 0 bytes
    HTTP_ERROR = "http_error"              # a status that another request would get again, such as 404
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_URL = "bad_url"                    # neither http nor https, or a redirect to such a one
    BAD_ENCODING = "bad_encoding"          # the body is not in the Content-Encoding that it claims
    # The causes of the following may pass: the link is tried again, and once more by the next fetch.
    UNAVAILABLE = "unavailable"            # 408, 425, 429, 500, 502, 503, 504
    TIMEOUT = "timeout"
    CONNECTION_ERROR = "connection_error"  # refused, reset, cut short, not HTTP

    @property
    def may_pass(self) -> bool:
        """Whether another try may end otherwise."""
        return self in (Outcome.UNAVAILABLE, Outcome.TIMEOUT, Outcome.CONNECTION_ERROR)


_UNAVAILABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECT = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """How politely, how patiently and how much to download."""

    host_interval_s: float = 1.0      # between the starts of two requests to one host, redirects and retries included
    workers: int = 8                  # hosts at once
    max_bytes: int = 2**20            # of a body, decompressed
    attempts: int = 4                 # per link
    backoff_s: float = 1.0            # the longest first wait before trying again; doubles with each attempt
    backoff_max_s: float = 60.0
    retry_after_max_s: float = 300.0  # a server that asks for a longer wait is left for the next fetch
    connect_s: float = 10.0
    read_s: float = 20.0              # without a byte
    total_s: float = 120.0            # of one attempt, without waiting for the host's turn
    redirects: int = 5

    def __post_init__(self) -> None:
        for name in ("workers", "max_bytes", "attempts", "connect_s", "read_s", "total_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive; got {getattr(self, name)}")
        for name in ("host_interval_s", "backoff_s", "backoff_max_s", "retry_after_max_s", "redirects"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative; got {getattr(self, name)}")


class Reply(NamedTuple):
    """What came of a link."""

    outcome: Outcome
    http_status: int | None = None
    body: bytes = b""
    charset: str | None = None           # as the server names it
    error: str | None = None
    retry_after_s: float | None = None   # as the server asks
    attempts: int = 1
    location: str | None = None          # where a redirect leads


def host_of(url: str) -> str | None:
    """The host, with its port, of an http or https URL in lower case; None for any other text."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts.netloc.rpartition("@")[2].lower() if usable else None


class Downloader:
    """Downloads by one config; threads share it, and with it the pace of each host."""

    def __init__(self, config: FetchConfig) -> None:
        self.config = config
        self.pace = Pace(config.host_interval_s)
        self._watches: set[watched_requests.Watch] = set()
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Break off all requests and waiting; their threads raise `Stopped`."""
        self.pace.stop()
        with self._lock:
            for watch in self._watches:
                watch.expire()

    def get(self, url: str) -> Reply:
        """Get a URL's body, trying again while the cause of a failure may pass.

        Never raises for what a server does. Waits longer after each attempt, at random to spread the load (full
        jitter), and as long as a Retry-After asks.

        Raises:
            Stopped: `stop` was called; nothing is known about this link.
        """
        config = self.config
        for attempt in range(1, config.attempts + 1):
            reply = self._attempt(url)._replace(attempts=attempt)
            asked_s = reply.retry_after_s or 0.0
            if not reply.outcome.may_pass or attempt == config.attempts or asked_s > config.retry_after_max_s:
                break
            longest_s = min(config.backoff_s * 2 ** (attempt - 1), config.backoff_max_s)
            self.pace.sleep(asked_s + random.uniform(0.0, longest_s))
        return reply

    def _attempt(self, url: str) -> Reply:
        """One request and those that its redirects lead to, each at its own host's pace."""
        left_s = self.config.total_s
        for _ in range(self.config.redirects + 1):
            host = host_of(url)
            if host is None:
                return Reply(Outcome.BAD_URL, error=f"not an http or https URL: {url[:200]}")
            self.pace.wait(host)
            started = time.monotonic()
            reply = self._request(url, left_s)
            self.pace.hold(host, min(reply.retry_after_s or 0.0, self.config.retry_after_max_s))
            left_s -= time.monotonic() - started
            if reply.location is None:
                return reply
            url = _joined(url, reply.location)
        return reply._replace(outcome=Outcome.TOO_MANY_REDIRECTS, error=f"more than {self.config.redirects} redirects")

    def _request(self, url: str, left_s: float) -> Reply:
        left_s = max(left_s, 0.001)
        timeouts = (min(self.config.connect_s, left_s), self.config.read_s)
        with watched_requests.Watch(left_s) as watch, watched_requests.session(USER_AGENT) as session:
            with self._lock:
                self._watches.add(watch)
            self.pace.sleep(0)  # raises if stop() came before this watch was known to it
            status = None
            try:
                with session.get(url, stream=True, allow_redirects=False, timeout=timeouts) as response:
                    status = response.status_code
                    reply = _read(response, self.config.max_bytes)
            except Exception as error:  # all that a server or a URL makes requests, urllib3 or idna raise is an outcome
                reply = _failure(error)._replace(http_status=status)
            with self._lock:
                self._watches.discard(watch)
        self.pace.sleep(0)  # raises if stop() broke the request off
        expired = Reply(Outcome.TIMEOUT, status, error=f"no complete answer after {self.config.total_s:g} s")
        return expired if watch.expired else reply


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # not usable, and reported when it is tried


def _read(response: requests.Response, max_bytes: int) -> Reply:
    status = response.status_code
    if status in _REDIRECT and "location" in response.headers:
        return Reply(Outcome.HTTP_ERROR, status, location=response.headers["location"])
    if status in _UNAVAILABLE:
        wait_s = _retry_after_s(response.headers.get("retry-after"))
        return Reply(Outcome.UNAVAILABLE, status, error=f"HTTP {status}", retry_after_s=wait_s)
    if status not in (200, 204):
        return Reply(Outcome.HTTP_ERROR, status, error=f"HTTP {status}")
    body = bytearray()
    for chunk in response.iter_content(2**14):
        body += chunk
        if len(body) > max_bytes:
            return Reply(Outcome.TOO_LARGE, status, error=f"more than {max_bytes} bytes")
    if _cut_short(response):
        return Reply(Outcome.CONNECTION_ERROR, status, error="the body ends before its Content-Length")
    named = "charset" in response.headers.get("content-type", "").lower()  # where it is not, requests guesses
    return Reply(Outcome.OK if body else Outcome.EMPTY, status, bytes(body), response.encoding if named else None)


def _cut_short(response: requests.Response) -> bool:
    """Whether fewer bytes came than announced; urllib3 before 2.0 does not tell."""
    announced = response.headers.get("content-length", "")
    return announced.isdecimal() and response.raw.tell() < int(announced)


def _failure(error: Exception) -> Reply:
    text = f"{type(error).__name__}: {error}"[:300]
    match error:
        case requests.exceptions.ContentDecodingError():
            return Reply(Outcome.BAD_ENCODING, error=text)
        case requests.Timeout():
            return Reply(Outcome.TIMEOUT, error=text)
        case requests.exceptions.InvalidHeader() | requests.exceptions.InvalidProxyURL():  # ValueErrors of others
            return Reply(Outcome.CONNECTION_ERROR, error=text)
        case ValueError():  # so all report what cannot be parsed, here or as the target of a redirect
            return Reply(Outcome.BAD_URL, error=text)
        case requests.ConnectionError() if "timed out" in text:  # so requests reports a body that stops
            return Reply(Outcome.TIMEOUT, error=text)
    return Reply(Outcome.CONNECTION_ERROR, error=text)


def _retry_after_s(value: str | None) -> float | None:
    """The header's seconds, or those until its date; None where it is absent or says nothing."""
    if value is None:
        return None
    try:
        return float(value) if value.strip().isdecimal() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
