"""Normalisation of recorded values: replace text that differs from run to run or between machines.

- an address in `<... at 0x7f...>` becomes `0x…`, also if the value was cut in the middle of the address;
- the identifier of a thread becomes `…`;
- the folders of the interpreter's library and of installed packages become `<python>`.

Text inside quotes comes from the program and is kept, except for the file name in `<module 'm' from '...'>`. Changes
are detected before the normalisation, on the original values.
"""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Sequence

# `string` matches a string literal as repr writes it. A quote after a letter is an apostrophe, unless the letter is a
# prefix as in b''. A literal does not start at an escaped quote: in a text of escaped quotes the search would run from
# each of them to the end of the line. A literal has at most 20,000 characters, because `re` needs 240 bytes for each
# character during the search.
_PATTERN = re.compile(
    r"(?P<module> from '(?P<path>[^']*)'>)"
    r"|(?P<string>(?<![A-Za-z0-9_\\])[bB]?(?:'(?:[^'\\\n]|\\.){0,20000}'|\"(?:[^\"\\\n]|\\.){0,20000}\"))"
    r"|(?P<address> at 0x[0-9a-fA-F]+)"
    r"|(?P<cut_address>\.\.\.[0-9a-fA-F]{2,}>)"
    r"|(?P<thread>\b(?:started(?: daemon)?|stopped(?: daemon)?|initial(?: daemon)?) \d+|\bowner=\d+)"
)
_MAX_CHARACTERS = 2**20


def python_folders() -> list[str]:
    """Return the folders to replace by `<python>`; longest first, because site-packages lies inside the library."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return sorted({sysconfig.get_path(name) for name in names}, key=len, reverse=True)


class Normaliser:
    """Normalises reprs and tracebacks of one interpreter.

    Args:
        folders: folders to replace by `<python>`; by default those of the running interpreter.
    """

    def __init__(self, folders: Sequence[str] | None = None) -> None:
        self._folders = python_folders() if folders is None else list(folders)
        alternatives = "|".join(re.escape(folder.rstrip("/")) for folder in self._folders)
        self._file_line = re.compile(rf'(?m)^([^\S\n]*File ")(?:{alternatives})(?=/)')

    def value(self, text: str) -> str:
        """Normalise a repr, or a line that contains one; a text of more than 2**20 characters is returned unchanged."""
        if ">" not in text and " at 0x" not in text:  # true for most values
            return text
        if len(text) > _MAX_CHARACTERS:  # snoop writes no such value, and the search needs 20 times its memory
            return text
        return _PATTERN.sub(self._replace, text)

    def stderr(self, text: str) -> str:
        """Normalise the file names in tracebacks; keep all other text, which the program wrote."""
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
