"""Use the trace page in a headless Chromium; the expected results come from the trace."""

from __future__ import annotations

import io
import json
import random
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.views.page import as_inert_json, page
from statecode.views.page.data import page_data
from statecode.views.page.highlight import highlighted
from tests.support.browser import RecordedPage, chromium_or_skip

SAMPLE = '''\
def collatz(n):
    """The steps down to 1."""
    while n != 1:
        yield n
        n = n // 2 if n % 2 == 0 else 3 * n + 1

def longest(limit):
    best = (0, 0)
    for start in range(1, limit):
        path = list(collatz(start))
        best = max(best, (len(path), start))
    return best

print("searching 🔍")
best = longest(5)
print(best)
best[2]
'''
HOSTILE = [
    "</script><script>window.harmed = 1</script>", "<!--<script>", "]]>", "\u2028\u2029\x85\x0b\x1c", "{{DATA}}{{SCRIPT}}", "'\"`${1}\\",
    "<img src=x onerror='window.harmed = 2'>", "&lt;b&gt;&amp;", "\u202eevil\u202c", "a\r\nb\nc\rd", "𝒳😀e\u0301", "__proto__", "constructor",
    "<style>*{display:none}</style>", "javascript:window.harmed=3", "http://example.org/x.png", "\0", "</title></textarea></style>",
]
CORPUS = Path(statecode.__file__).parent / "data" / "embedded"
SHIPPED = (
    "async_countdown/gather_tasks", "primes_in_range/chain_of_filters", "staircase_ways_mod/recursion_in_big_stack",
    "account_commands/generator_account", "bank_queue/generator_desks", "anagram_groups/letter_counts",
)
READ_FRAMES = """() => [...document.querySelectorAll("#frames .frame:not(.paused)")].map((frame) => [
  Number(frame.dataset.frame), Number(frame.dataset.thread), frame.querySelector(".function").textContent,
  [...frame.querySelectorAll("tr.variable")].map((row) => [
    row.querySelector(".find").textContent, row.querySelector(".value").textContent]),
])"""
READ_PLACE = """() => ({
  event: Number(document.getElementById("event").value), slider: Number(document.getElementById("slider").value),
  now: Number(document.querySelector(".line.now")?.dataset.line ?? 0), ran: Number(document.querySelector(".line.ran")?.dataset.line ?? 0),
  output: document.querySelector("#output > pre").classList.contains("nothing") ? "" : document.querySelector("#output > pre").textContent,
  changed: [...document.querySelectorAll("tr.changed.variable .find")].map((one) => one.textContent).sort(),
})"""


@pytest.fixture(scope="module")
def sample() -> Trace:
    return statecode.trace(SAMPLE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    yield from chromium_or_skip()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., RecordedPage]]:
    """Return a function that opens pages; check at the end that no page sent a request or logged an error."""
    pages: list[RecordedPage] = []

    def open_page(trace: Trace, **context: Any) -> RecordedPage:
        path = tmp_path / f"page{len(pages)}.html"
        path.write_text(page(trace), encoding="utf-8")
        pages.append(RecordedPage(chromium, path, **context))
        return pages[-1]

    yield open_page
    for one in pages:
        assert one.requests == [one.url]
        assert one.console_messages == []
        one.close()


def read_frames(shown: Any) -> list[tuple[Any, ...]]:
    """Return the frames of the page in the order of `state_at`: by thread, outermost first."""
    frames = [(frame, thread, function, dict(rows)) for frame, thread, function, rows in shown.evaluate(READ_FRAMES)]
    return sorted(reversed(frames), key=lambda frame: frame[1])


def check_event(shown: Any, trace: Trace, k: int) -> None:
    """Check that the page shows the state of the trace at event `k`."""
    event, place = trace.events[k], shown.evaluate(READ_PLACE)
    assert (place["event"], place["slider"]) == (k, k)
    assert read_frames(shown) == [tuple(state) for state in trace.state_at(k)]
    assert place["now"] == event.line
    assert place["ran"] in (event.from_line, 0)
    assert trace.stdout[: event.stdout_end].endswith(place["output"])
    assert place["changed"] == sorted({change.name for change in event.changes if change.name.isidentifier()})


def jump(shown: Any, k: int) -> None:
    shown.fill("#event", str(k))
    shown.press("#event", "Enter")


