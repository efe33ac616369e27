"""Test the trace page in a headless Chromium; the expected results come from the trace."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.views.page import as_inert_json, page, page_frame, write_page
from statecode.views.page.data import page_data
from tests.support.browser import RecordedPage
from tests.support.trace_page import READ_PLACE, check_event, jump, read_frames

HOSTILE = [
    "</script><script>window.harmed = 1</script>", "<!--<script>", "]]>", "\u2028\u2029\x85\x0b\x1c", "{{DATA}}{{SCRIPT}}", "'\"`${1}\\",
    "<img src=x onerror='window.harmed = 2'>", "&lt;b&gt;&amp;", "\u202eevil\u202c", "a\r\nb\nc\rd", "𝒳😀e\u0301", "__proto__", "constructor",
    "<style>*{display:none}</style>", "javascript:window.harmed=3", "http://example.org/x.png", "\0", "</title></textarea></style>",
]


def test_keys(sample, opened) -> None:
    shown, last = opened(sample).page, len(sample.events) - 1

    def after(key: str) -> int:
        shown.keyboard.press(key)
        return shown.evaluate(READ_PLACE)["event"]

    assert [after(key) for key in ("ArrowLeft", "ArrowRight", "Shift+ArrowRight", "PageDown", "ArrowLeft")] == [0, 1, 11, 21, 20]
    assert [after(key) for key in ("PageUp", "Shift+ArrowLeft", "End", "ArrowRight", "Home")] == [10, 0, last, last, 0]
    runs = [k for k, event in enumerate(sample.events) if event.line == 10 and event.kind is EventKind.LINE]
    jump(shown, runs[0])
    shown.focus("#slider")
    assert [after(key) for key in ("n", "n", "p", "p", "p")] == [runs[1], runs[2], runs[1], runs[0], runs[0]]
    assert after("o") == next(k for k in range(runs[0] + 1, last) if sample.events[k].depth <= 1)
    assert after("u") == next(k for k in range(runs[0] + 1, last) if sample.events[k].depth == 0)
    assert after("Control+ArrowLeft") == after("Alt+p") == shown.evaluate(READ_PLACE)["event"]


def test_letter_keys_can_be_disabled(sample, opened) -> None:
    shown = opened(sample).page
    shown.keyboard.press("?")
    assert shown.locator("#keys").is_visible()
    shown.uncheck("#letters")
    shown.keyboard.press("Escape")
    shown.keyboard.press("o")
    assert shown.evaluate(READ_PLACE)["event"] == 0


def test_buttons_and_slider(sample, opened) -> None:
    shown, last = opened(sample).page, len(sample.events) - 1
    seen = []
    for name in ("forward", "forward10", "back", "back10", "last", "first", "over"):
        shown.click(f"[data-go={name}]")
        seen.append(shown.evaluate(READ_PLACE)["event"])
    assert seen[:6] == [1, 11, 10, 0, last, 0]
    box = shown.locator("#slider").bounding_box()
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    half = shown.evaluate(READ_PLACE)["event"]
    assert abs(half - last / 2) <= 2
    check_event(shown, sample, half)
    shown.click(".line[data-line='11'] > .number")
    assert sample.events[shown.evaluate(READ_PLACE)["event"]].line == 11
    shown.click("#ending")
    check_event(shown, sample, last)
    assert "IndexError: tuple index out of range, at line 17" in shown.inner_text("#now")


def hostile_trace() -> Trace:
    """Return a trace with each hostile string in every field that a program can influence."""
    events = [Event(EventKind.CALL, 0, 0, 0, 0, 0, "<module>")]
    for number, text in enumerate(HOSTILE):
        changes = (Change(f"x{number}", text), Change("x", text), Change(text, text), Change(f"len({text})", text))
        events.append(Event(EventKind.LINE, 1 + number % 3, 1, 0, 0, 0, "<module>", changes, stdout_end=1))
        events.append(Event(EventKind.CALL, 1, 1, 1, number + 1, 0, text))
        events.append(Event(EventKind.EXCEPTION, 1, 1, 1, number + 1, 0, text, detail=text))
        events.append(Event(EventKind.RETURN, 1, 1, 1, number + 1, 0, text, value=text))
    everything = "\n".join(HOSTILE)
    return Trace(
        program_id=everything, problem_id="p", input_index=0, code=f"'''{everything}'''\n# {everything}", stdin=everything,
        expected_output=everything, status=Status.EXCEPTION, exception=ExceptionInfo(everything, everything, 1), truncation=everything,
        stdout=everything, stderr=everything, events=tuple(events),
    )


def test_hostile_strings_remain_text(opened) -> None:
    trace = hostile_trace()
    watched = opened(trace)
    shown = watched.page
    tags = shown.evaluate("() => [...document.querySelectorAll('script, style, img, iframe, b, title, object')].map((one) => one.tagName)")
    assert tags == ["TITLE", "STYLE", "SCRIPT", "SCRIPT"]
    assert shown.text_content("#program") == trace.program_id
    for k, event in enumerate(trace.events):
        assert read_frames(shown) == [tuple(state)[:-1] for state in trace.state_at(k)]  # without the line
        if event.detail:
            assert shown.text_content(".detail") == event.detail
        shown.keyboard.press("ArrowRight")
    for text in HOSTILE:
        shown.evaluate("(text) => { const s = document.getElementById('search'); s.value = text; s.dispatchEvent(new Event('input')); }", text)
    code = "".join(f"{line}\n" for line in shown.eval_on_selector_all(".line code", "all => all.map((one) => one.textContent)"))
    assert code.rstrip("\n") == "".join(io.StringIO(trace.code, newline=None))
    assert shown.evaluate("() => [window.harmed, document.querySelectorAll('script, style, img, title').length]") == [None, 4]


def test_policy_blocks_injected_markup(sample, opened) -> None:
    watched = opened(sample)
    with socket.create_server(("127.0.0.1", 0)) as server:
        watched.page.evaluate("""(port) => {
          document.body.insertAdjacentHTML("beforeend", `<img src="http://127.0.0.1:${port}/x.png" onerror="window.harmed = 1">`);
          const script = document.createElement("script");
          script.textContent = "window.harmed = 2";
          document.body.append(script);
        }""", server.getsockname()[1])
        server.settimeout(0.5)
        with pytest.raises(TimeoutError):
            server.accept()
    assert watched.page.evaluate("() => window.harmed") is None
    assert len(watched.console_messages) >= 2 and all("Content Security Policy" in one for one in watched.console_messages)
    watched.requests[1:], watched.console_messages[:] = [], []  # the browser reports the requests that it blocked


def test_dark_and_light(sample, opened) -> None:
    luminance = {}
    for scheme in ("light", "dark"):
        shown = opened(sample, color_scheme=scheme).page
        shown.click("[data-go=last]")
        for selector in ("body", ".line.now", ".ended", ".headline", "th", "#facts", ".aside, .where"):
            colour, paper = shown.eval_on_selector(selector, COLOURS)
            assert contrast(colour, paper) >= 4.5, (scheme, selector)
        luminance[scheme] = relative_luminance(shown.eval_on_selector("body", COLOURS)[1])
    assert luminance["dark"] < 0.05 < 0.8 < luminance["light"]


COLOURS = """(one) => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  let under = one;
  while (numbers(getComputedStyle(under).backgroundColor)[3] === 0) under = under.parentElement;
  return [numbers(getComputedStyle(one).color), numbers(getComputedStyle(under).backgroundColor)];
}"""


def relative_luminance(colour: list[float]) -> float:
    """Return the relative luminance as defined by WCAG 2."""
    channels = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: list[float], other: list[float]) -> float:
    light, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_phone(sample, opened) -> None:
    shown = opened(sample, viewport={"width": 360, "height": 720}).page
    for name in ("forward10", "last"):
        shown.click(f"[data-go={name}]")
        assert shown.evaluate("() => document.documentElement.scrollWidth") <= 360
    boxes = [button.bounding_box() for button in shown.locator("nav button").all()]
    assert all(box["height"] >= 40 and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    shown.keyboard.press("/")
    field, steps = shown.locator("#search").bounding_box(), shown.locator("nav").bounding_box()
    assert field["y"] + field["height"] <= steps["y"], "the buttons cover the focused field"
    shown.fill("#search", "best")
    shown.click(".hit >> nth=0")
    assert shown.locator(".line.now").count() == 1


def test_controls_have_names_and_visible_focus(sample, opened) -> None:
    shown = opened(sample).page
    unnamed = shown.evaluate("""() => [...document.querySelectorAll("button, input, [role=region], section")].filter((one) => {
      const by = one.getAttribute("aria-labelledby");
      return !(one.getAttribute("aria-label") || (by && document.getElementById(by)) || one.labels?.length || one.textContent.trim());
    }).map((one) => one.outerHTML)""")
    assert unnamed == []
    seen = []
    for _ in range(20):
        shown.keyboard.press("Tab")
        seen.append(shown.evaluate("""() => [document.activeElement.dataset.go || document.activeElement.id,
          getComputedStyle(document.activeElement).outlineStyle]"""))
    assert {"slider", "forward", "first", "over", "event", "source", "output", "search", "frames"} <= {name for name, _ in seen}
    assert {style for name, style in seen if name} == {"solid"}
    shown.focus("#slider")
    shown.keyboard.press("ArrowRight")
    assert shown.get_attribute("#slider", "aria-valuetext").startswith("event 1 of ")
    shown.wait_for_timeout(400)
    assert shown.text_content("#spoken").startswith("event 1: Line 1 runs next")
    assert shown.get_attribute(".line[data-line='1']", "aria-current") == "step"
    assert shown.url.endswith("#1")


def test_address_contains_the_event(sample, opened) -> None:
    shown = opened(sample).page
    shown.evaluate("() => { location.hash = '#33'; }")
    shown.wait_for_timeout(50)
    check_event(shown, sample, 33)


def test_data_in_the_page_is_inert_and_complete() -> None:
    trace = hostile_trace()
    text = page(trace)
    data = re.search(r'<script id="trace" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert data is not None and data[1].isascii() and not re.search(r"[<\n\r]", data[1])
    assert json.loads(data[1]) == page_data(trace)
    assert text.count("<script") == text.count("</script") == 2
    assert json.loads(as_inert_json(HOSTILE)) == HOSTILE


def test_frame_in_another_document(sample, chromium, tmp_path) -> None:
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body>{page_frame(sample)}<script>window.secret = 1</script>", encoding="utf-8")
    opened = RecordedPage(chromium, path)
    frame = opened.page.frames[1]
    frame.press("#event", "End")
    frame.fill("#event", "3")
    frame.press("#event", "Enter")
    check_event(frame, sample, 3)
    opened.page.wait_for_timeout(500)  # the address of a page in a file is updated after 400 ms
    assert opened.console_messages == []
    with pytest.raises(Exception, match="cross-origin"):
        frame.evaluate("parent.secret")
    opened.close()


def test_page_too_large_for_a_notebook(sample) -> None:
    large = replace(sample, stdout="x" * 5_000_000)
    assert page_frame(large).startswith("<p>The page of this trace has 5.1 MB, too much for a notebook")


def test_write_and_show_page(sample, tmp_path) -> None:
    assert write_page(sample, tmp_path / "run.html") == tmp_path / "run.html"
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == page(sample)
    browser, shown = tmp_path / "browser", tmp_path / "shown"
    browser.write_text(f"#!/bin/sh\nprintf %s \"$1\" > {shown}\n")
    browser.chmod(0o755)
    script = "import statecode; from statecode.views.page import show_page; show_page(statecode.trace('x = 1'))"

    def stderr_with(browser: object) -> str:
        environment = {**os.environ, "BROWSER": str(browser), "TMPDIR": str(tmp_path), "PATH": "", "DISPLAY": ""}
        return subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True).stderr

    assert stderr_with(browser) == ""
    opened = Path(shown.read_text().removeprefix("file://"))
    assert opened.parent == tmp_path and opened.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    missing = stderr_with(tmp_path / "absent")
    assert re.fullmatch(rf"no browser found; the page is {tmp_path}/statecode_\w+.html\n", missing)
