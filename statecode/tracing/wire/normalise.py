"""The one normalisation of recorded values: what differs from run to run, or between machines, is taken out.

- an address in `<... at 0x7f...>` becomes `0x…`, also where the value was cut in the middle of it;
- an identifier of a thread becomes `…`;
- the folders of the interpreter's library and of installed packages become `<python>`.

Text inside quotes is the program's own and stays, but for the file name in `<module 'm' from '...'>`. Changes are
detected before this, on the values as they were.
"""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Sequence

# A string literal as repr writes it; a quote after a letter is an apostrophe, unless it ends a prefix like b'. None
# starts at an escaped quote: where every quote is one, each would otherwise be tried up to the end of the line. None is
# longer than 20,000 characters: `re` keeps 240 bytes for each while it looks for the end.
_PIECE = re.compile(
    r"(?P<module> from '(?P<path>[^']*)'>)"
    r"|(?P<string>(?<![A-Za-z0-9_\\])[bB]?(?:'(?:[^'\\\n]|\\.){0,20000}'|\"(?:[^\"\\\n]|\\.){0,20000}\"))"
    r"|(?P<address> at 0x[0-9a-fA-F]+)"
    r"|(?P<cut_address>\.\.\.[0-9a-fA-F]{2,}>)"
    r"|(?P<thread>\b(?:started(?: daemon)?|stopped(?: daemon)?|initial(?: daemon)?) \d+|\bowner=\d+)"
)
_LONGEST = 2**20  # characters


def python_folders() -> list[str]:
    """The folders that read `<python>`, longest first so that site-packages goes before the library around it."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return sorted({sysconfig.get_path(name) for name in names}, key=len, reverse=True)


class Normaliser:
    """Normalises reprs and tracebacks made by one interpreter."""

    def __init__(self, folders: Sequence[str] | None = None) -> None:
        self._folders = python_folders() if folders is None else list(folders)
        alternatives = "|".join(re.escape(folder.rstrip("/")) for folder in self._folders)
        self._file_line = re.compile(rf'(?m)^([^\S\n]*File ")(?:{alternatives})(?=/)')

    def value(self, text: str) -> str:
        """Normalise one repr, or a line that holds one."""
        if ">" not in text and " at 0x" not in text:  # quickly done with most values
            return text
        if len(text) > _LONGEST:  # snoop writes no such value, and the search takes 20 times its size
            return text
        return _PIECE.sub(self._replace, text)

    def stderr(self, text: str) -> str:
        """Normalise the file names in tracebacks, and nothing else: the rest is what the program wrote."""
        return self._file_line.sub(r"\1<python>", text) if 'File "' in text else text

    def _replace(self, match: re.Match[str]) -> str:
        if match["address"]:
            return " at 0x…"
        if match["cut_address"]:
            return "...…>"
        if match["thread"]:
            return re.sub(r"\d+", "…", match["thread"])
        if match["module"]:
            return f" from '{self._path(match['path'])}'>"
        return match[0]

    def _path(self, path: str) -> str:
        for folder in self._folders:
            if path.startswith(folder + "/"):
                return "<python>" + path[len(folder):]
        return path