def test_page_shows_state_of_trace_at_every_event(sample, opened) -> None:
    shown = opened(sample).page
    shown.focus("body")
    for k in range(len(sample.events)):
        check_event(shown, sample, k)
        shown.keyboard.press("ArrowRight")
    for k in reversed(range(len(sample.events))):
        check_event(shown, sample, k)
        shown.keyboard.press("ArrowLeft")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Trace]:
    """Return the longest run of each program in SHIPPED: tasks, threads, deep recursion, generators, comprehensions."""
    found: dict[str, Trace] = {}
    for trace in statecode.read(CORPUS):
        known = found.get(trace.program_id)
        if trace.program_id in SHIPPED and (known is None or len(known.events) < len(trace.events)):
            found[trace.program_id] = trace
    return found


@pytest.mark.parametrize("program_id", SHIPPED)
def test_random_jumps(program_id, shipped, opened) -> None:
    trace = shipped[program_id]
    shown = opened(trace).page
    chosen = random.Random(5).sample(range(len(trace.events)), min(25, len(trace.events)))
    for k in chosen:
        jump(shown, k)
        if shown.locator(".gap").count():
            shown.click(".gap")
        check_event(shown, trace, k)


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


def test_search_lists_changes_of_a_variable(sample, opened) -> None:
    shown = opened(sample).page
    changes = [k for k, event in enumerate(sample.events) if any(change.name == "best" for change in event.changes)]
    shown.keyboard.press("/")
    shown.keyboard.type("best")
    assert shown.inner_text("#found").startswith(f"{len(changes)} changes")
    assert shown.eval_on_selector_all(".hit", "hits => hits.map((hit) => Number(hit.dataset.event))") == changes
    assert "best = (0, 0)" in shown.inner_text(".hit >> nth=0")
    visited = []
    for key in ("Enter", "Enter", "Shift+Enter"):
        shown.keyboard.press(key)
        visited.append(shown.evaluate(READ_PLACE)["event"])
    assert visited == [changes[0], changes[1], changes[0]]
    shown.click(".hit >> nth=-1")
    check_event(shown, sample, changes[-1])
    shown.fill("#search", "8")
    runs = [k for k, event in enumerate(sample.events) if event.line == 8 and event.kind is EventKind.LINE]
    assert shown.eval_on_selector_all(".hit", "hits => hits.map((hit) => Number(hit.dataset.event))") == runs
    shown.fill("#search", "absent")
    assert shown.inner_text("#found") == "no such variable"
    shown.fill("#search", "")
    assert not shown.locator("#hits").is_visible()
    shown.click("text=<module> >> xpath=ancestor::article >> button.find >> nth=0")
    assert shown.input_value("#search") == "best"


def test_a_long_list_of_changes_follows_the_event(opened) -> None:
    trace = statecode.trace("for number in range(700):\n    pass\n")
    shown = opened(trace).page
    shown.fill("#search", "number")
    assert shown.locator(".hit").count() == 60
    jump(shown, len(trace.events) - 30)
    current = int(shown.get_attribute(".hit[aria-current]", "data-event"))
    assert current == max(k for k in range(len(trace.events) - 29) if trace.events[k].changes)


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
        assert read_frames(shown) == [tuple(state) for state in trace.state_at(k)]
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


def test_long_texts_are_shown_in_part(opened) -> None:
    long = "".join(random.Random(1).choices("abcdefgh\n", k=300_000))
    events = [
        Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>", (Change("x", repr(long)),), stdout_end=len(long)),
        Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>", tuple(Change(f"v{n}", str(n)) for n in range(1000)), stdout_end=len(long)),
    ]
    trace = Trace(program_id="p", problem_id="p", input_index=0, code=f"x = '{long[:9000]!r}'\n", stdin=long, stdout=long,
                  status=Status.OK, events=tuple(events))
    shown = opened(trace).page
    assert shown.evaluate("() => document.body.textContent.length - document.getElementById('trace').textContent.length") < 120_000
    shown.click("tr.variable .more")
    assert len(shown.text_content("tr.variable .value")) > 4000
    assert trace.stdout.endswith(shown.text_content("#output > pre"))
    shown.click("#output > .more")
    assert len(shown.text_content("#output > pre")) == 32_000
    shown.keyboard.press("ArrowRight")
    assert shown.locator("tr.variable").count() == 120
    shown.click(".frame > .more")
    (_, _, _, variables), = read_frames(shown)
    assert {name: value for name, value in variables.items() if name != "x"} == {f"v{n}": str(n) for n in range(1000)}


def test_changed_part_of_a_value_is_marked(opened) -> None:
    texts = ["[1, 2, 3]", "[1, 20, 3]", "'😀x'", "'😁x'", "'𝒳😁x'", "'𝒳'", "''"]
    marks = ["", "0", "'😀x'", "😁", "𝒳", "", ""]  # the difference to the previous text; never half a character
    events = tuple(Event(EventKind.LINE, 1, 1, 0, 0, 0, "f", (Change("x", text),)) for text in texts)
    trace = Trace(program_id="", problem_id="", input_index=0, code="", stdin="", status=Status.OK, events=events)
    shown = opened(trace).page
    for text, mark in zip(texts, marks):
        assert shown.text_content(".value") == text
        assert shown.evaluate("() => document.querySelector('.value mark')?.textContent ?? ''") == mark
        shown.keyboard.press("ArrowRight")


