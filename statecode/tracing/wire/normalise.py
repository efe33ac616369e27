"""Normalisation of recorded texts: replace text that differs from run to run or between machines.

In every text of a run, the folders of the machine are replaced, unless the program's own source or input contains them:

- the folders of the interpreter's library, of installed packages and of statecode become `<python>`;
- the prefix of the interpreter becomes `<prefix>`, a home folder `<home>`, and the working folder of a run `/program`.

In reprs, moreover:

- an address in `<... at 0x7f...>` becomes `0x…`, also if the value was cut in the middle of the address;
- the identifier of a thread becomes `…`.

Addresses and identifiers inside quotes come from the program and are kept. Changes are detected before the
normalisation, on the original values.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import PurePath

from statecode.files import PACKAGE_FOLDER

# `string` matches a string literal as repr writes it. A quote after a letter is an apostrophe, unless the letter is a
# prefix as in b''. A literal does not start at an escaped quote: in a text of escaped quotes the search would run from
# each of them to the end of the line. A literal has at most 20,000 characters, because `re` needs 240 bytes for each
# character during the search.
_PATTERN = re.compile(
    r"(?P<string>(?<![A-Za-z0-9_\\])[bB]?(?:'(?:[^'\\\n]|\\.){0,20000}'|\"(?:[^\"\\\n]|\\.){0,20000}\"))"
    r"|(?P<address> at 0x[0-9a-fA-F]+)"
    r"|(?P<cut_address>\.\.\.[0-9a-fA-F]{2,}>)"
    r"|(?P<thread>\b(?:started(?: daemon)?|stopped(?: daemon)?|initial(?: daemon)?) \d+|\bowner=\d+)"
)
_MAX_CHARACTERS = 2**20

PUBLIC_PREFIXES = ("/usr/local", "/usr")
"""Prefixes of interpreters that are no secret, and that programs use for other paths."""

_SCRATCH_FOLDER = "/program"  # the name of the working folder inside the namespaces
_NAME_ENDS = r"(?![\w-]|\.\w)"


@cache
def machine_folders() -> dict[str, str]:
    """Return the folders of this machine that no text of a run may contain, and their replacements.

    A home folder such as /root, which has no parent but /, contains no name and is not among them.
    """
    folders = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix), "<prefix>")
    home = os.path.expanduser("~")
    if len(PurePath(home).parts) > 2:
        folders[home] = "<home>"
    folders |= python_folders()
    folders |= {os.path.realpath(folder): replacement for folder, replacement in folders.items()}
    return {folder: replacement for folder, replacement in folders.items() if folder not in ("/", *PUBLIC_PREFIXES)}


def python_folders() -> dict[str, str]:
    """Return the folders of the interpreter's library, of installed packages and of statecode, and `<python>`."""
    paths = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    return {**dict.fromkeys(paths, "<python>"), str(PACKAGE_FOLDER): f"<python>/{PACKAGE_FOLDER.name}"}


class Normaliser:
    """Normalises the texts of runs of one interpreter.

    Args:
        folders: the folders to replace, and their replacements; by default `machine_folders()`, and the working folders
            of runs.
    """

    def __init__(self, folders: Mapping[str, str] | None = None) -> None:
        scratch = ""
        if folders is None:
            folders = {**machine_folders(), **dict.fromkeys(PUBLIC_PREFIXES, "<prefix>")}
            scratch = re.escape(os.path.join(tempfile.gettempdir(), "statecode-")) + "[a-z0-9_]{0,8}"
        self._set_folders(folders, scratch)

    def _set_folders(self, folders: Mapping[str, str], scratch: str) -> None:
        self._folders, self._scratch = folders, scratch
        private = [folder for folder in folders if folder not in PUBLIC_PREFIXES]
        public = [folder for folder in folders if folder in PUBLIC_PREFIXES]
        self._starts = {start: folders[folder] for folder in private for start in _starts(folder)}
        self._ends = {f"...{end}": f"...{folders[folder]}" for folder in private for end in _ends(folder)}
        self._whole_paths = re.compile("|".join([
            rf"{_any_of(private)}{_NAME_ENDS}",
            rf"{_any_of(public)}(?=/(?:bin|include|lib|lib64)/python)",
            scratch or "(?!)",
        ]))
        self._cut_paths = re.compile(rf"{_any_of(self._starts)}(?=\.\.\.|…)|{_any_of(self._ends)}{_NAME_ENDS}")

    def for_program(self, *texts: str) -> Normaliser:
        """Return a normaliser that keeps the folders in the program's own texts: its source and its input."""
        own = {folder for folder in self._folders if any(folder in text for text in texts)}
        if not own:
            return self
        normaliser = Normaliser.__new__(Normaliser)
        kept = {folder: replacement for folder, replacement in self._folders.items() if folder not in own}
        normaliser._set_folders(kept, self._scratch)
        return normaliser

    def paths(self, text: str) -> str:
        """Replace the folders in a text."""
        if "/" not in text:
            return text
        text = self._whole_paths.sub(lambda match: self._folders.get(match[0], _SCRATCH_FOLDER), text)
        if "..." in text or "…" in text:
            text = self._cut_paths.sub(lambda match: self._starts.get(match[0]) or self._ends[match[0]], text)
        return text

    def may_change(self, text: str) -> bool:
        """Return False if `value` would return the text unchanged; True also for some texts that it does not change.

        The answer for several texts, joined, is False only if it is False for each of them.
        """
        return "/" in text or ">" in text or " at 0x" in text

    def value(self, text: str) -> str:
        """Normalise a repr, or a line that contains one.

        Of a text of more than 2**20 characters only the folders are replaced.
        """
        if not self.may_change(text):  # true for most values
            return text
        text = self.paths(text)
        if ">" not in text and " at 0x" not in text:
            return text
        if len(text) > _MAX_CHARACTERS:  # snoop writes no such value, and the search needs 20 times its memory
            return text
        return _PATTERN.sub(_replace_identity, text)

    def pieces(self, text: str, ends: Iterable[int]) -> tuple[str, dict[int, int]]:
        """Replace the folders in each piece of a text.

        Args:
            ends: positions in the text, at which the pieces end; the last piece ends with the text.

        Returns:
            The text, and for each position in `ends` the corresponding position in the returned text.
        """
        pieces, moved, start, length = [], {}, 0, 0
        for end in sorted(set(ends)):
            pieces.append(self.paths(text[start:end]))
            length += len(pieces[-1])
            start, moved[end] = end, length
        return "".join((*pieces, self.paths(text[start:]))), moved


def _starts(folder: str) -> Iterator[str]:
    """Yield the texts that remain of a folder if its end was cut off: at least one name and the following slash."""
    second_slash = folder.find("/", 1)
    if second_slash > 0:
        yield from (folder[:end] for end in range(second_slash + 1, len(folder)))


def _ends(folder: str) -> Iterator[str]:
    """Yield the texts that remain of a folder if its start was cut off: at least its last name and the slash before."""
    yield from (folder[start:] for start in range(1, folder.rfind("/") + 1))


def _any_of(texts: Iterable[str]) -> str:
    """Return a pattern that matches each of the texts, and prefers longer ones."""
    return f"(?:{'|'.join(map(re.escape, sorted(texts, key=len, reverse=True))) or '(?!)'})"


def _replace_identity(match: re.Match[str]) -> str:
    if match["address"]:
        return " at 0x…"
    if match["cut_address"]:
        return "...…>"
    if match["thread"]:
        return re.sub(r"\d+", "…", match["thread"])
    return match[0]
