"""Check the language of docstrings, comments and documents: `make lint` runs this.

    python -m tests.support.prose                     # the whole project; exit code 1 if a rate is too high
    python -m tests.support.prose --show statecode    # each place that counts, in these files and folders only

Plain prose names things directly. Three signs of other prose are counted: the word "what"; the words give, tell, say
and stand in all their forms; and docstrings that open with a question word instead of a verb.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

MOST_PER_1000_WORDS = {"what": 2.0, "give, tell, say, stand": 1.5}
WORDS = {
    "what": re.compile(r"\bwhat(?:ever)?\b", re.IGNORECASE),
    "give, tell, say, stand": re.compile(
        r"\b(?:give[sn]?|gave|giving|tells?|told|telling|says?|said|saying|stands?|stood|standing)\b", re.IGNORECASE
    ),
}
OPENING = re.compile(r"(?:What|Whether|How|Where|Why|Of|When)\b")
WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
NOT_OURS = re.compile(r"statecode/programs/embedded/.+/|tests/golden/|tests/hostile/programs/|tests/tracing/transparency/programs/|docs/results/")
DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Passage(NamedTuple):
    """A docstring, a comment or a paragraph of a document."""

    path: str
    line: int
    text: str
    is_docstring: bool = False


def passages(path: Path) -> Iterator[Passage]:
    """Yield the prose of one file: Python, C, or Markdown."""
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for line, found in docstrings(text):
            yield Passage(name, line, found, is_docstring=True)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield Passage(name, token.start[0], token.string)
    elif path.suffix in (".c", ".h"):
        for match in re.finditer(r"/\*.*?\*/|//[^\n]*", text, re.DOTALL):
            yield Passage(name, text.count("\n", 0, match.start()) + 1, match[0])
    elif path.suffix == ".md":
        without_code = re.sub(r"```.*?```|`[^`\n]*`|<!--.*?-->", lambda match: "\n" * match[0].count("\n"), text,
                              flags=re.DOTALL)
        for line, paragraph in enumerate(without_code.split("\n"), 1):
            yield Passage(name, line, paragraph)


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring, including those of constants and attributes.

    Names in backquotes, and the indented examples of modules, are left out because they are code.
    """
    for node in ast.walk(ast.parse(source)):
        for statement in node.body if isinstance(node, DEFINITIONS) else []:
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    if isinstance(node, ast.Module):
                        text = re.sub(r"^ {4,}.*$", "", text, flags=re.MULTILINE)
                    yield statement.lineno, re.sub(r"`[^`]*`", "", text)


def files(paths: list[str]) -> list[Path]:
    """Return the files below these paths that git tracks, except generated files and files by other authors."""
    listed = subprocess.run(
        ["git", "ls-files", *paths], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = [name for name in listed if name.endswith((".py", ".c", ".h", ".md")) and not NOT_OURS.match(name)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def main(argv: list[str] | None = None) -> int:
    """Print the rates; return 1 if a rate is too high or a docstring opens with a question word, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    parser.add_argument("paths", nargs="*", help="files and folders; by default the whole project")
    parser.add_argument("--show", action="store_true", help="print each place that counts")
    args = parser.parse_args(argv)
    found = [passage for path in files(args.paths) for passage in passages(path)]
    words = sum(len(WORD.findall(passage.text)) for passage in found)
    counts: Counter[str] = Counter()
    for passage in found:
        for name, pattern in WORDS.items():
            for number, line in enumerate(passage.text.split("\n")):
                hits = len(pattern.findall(line))
                counts[name] += hits
                if hits and args.show:
                    print(f"{passage.path}:{passage.line + number}: {line.strip()}")
    openings = [p for p in found if p.is_docstring and OPENING.match(p.text)]
    for passage in openings:
        print(f"{passage.path}:{passage.line}: opens with a question word: {passage.text.splitlines()[0]}")
    rates = {name: 1000 * counts[name] / max(words, 1) for name in WORDS}
    print("; ".join(f"{name}: {rate:.1f} per 1,000 words, at most {MOST_PER_1000_WORDS[name]}"
                    for name, rate in rates.items()) + f"; {len(openings)} openings; {words:,} words")
    return int(bool(openings) or any(rate > MOST_PER_1000_WORDS[name] for name, rate in rates.items()))


if __name__ == "__main__":
    sys.exit(main())
