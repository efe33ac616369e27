"""Reports of headings, texts, tables and plots, written as Markdown and as one HTML page that needs no network.

The texts of a report can contain names of folders and models, which are not trusted: both forms escape them.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from statecode.text import markdown_cell, printable


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts. A cell between asterisks is italic."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot as two files in the folder of the report, with the caption below it."""

    png: Path
    svg: Path
    caption: str

    @property
    def title(self) -> str:
        """Alternative text of the picture: the name of its file."""
        return self.png.stem


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    text: str
    level: int = 2


Block = Heading | Table | Plot | str
"""A part of a report; a text is a paragraph."""

CONTENT_SECURITY_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Instructs the browser to load nothing and to run no script."""
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 88rem; padding: 0 1rem; color: #1a1a1a;
       background: white; }
.scrolled { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #d0d0d0; padding: .3rem .7rem; text-align: left; }
th { border-bottom: 2px solid #808080; }
td:first-child { min-width: 14rem; }
.number { text-align: right; white-space: nowrap; }
figure { margin: 1.5rem 0; }
figure img { max-width: 100%; height: auto; }
.note, figcaption { color: #555; font-size: .85rem; max-width: 60rem; margin-top: .4rem; }
"""


_NUMBER = r"-?(?:e\^)?[\d,]*\.?\d+(?:e[+-]\d+)?"
_NUMERIC_CELL = re.compile(rf"|–|<? ?{_NUMBER}(?: to {_NUMBER}| ± {_NUMBER}| \[{_NUMBER}, {_NUMBER}\])?")
"""A number, a range, or a number with its interval; or nothing."""


def as_markdown(blocks: Sequence[Block]) -> str:
    """Return a report as Markdown; plots are links to their PNG files."""
    return "\n\n".join(map(_markdown_block, blocks)) + "\n"


def as_html(title: str, blocks: Sequence[Block]) -> str:
    """Return a report as one HTML page that contains its plots as SVG."""
    body = "\n".join(map(_html_block, blocks))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"""


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; columns that contain only numbers are aligned to the right."""
    rule = ["---:" if right else "---" for right in _numeric_columns(header, rows)]
    return "\n".join("| " + " | ".join(map(markdown_cell, cells)) + " |" for cells in (header, rule, *rows))


def _markdown_block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {printable(text)}"
        case Table(header, rows, caption):
            return markdown_table(header, rows) + (f"\n\n{printable(caption)}" if caption else "")
        case Plot(png, _, caption):
            return f"![{block.title}]({png.name})\n\n{printable(caption)}"
        case _:
            return printable(block)


def _html_block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{_escape(text)}</h{level}>"
        case Table(header, rows, caption):
            return _html_table(header, rows, caption)
        case Plot(_, svg, caption):
            data = base64.b64encode(svg.read_bytes()).decode("ascii")
            return (f'<figure><img alt="{_escape(block.title)}" src="data:image/svg+xml;base64,{data}">'
                    f"<figcaption>{_escape(caption)}</figcaption></figure>")
        case _:
            return f"<p>{_escape(block)}</p>"


def _html_table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    classes = [' class="number"' if right else "" for right in _numeric_columns(header, rows)]
    head = "".join(f'<th scope="col"{kind}>{_escape(cell)}</th>' for kind, cell in zip(classes, header))
    body = "\n".join(
        "<tr>" + "".join(f"<td{kind}>{_html_cell(cell)}</td>" for kind, cell in zip(classes, row)) + "</tr>"
        for row in rows)
    below = f'\n<p class="note">{_escape(caption)}</p>' if caption else ""
    return (f'<div class="scrolled"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'
            f"{below}")


def _html_cell(text: str) -> str:
    start, mark, rest = text.partition("*")
    if mark and not start and "*" in rest:  # the whole beginning of the cell, such as *published: ...* (source)
        italic, _, after = rest.partition("*")
        return f"<em>{_escape(italic)}</em>{_escape(after)}"
    return _escape(text)


def _escape(text: str) -> str:
    return html.escape(printable(text))


def _numeric_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[bool]:
    return [all(_is_number(row[column]) for row in rows) for column in range(len(header))]


def _is_number(cell: str) -> bool:
    return _NUMERIC_CELL.fullmatch(cell) is not None
