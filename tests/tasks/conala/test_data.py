"""Test CoNaLa's data against known counts, and data that cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from statecode.errors import InputError
from statecode.tasks.conala import data as conala


def row(question_id: int, snippet: str, intent: str = "do it", rewritten: str | None = None) -> dict[str, object]:
    return {"question_id": question_id, "intent": intent, "rewritten_intent": rewritten, "snippet": snippet}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [row(number, f"x = {number}") for number in range(40)]
    (tmp_path / "conala-train.json").write_text(json.dumps(rows + rows[:3]))
    (tmp_path / "conala-test.json").write_text(json.dumps([row(99, "x = 1"), row(100, "y", "title", "say y")]))
    return tmp_path


def test_real_files_have_the_known_counts(statecode_data: Path) -> None:
    data = conala.load_conala(statecode_data / "conala")
    assert data.report.train_rows == 2379 and len(data.test) == data.report.test_rows == 500
    assert data.report.duplicates_dropped == 12
    assert data.report.rows_without_rewritten_intent == 79 + 23
    assert set(data.report.snippets_in_both) == {
        "len(s)", "r = requests.get(url)", "writer.writeheader()", "app.run(debug=True)", "datetime.datetime.now()"
    }
    assert len(data.train) + len(data.dev) == 2379 - 12
    assert 150 <= len(data.dev) <= 300


def test_no_question_is_in_two_splits(statecode_data: Path) -> None:
    data = conala.load_conala(statecode_data / "conala")
    train, dev, test = ({example.question_id for example in part} for part in (data.train, data.dev, data.test))
    assert not train & dev and not train & test and not dev & test


def test_the_dev_split_is_the_same_everywhere() -> None:
    chosen = [question for question in range(100) if conala.in_dev(question)]
    assert chosen == [4, 9, 18, 24, 42, 45, 56, 57, 69, 71, 78, 80, 87, 90, 94]  # computed with sha256sum(1)


def test_duplicates_are_removed_and_rewritten_intents_are_used(folder: Path) -> None:
    data = conala.load_conala(folder)
    assert data.report.duplicates_dropped == 3 and len(data.train) + len(data.dev) == 40
    assert [example.intent for example in data.test] == ["do it", "say y"]
    assert data.report.snippets_in_both == ("x = 1",)


def test_json_lines_are_read(folder: Path) -> None:
    before = conala.load_conala(folder)
    for name, other in (("conala-train.json", "conala-paired-train.json"), ("conala-test.json", "conala-paired-test.json")):
        rows = json.loads((folder / name).read_text())
        (folder / name).unlink()
        (folder / other).write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    assert conala.load_conala(folder).test == before.test


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[\n{"question_id": 1},\n{oops}]', "conala-train.json:3: invalid JSON"),
        ('{"question_id": 1, "intent": "a", "snippet": "b"}\n{oops}\n', "conala-train.json:2: invalid JSON"),
        ('[{"question_id": 1, "intent": "a"}]', 'row 1: no "snippet" (found: question_id, intent)'),
        ('[{"question_id": 1, "intent": "a", "snippet": null}]', "row 1: intent and snippet must be strings"),
        ("[7]", "row 1: expected an object"),
        ("[]", "no rows"),
        (json.dumps([row(99, "x")]), "1 questions are in both train and test, such as 99"),
    ],
)
def test_errors_name_the_bad_file(folder: Path, content: str, message: str) -> None:
    (folder / "conala-train.json").write_text(content)
    with pytest.raises(InputError) as caught:
        conala.load_conala(folder)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_errors_name_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no conala-train.json in it"):
        conala.load_conala(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        conala.load_conala(tmp_path / "nowhere")


def test_the_default_folder_is_in_statecode_data(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:
    home = tmp_path_factory.mktemp("data")
    (home / "conala").symlink_to(folder)
    monkeypatch.setenv("STATECODE_DATA", str(home))
    assert conala.load_conala().report.source == str(home / "conala")


def test_without_folder_and_network_the_error_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STATECODE_DATA", raising=False)
    environment = dict(os.environ, HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path))
    code = "from statecode.tasks.conala.data import load_conala\ntry: load_conala()\nexcept ValueError as e: print(e)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.count("\n") == 1 and "--conala FOLDER" in done.stdout and "neulab/conala" in done.stdout


class HubHandler(BaseHTTPRequestHandler):
    """Serve two files as the Hub does, without redirects, with an ETag and the commit."""

    files: dict[str, bytes] = {}

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        content = self.files.get(self.path)
        self.send_response(200 if content is not None else 404)
        self.send_header("X-Repo-Commit", conala.HUB_REVISION)
        self.send_header("ETag", f'"{zlib.crc32(content or b""):040x}"')
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if body and content:
            self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


def test_an_unreachable_hub_is_asked_once(tmp_path: Path) -> None:
    environment = dict(
        os.environ, HF_ENDPOINT="http://127.0.0.1:9", HF_HUB_OFFLINE="0", STATECODE_DATA="", HF_HOME=str(tmp_path)
    )  # no server has this port
    code = "from statecode.tasks.conala.data import find_files; find_files()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert "Retrying" not in done.stderr
    assert "InputError: CoNaLa is missing: cannot download neulab/conala: the Hub cannot be reached (" in done.stderr
    assert done.stderr.endswith(" conala-test.json (from conala-corpus.github.io).\n")


def test_files_are_downloaded_from_the_hub(folder: Path, tmp_path_factory) -> None:
    prefix = f"/datasets/{conala.HUB_ID}/resolve/{conala.HUB_REVISION}/data/conala-paired-"
    for split in ("train", "test"):
        rows = json.loads((folder / f"conala-{split}.json").read_text())
        HubHandler.files[f"{prefix}{split}.json"] = "\n".join(map(json.dumps, rows)).encode()
    server = ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = dict(
        os.environ, HF_ENDPOINT=f"http://127.0.0.1:{server.server_port}", HF_HUB_OFFLINE="0", STATECODE_DATA="",
        HF_HOME=str(tmp_path_factory.mktemp("hub")), HF_HUB_DISABLE_XET="1", NO_PROXY="127.0.0.1",
    )
    code = ("from statecode.tasks.conala.data import load_conala; data = load_conala();"
            "print(len(data.test), data.report.duplicates_dropped, data.report.source)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    server.shutdown()
    server.server_close()
    assert done.stdout == "2 3 neulab/conala at fbc749f1c537\n", done.stderr


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("data")
    for name in ("conala-train.json", "conala-test.json"):
        os.symlink(folder / name, other / name)
    with pytest.raises(InputError, match="json: cannot be read: a link that leads out of the folder"):
        conala.load_conala(other)
