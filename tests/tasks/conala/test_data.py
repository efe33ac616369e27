"""Test CoNaLa's data and metrics against known counts and scores."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from statecode.errors import InputError
from statecode.tasks.conala import data as conala
from statecode.tasks.conala.bleu import corpus_bleu, tokenize_conala
from statecode.tasks.conala.metrics import parses, score_snippets


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


def test_the_tokenisation_is_the_official_one() -> None:
    # Computed by hand from the five steps of tokenize_for_bleu_eval.
    assert tokenize_conala("getName('a_b') == \"x1\"") == ["get", "Name", "(", "`", "a_b", "`", ")", "=", "=", "`", "x1", "`"]
    assert tokenize_conala("HTTPServer\n\t.x") == ["HTTPServer", ".", "x"]
    assert tokenize_conala("  ") == []


def test_bleu_of_an_example_computed_by_hand() -> None:
    # Hypothesis of 4 tokens, reference of 5. 1-grams 4/4, 2-grams 2/3, 3-grams 1/2, 4-grams 0/1: no 4-gram matches, so 0.
    assert corpus_bleu([list("abcde")], [list("abce")]).score == 0
    # Sums over the corpus: 1-grams 8/8, 2-grams 5/6, 3-grams 3/4, 4-grams 1/2; lengths 8 and 9.
    bleu = corpus_bleu([list("abcde"), list("wxyz")], [list("abce"), list("wxyz")])
    assert bleu.precisions == (1.0, 5 / 6, 3 / 4, 1 / 2)
    assert bleu.brevity_penalty == pytest.approx(2.718281828459045 ** (1 - 9 / 8))
    assert bleu.score == pytest.approx(100 * (5 / 6 * 3 / 4 / 2) ** 0.25 * bleu.brevity_penalty)


def test_repeated_words_are_clipped() -> None:
    # Papineni et al. 2002, section 2.1: "the the the the the the the" has a modified unigram precision of 2/7.
    reference = "the cat is on the mat".split()
    assert corpus_bleu([reference], ["the".split() * 7]).precisions[0] == pytest.approx(2 / 7)


def test_bleu_bounds() -> None:
    words = [list("abcdef")]
    assert corpus_bleu(words, words).score == pytest.approx(100)
    assert corpus_bleu(words, [[]]).score == 0
    with pytest.raises(ValueError):
        corpus_bleu(words, [])


def test_bleu_agrees_with_sacrebleu_on_the_same_tokens(statecode_data: Path) -> None:
    """Compare with sacrebleu, an independent implementation, with its tokenisation and smoothing turned off."""
    sacrebleu = pytest.importorskip("sacrebleu")
    references = [example.snippet for example in conala.load_conala(statecode_data / "conala").test]
    predictions = references.copy()
    random.Random(0).shuffle(predictions)
    predictions[:250] = references[:250]
    ours = corpus_bleu([tokenize_conala(text) for text in references], [tokenize_conala(text) for text in predictions])
    joined = [[" ".join(tokenize_conala(text)) for text in texts] for texts in (predictions, references)]
    theirs = sacrebleu.corpus_bleu(joined[0], [joined[1]], tokenize="none", smooth_method="none", force=True)
    assert ours.score == pytest.approx(theirs.score, abs=1e-9) and 50 < ours.score < 80


def test_scores_of_known_predictions() -> None:
    pytest.importorskip("sacrebleu")
    references = ["x = [1, 2, 3]", "print('a')", "d['k'].append(5)", "sorted(x, key=len)"]
    perfect = score_snippets(references, references)
    assert (perfect.bleu_conala, perfect.exact_match, perfect.parses) == (pytest.approx(100), 100, 100)
    mixed = score_snippets(references, ["x = [1, 2, 3]\n", 'print("a")', "d['k'", ""])
    assert mixed.exact_match == 25          # white space at both ends is ignored, different quotes are not
    assert mixed.exact_match_tokens == 50   # CoNaLa's own exact match ignores the kind of quote
    assert mixed.parses == 50
    assert "tok:13a" in mixed.sacrebleu_signature and mixed.bleu_sacrebleu != mixed.bleu_conala


def test_parses() -> None:
    assert parses("x = '\\d'")  # a SyntaxWarning is not an error
    assert not any(map(parses, ["", "# only a comment", "print 'a'", "x = (", "a\x00b"]))
