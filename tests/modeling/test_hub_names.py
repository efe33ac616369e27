"""Test names that are neither a folder nor a dataset or model on the Hub."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from huggingface_hub import constants  # noqa: E402

from statecode.errors import ConfigError, CorpusError  # noqa: E402
from statecode.modeling.hub_names import check_model, missing_reason  # noqa: E402
from statecode.modeling.models import read_config  # noqa: E402
from statecode.modeling.texts import load_texts  # noqa: E402
from statecode.modeling.tokenizers import load_tokenizer  # noqa: E402


@pytest.mark.parametrize("name", ["./a", "/a", "a/b/c", "a/b/", "~/a"])
def test_a_name_that_cannot_be_a_hub_id_is_a_missing_folder(name: str) -> None:
    for load, error in ((load_texts, CorpusError), (load_tokenizer, ConfigError), (read_config, ConfigError)):
        with pytest.raises(error, match=f"no such folder: {name}; pass") as caught:
            load(name)
        assert "huggingface.co" not in str(caught.value)


def test_offline_an_unknown_hub_id_is_a_missing_folder() -> None:
    for load, error in ((load_texts, CorpusError), (load_tokenizer, ConfigError), (read_config, ConfigError)):
        with pytest.raises(error, match="no such folder: nobody/nothing-here; no copy from the Hub is in the cache") as caught:
            load("nobody/nothing-here")
        assert "\n" not in str(caught.value) and "huggingface.co" not in str(caught.value)


class Hub(BaseHTTPRequestHandler):
    """A Hub without repositories, which counts the requests; it has no answer for the owner `broken`."""

    requests: list[str] = []

    def do_GET(self) -> None:
        if self.path.startswith(("/api/models/", "/api/datasets/")):  # the library asks for other facts too
            self.requests.append(self.path)
        if "broken" in self.path:
            self.send_response(503)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """Start a Hub on this machine, with an empty cache; yield the list of its requests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    Hub.requests.clear()
    yield Hub.requests
    server.shutdown()
    server.server_close()


def test_a_missing_folder_costs_one_request_to_the_hub(hub: list[str]) -> None:
    with pytest.raises(ConfigError, match="^no such folder: runs/nothing; the Hub does not have it; pass a finished run"):
        check_model("runs/nothing")
    assert missing_reason("runs/nothing", "dataset") == "no such folder: runs/nothing; the Hub does not have it"
    assert hub == ["/api/models/runs/nothing", "/api/datasets/runs/nothing"]


def test_an_error_of_the_hub_leaves_the_decision_to_the_library(hub: list[str]) -> None:
    assert missing_reason("broken/model") is None and len(hub) == 1


def test_a_name_in_the_cache_costs_no_request(hub: list[str], tmp_path: Path) -> None:
    (tmp_path / "models--owner--name").mkdir()
    assert missing_reason("owner/name") is None and hub == []


def test_a_hub_that_cannot_be_reached_is_asked_once(hub: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # no server has this port
    reason = missing_reason("runs/nothing")
    assert reason is not None and reason.startswith("no such folder: runs/nothing; the Hub cannot be reached (")


def test_a_folder_without_a_model_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config.json is missing; pass a finished run, a checkpoint folder or a Hub id"):
        check_model(str(tmp_path))
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(ConfigError, match="config.json is missing; the run is not finished, start its command again$"):
        check_model(str(tmp_path))
