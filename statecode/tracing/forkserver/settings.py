"""The settings of one fork server, sent from the client to the server as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The tracer and the sandbox layers of one fork server, as the supervisor chose them."""

    package_root: str                # folder on sys.path from which statecode is imported
    socket_fd: int                   # the server's end of the socket pair
    tracer: str                      # MODULE:CLASS of the tracer that records
    uid: int | None = None           # user id to switch to; None: keep the current user
    keep_privileges: bool = False    # keep all capabilities
    standard_library_only: bool = True
    allowed_packages: tuple[Sequence[str], Sequence[str]] = ((), ())  # names and paths of importable packages
    readable_paths: tuple[str, ...] | None = None  # the only paths that Landlock leaves readable; None: no Landlock
    writable_folder: str | None = None  # where programs may create files, to be mounted; None: nowhere
    seccomp: str | None = None       # name of the filter of system calls for each child; None: no filter
    own_pid_namespace: bool = False  # all visible processes belong to the program or to the server's launcher
    limits: bool = True              # apply resource limits to each child
    max_threads: int | None = None   # maximum threads of the server's user; None: no limit

    def to_json(self) -> str:
        """Return the settings as the argument of `server.main`."""
        return json.dumps(asdict(self))
