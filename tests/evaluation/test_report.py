"""Test reports: Markdown, and one page of HTML that is valid, needs no network and runs no script."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from pathlib import Path

import pytest

from statecode.evaluation.report import Heading, Plot, Table, as_html, as_markdown, markdown_table

HOSTILE = "<script>alert(1)</script>\" onerror='x' &amp; \x1b[31m\n*i*"
VOID = {"meta", "img"}


class Page(HTMLParser):
    """The tags, texts and attributes of a page. It asserts that each tag is closed by its own end tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.texts.append(data)


@pytest.fixture
def plot(tmp_path: Path) -> Plot:
    (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return Plot(tmp_path / "a.png", tmp_path / "a.svg", "Losses.")


def test_a_page_contains_everything_and_loads_nothing(plot: Plot) -> None:
    page = Page(as_html("Runs", [Heading("One", 1), "text", Table(["run", "loss"], [["a", "1.5 [1, 2]"]], "Note."), plot]))
    assert page.texts == ["Runs", "One", "text", "run", "loss", "a", "1.5 [1, 2]", "Note.", "Losses."]
    sources = [value for name, value in page.attributes if name in ("src", "href", "srcset", "action")]
    assert len(sources) == 1 and base64.b64decode(sources[0].removeprefix("data:image/svg+xml;base64,")) == plot.svg.read_bytes()
    assert ("http-equiv", "Content-Security-Policy") in page.attributes
    assert [value for name, value in page.attributes if value == "number"] == ["number"] * 2  # the loss and its heading
    assert not {"script", "link", "iframe", "object"} & set(page.tags)


def test_texts_of_run_folders_are_escaped_everywhere(plot: Plot) -> None:
    hostile = Plot(plot.png.with_name("a\"><b>.png"), plot.svg, HOSTILE)
    page = as_html(HOSTILE, [Heading(HOSTILE), HOSTILE, Table([HOSTILE], [[HOSTILE], [f"*{HOSTILE}"]], HOSTILE), hostile])
    parsed = Page(page)
    assert not {"script", "b", "i"} & set(parsed.tags) and "onerror" not in {name for name, _ in parsed.attributes}
    assert "\x1b" not in page and "\\x1b[31m" in page
    assert sum("<script>alert(1)</script>" in text for text in parsed.texts) == 8


def test_italic_cells_are_italic() -> None:
    page = Page(as_html("x", [Table(["system"], [["*published: a < b* (source)"], ["2 * 3 * 4"], ["*"]])]))
    assert page.tags.count("em") == 1 and "published: a < b" in page.texts and "2 * 3 * 4" in page.texts


def test_markdown_of_all_blocks(plot: Plot) -> None:
    text = as_markdown([Heading("One", 3), "text", Table(["run", "loss"], [["a|b", "1"]], "Note."), plot])
    assert text == ("### One\n\ntext\n\n| run | loss |\n| --- | ---: |\n| a\\|b | 1 |\n\nNote.\n\n![a](a.png)\n\nLosses.\n")


@pytest.mark.parametrize(("cell", "numeric"), [
    ("1,234.5", True), ("-0.25", True), ("", True), ("–", True), ("e^20.1", True), ("2.05e+12", True), ("10 to 30", True),
    ("2.00 ± 0.10", True), ("-1.5 [-2.0, 3]", True), ("< 0.001", True), ("tiny", False), ("1 of 2", False), ("[1]", False)])
def test_columns_of_numbers_are_aligned_to_the_right(cell: str, numeric: bool) -> None:
    assert markdown_table(["x"], [[cell]]).splitlines()[1] == ("| ---: |" if numeric else "| --- |")
