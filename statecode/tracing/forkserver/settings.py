"""The settings of one fork server, sent from the client to the server as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the supervisor decided about this warm process."""

    package_root: str                # where statecode is imported from
    socket_fd: int
    engine: str = "snoop"            # that records, see `engines`
    uid: int | None = None           # whom to become; None: stay who we are
    privileges: bool = False         # keep capabilities
    standard_library_only: bool = True
    packages: tuple[Sequence[str], Sequence[str]] = ((), ())  # what may be imported all the same: names, paths
    readable: tuple[str, ...] | None = None  # all that Landlock leaves open; None: without Landlock
    seccomp: bool = False
    among_ourselves: bool = False    # inside namespaces: every process that we see is the program's or our launcher's
    limits: bool = True
    threads: int | None = None       # that our user may have, see `limits.limit`

    def to_json(self) -> str:
        """The text that `main` takes."""
        return json.dumps(asdict(self))