@pytest.mark.parametrize(
    ("code", "sentences"),
    [
        ("def f(:\n", ["does not compile", "SyntaxError"]),
        ("import os\nx = 1\nos._exit(3)\n", ["was killed", "The trace is truncated after"]),
        ("n = 0\nwhile True:\n    n += 1\n", ["reached the limit on recorded events", "events: limit on recorded events"]),
        ("print('fine')\n", ["ended normally"]),
    ],
)
def test_end_of_run_and_truncation_are_shown(code, sentences, opened) -> None:
    trace = statecode.trace(code, limits=statecode.Limits(events=300))
    shown = opened(trace).page
    if trace.events:
        shown.click("[data-go=last]")
    assert all(text in shown.inner_text("#now") for text in sentences)
    assert ("trace truncated" in shown.inner_text("#ending")) == (trace.truncation is not None)


def test_address_contains_the_event(sample, opened) -> None:
    shown = opened(sample).page
    shown.evaluate("() => { location.hash = '#33'; }")
    shown.wait_for_timeout(50)
    check_event(shown, sample, 33)


@pytest.mark.parametrize(
    "code",
    [SAMPLE, "", "\n\n", "x = '''a\nb'''\ry = f'{x!r:>{3}} {{}}'\r\n", "def f(:\n  'open\n", "\tx\n y = 1\n", "\f\nclass A: pass # c\n", "'''\u2028😀\n'''; x=1"],
)
def test_highlighting_keeps_every_character(code) -> None:
    lines = ["".join(segments[1::2]) for segments in highlighted(code)]
    assert lines == [line.rstrip("\n") for line in io.StringIO(code, newline=None)]


def test_highlighting_of_one_line() -> None:
    assert highlighted("def f(x): return 'a' # b") == [
        [1, "def", 0, " ", 5, "f", 0, "(x): ", 1, "return", 0, " ", 2, "'a'", 0, " ", 4, "# b"]
    ]


def test_data_in_the_page_is_inert_and_complete() -> None:
    trace = hostile_trace()
    text = page(trace)
    data = re.search(r'<script id="trace" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert data is not None and data[1].isascii() and not re.search(r"[<\n\r]", data[1])
    assert json.loads(data[1]) == page_data(trace)
    assert text.count("<script") == text.count("</script") == 2
    assert json.loads(as_inert_json(HOSTILE)) == HOSTILE


def test_positions_in_stdout_are_javascript_positions() -> None:
    events = tuple(Event(EventKind.LINE, 1, 1, 0, 0, 0, "f", stdout_end=end) for end in range(4))
    trace = Trace(program_id="", problem_id="", input_index=0, code="", stdin="", stdout="a😀b", status=Status.OK, events=events)
    assert page_data(trace)["events"]["stdout"] == [0, 1, 3, 4]


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from statecode.cli import main; sys.exit(main())", "view", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, env={"PYTHONPATH": str(Path(statecode.__file__).parent.parent), "PATH": "/usr/bin:/bin"},
    )


def test_command_writes_page_of_a_file_and_of_a_row(tmp_path) -> None:
    (tmp_path / "prog.py").write_text("print(int(input()) + 1)\n")
    (tmp_path / "in.txt").write_text("41\n")
    done = command("prog.py", "--stdin", "in.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("prog.html: ok, 3 events, ")
    assert '"stdout":"42\\n"' in (tmp_path / "prog.html").read_text(encoding="utf-8")
    assert command(CORPUS, 0, "--out", "row.html", cwd=tmp_path).returncode == 0
    first = next(iter(statecode.read(CORPUS, "train")))
    assert (tmp_path / "row.html").read_text(encoding="utf-8") == page(first)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.py"], "absent.py: cannot be read: No such file or directory"),
        (["."], ".: is a folder; add a row of the corpus: statecode view . 0"),
        (["p.py", "--out", "no/p.html"], "--out no/p.html: cannot be written: No such file or directory"),
        ([".", "0", "--stdin", "p.py"], "--stdin is an option for programs; a row of a corpus already has its input"),
    ],
)
def test_invalid_arguments_are_reported_in_one_line(arguments, message, tmp_path) -> None:
    (tmp_path / "p.py").write_text("")
    done = command(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {message}\n")
