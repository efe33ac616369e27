"""Download one URL with limits on rate, size and time, and with retries.

This module needs `requests`. Import this module only where a download starts.
"""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from statecode._version import __version__
from statecode.programs.addresses import PrivateAddressError
from statecode.programs.bounded_request import BoundedRequest, ReceiveLimitError
from statecode.programs.decompression import DecompressionError, decompressed
from statecode.programs.fetch_ledger import Outcome
from statecode.programs.rate_limit import RateLimiter

USER_AGENT = f"statecode/{__version__} python-requests/{requests.__version__}"


_UNAVAILABLE = frozenset({407, 408, 425, 429, 500, 502, 503, 504})
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": USER_AGENT, "Accept": "text/plain, */*;q=0.5", "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_MAX_URL_LENGTH = 2**14
_HEAD_BYTES = 2**20  # of a response, for its headers
_CHARSET = re.compile(r"""charset\s*=\s*["']?(?P<name>[A-Za-z0-9][A-Za-z0-9._:+-]{0,39})["']?\s*(;|$)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """The limits of a fetch: request rate, retries, time and size."""

    host_interval_s: float = 1.0      # between the starts of two requests to one host, redirects and retries included
    workers: int = 8                  # maximum number of hosts with a request at the same time
    max_bytes: int = 2**20            # maximum size of a body, after decompression
    attempts: int = 4                 # maximum attempts per link
    backoff_s: float = 1.0            # upper bound of the wait after the first attempt; doubles with each attempt
    backoff_max_s: float = 60.0       # upper bound of the wait after any attempt
    retry_after_max_s: float = 300.0  # a link whose server asks for a longer wait is left to the next fetch
    connect_s: float = 10.0           # timeout for connecting to the server
    read_s: float = 20.0              # timeout between two received bytes
    total_s: float = 120.0            # timeout of one attempt, not counting waits of the rate limiter
    redirects: int = 5                # maximum redirects of one attempt
    allow_private_hosts: bool = False  # accept hosts without a public address, such as localhost
    proxy: str | None = None          # URL of the proxy for all requests; the environment is not read

    def __post_init__(self) -> None:
        for name in ("workers", "max_bytes", "attempts", "connect_s", "read_s", "total_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive; got {getattr(self, name)}")
        for name in ("host_interval_s", "backoff_s", "backoff_max_s", "retry_after_max_s", "redirects"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative; got {getattr(self, name)}")
        if self.proxy is not None and not _is_proxy_url(self.proxy):
            raise ValueError("proxy must be the URL of an HTTP proxy, such as http://proxy.example.org:3128")


def _is_proxy_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class Reply(NamedTuple):
    """The result of a download: its outcome and the response of the server."""

    outcome: Outcome
    http_status: int | None = None
    body: bytes = b""                    # decompressed
    charset: str | None = None           # from the Content-Type header
    error: str | None = None
    retry_after_s: float | None = None   # from the Retry-After header
    attempts: int = 1
    location: str | None = None          # target of a redirect


def check_url(url: str) -> str:
    """Return host and port of a URL in lower case.

    Raises:
        ValueError: the URL is not one of http or https, it is too long, or it has a user name or password, or a port
            below 1024 other than 80 and 443, which belongs to another protocol.
    """
    if len(url) > _MAX_URL_LENGTH:
        raise ValueError(f"longer than {_MAX_URL_LENGTH} characters")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an http or https URL")
    if "@" in parts.netloc:
        raise ValueError("a URL with a user name or password; no credentials are sent")
    if parts.port is not None and parts.port < 1024 and parts.port not in (80, 443):
        raise ValueError(f"port {parts.port} is not one of the web")
    return parts.netloc.lower()


def host_of(url: str) -> str | None:
    """Return host and port of a URL in lower case, or None if `check_url` refuses it."""
    try:
        return check_url(url)
    except ValueError:
        return None


class Downloader:
    """Downloads URLs within the limits of one config. Threads share one instance, and with it the rate of each host."""

    def __init__(self, config: FetchConfig) -> None:
        self.config = config
        self.rate_limiter = RateLimiter(config.host_interval_s)
        self._requests: set[BoundedRequest] = set()
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Cancel all requests and waits; the threads that wait for them raise `Stopped`."""
        self.rate_limiter.stop()
        with self._lock:
            for request in self._requests:
                request.expire()

    def get(self, url: str) -> Reply:
        """Download a URL, and try again while the outcome is transient.

        Errors of the server or the connection are outcomes, not exceptions. Before the next attempt, the thread waits
        for the time of the Retry-After header, if there is one, plus a random time below an upper bound that doubles
        with each attempt (full jitter).

        Returns:
            The reply of the last attempt, with the number of attempts.

        Raises:
            Stopped: `stop` was called; the outcome of this link is unknown.
        """
        config = self.config
        for attempt in range(1, config.attempts + 1):
            reply = self._attempt(url)._replace(attempts=attempt)
            asked_s = reply.retry_after_s or 0.0
            if not reply.outcome.is_transient or attempt == config.attempts or asked_s > config.retry_after_max_s:
                break
            longest_s = min(config.backoff_s * 2 ** (attempt - 1), config.backoff_max_s)
            self.rate_limiter.sleep(asked_s + random.uniform(0.0, longest_s))
        return reply

    def _attempt(self, url: str) -> Reply:
        """Send one request and follow its redirects, each within the rate of its own host."""
        left_s = self.config.total_s
        for _ in range(self.config.redirects + 1):
            try:
                host = check_url(url)
            except ValueError as error:
                return Reply(Outcome.BAD_URL, error=f"{error}: {url[:200]}")
            self.rate_limiter.wait(host)
            started = time.monotonic()
            reply = self._request(url, left_s)
            self.rate_limiter.delay(host, min(reply.retry_after_s or 0.0, self.config.retry_after_max_s))
            left_s -= time.monotonic() - started
            if reply.location is None:
                return reply
            url = _resolve_redirect(url, reply.location)
        return reply._replace(outcome=Outcome.TOO_MANY_REDIRECTS, error=f"more than {self.config.redirects} redirects")

    def _request(self, url: str, left_s: float) -> Reply:
        config, left_s = self.config, max(left_s, 0.001)
        timeouts = (min(config.connect_s, left_s), config.read_s)
        request = BoundedRequest(
            left_s, max_received_bytes=2 * config.max_bytes + _HEAD_BYTES, proxy=config.proxy,
            allow_private_hosts=config.allow_private_hosts,
        )
        with request:
            with self._lock:
                self._requests.add(request)
            self.rate_limiter.sleep(0)  # raises if stop() was called before this request was registered
            status = None
            try:
                with request.get(url, _HEADERS, timeouts) as response:
                    status = response.status_code
                    reply = _read(response, config.max_bytes)
            except Exception as error:  # any error that a server or a URL causes in `requests`, `urllib3` or `idna`
                reply = _failure(error, status)
            with self._lock:
                self._requests.discard(request)
        self.rate_limiter.sleep(0)  # raises if stop() cancelled the request
        expired = Reply(Outcome.TIMEOUT, status, error=f"no complete answer after {config.total_s:g} s")
        return expired if request.expired else reply


def _resolve_redirect(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # not a valid URL: the next attempt reports it as BAD_URL


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
    received = response.raw.stream(2**14, decode_content=False)
    for part in decompressed(received, response.headers.get("content-encoding", "")):
        body += part
        if len(body) > max_bytes:
            return Reply(Outcome.TOO_LARGE, status, error=f"more than {max_bytes} bytes")
    if _is_truncated(response):
        return Reply(Outcome.CONNECTION_ERROR, status, error="the body ends before its Content-Length")
    found = _CHARSET.search(response.headers.get("content-type", ""))
    return Reply(Outcome.OK if body else Outcome.EMPTY, status, bytes(body), found and found["name"])


def _is_truncated(response: requests.Response) -> bool:
    """Return True if the body is shorter than its Content-Length; `urllib3` before 2.0 does not check this."""
    announced = response.headers.get("content-length", "")
    return announced.isdecimal() and (len(announced) > 18 or response.raw.tell() < int(announced))


def _failure(error: Exception, status: int | None) -> Reply:
    """Return a reply with the outcome for an exception of a request.

    Args:
        status: the HTTP status, if the exception was raised while the body was received.
    """
    text = f"{type(error).__name__}: {error}"[:300]
    match error:
        case PrivateAddressError():
            return Reply(Outcome.PRIVATE_HOST, error=f"{error}. --allow-private-hosts accepts such hosts"[:300])
        case ReceiveLimitError():
            return Reply(Outcome.TOO_LARGE, status, error="more received bytes than a file of the maximum size needs")
        case DecompressionError():
            return Reply(Outcome.BAD_ENCODING, status, error=text)
        case requests.Timeout() | urllib3.exceptions.TimeoutError():
            return Reply(Outcome.TIMEOUT, status, error=text)
        case requests.exceptions.InvalidHeader() | requests.exceptions.InvalidProxyURL():  # ValueErrors of a valid URL
            return Reply(Outcome.CONNECTION_ERROR, status, error=text)
        case ValueError() if status is None:  # any other ValueError without a response: the URL cannot be parsed
            return Reply(Outcome.BAD_URL, error=text)
        case requests.ConnectionError() if "timed out" in text:  # `requests` raises it when a connection is not opened
            return Reply(Outcome.TIMEOUT, status, error=text)
    return Reply(Outcome.CONNECTION_ERROR, status, error=text)


def _retry_after_s(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or as a date; None without a valid header."""
    if value is None:
        return None
    try:
        return float(value) if value.strip().isdecimal() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
