"""Checks and error messages of names that the user passes: folders, or ids on the Hugging Face Hub such as owner/name.

A name that cannot be a Hub id is rejected without a request to the Hub. Other names that are no folder cost one
request: the libraries that load them try an unreachable Hub for half a minute. This module imports no torch.
"""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import constants

from statecode.errors import ConfigError

MODEL_HINT = "pass a finished run, a checkpoint folder or a Hub id such as owner/name"
TOKENIZER_HINT = "pass a finished run or a folder that train/tokenizer.py created"
TIMEOUT_S = 10  # of the request to the Hub
_OFFLINE = "no copy from the Hub is in the cache, and HF_HUB_OFFLINE is set"


def check_model(name: str, gguf_file: str | None = None) -> None:
    """Check that there is a model of this name, as far as this is known before it is loaded.

    Args:
        gguf_file: the GGUF file in `name` that contains the weights; None: other formats.

    Raises:
        ConfigError: there is no such folder or Hub id, or the folder has no config.json.
    """
    if reason := missing_reason(name):
        raise ConfigError(f"{reason}; {MODEL_HINT}")
    folder = Path(name)
    if folder.is_dir() and not gguf_file and not (folder / "config.json").is_file():
        # transformers 4 would derive the architecture from the name of the folder.
        unfinished = (folder / "run.json").is_file()
        hint = "the run is not finished, start its command again" if unfinished else MODEL_HINT
        raise ConfigError(f"no model in {name}: config.json is missing; {hint}")


def check_tokenizer(name: str) -> None:
    """Check that there is a folder or Hub id of this name, from which a tokenizer can be loaded.

    Raises:
        ConfigError: there is none.
    """
    if reason := missing_reason(name):
        raise ConfigError(f"no tokenizer: {reason}; {TOKENIZER_HINT}")


def check_needs_no_code(name: str, file: str, error: Exception) -> None:
    """Raise ConfigError if transformers raised `error` because a checkpoint needs code of its own.

    Args:
        name: the folder or Hub id of the checkpoint.
        file: the file of the checkpoint that names the code.
    """
    if "trust_remote_code" in str(error):
        raise ConfigError(f"{name}/{file}: auto_map names code of the checkpoint, and statecode executes none; choose a"
                          " checkpoint that transformers supports without it") from error


def missing_reason(name: str, repo_type: str = "model") -> str | None:
    """Return the reason why there is neither a folder nor a Hub id of this name; None if there may be one.

    Args:
        repo_type: the kind of the repository on the Hub: model or dataset.
    """
    if reason := invalid_name_reason(name):
        return reason
    reason = None if Path(name).is_dir() else unavailable_reason(name, repo_type)
    return f"no such folder: {name}; {reason}" if reason else None


def unavailable_reason(name: str, repo_type: str = "model") -> str | None:
    """Return the reason why the repository `name` of the Hub cannot be loaded; None if it may be possible.

    A repository that is not in the local cache costs one request.
    """
    if _is_cached(name, repo_type):
        return None
    return _OFFLINE if constants.HF_HUB_OFFLINE else _missing_on_hub_reason(name, repo_type)


def invalid_name_reason(name: str) -> str | None:
    """Return the reason why `name` is neither a folder nor a possible Hub id; None if it is a folder or possible id."""
    path = Path(name)
    if path.is_dir():
        return None
    if path.is_file():
        return f"{name} is a file, not a folder"
    if name.startswith((".", "/", "~")) or name.endswith("/") or name.count("/") > 1 or not name.strip():
        return f"no such folder: {name}"
    return None


def not_found_message(name: str, error: Exception) -> str:
    """Return the error message for a `name` that is no folder and was not found on the Hub or in its local cache.

    Args:
        error: the exception that the library raised.
    """
    if constants.HF_HUB_OFFLINE:
        return f"no such folder: {name}; {_OFFLINE}"
    return f"no such folder: {name}; the Hub does not have it: {first_line(error)}"


def first_line(error: Exception, limit: int = 200) -> str:
    """Return the first line of an exception's message.

    A first line that ends with a colon only announces the next lines; then all lines are joined. If the message is
    empty, the name of the exception's type is returned. A text of more than `limit` characters is shortened.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    text = " ".join(lines) if lines[0].endswith(":") else lines[0]
    return text if len(text) <= limit else f"{text[:limit]}..."


def _is_cached(name: str, repo_type: str) -> bool:
    """Return True if the local cache of the Hub contains files of this id."""
    return Path(constants.HF_HUB_CACHE, f"{repo_type}s--{name.replace('/', '--')}").is_dir()


def _missing_on_hub_reason(name: str, repo_type: str) -> str | None:
    from huggingface_hub import HfApi  # slow to import, and not needed for a folder
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError, RepositoryNotFoundError

    try:
        HfApi().repo_info(name, repo_type=repo_type, timeout=TIMEOUT_S)
    except GatedRepoError:
        return None  # the library that loads it explains how to gain access
    except (RepositoryNotFoundError, HFValidationError):
        return "the Hub does not have it"
    except HfHubHTTPError:
        return None  # an error of the server, which may be gone at the next request
    except Exception as error:  # of the HTTP client, which differs between versions of huggingface_hub
        return f"the Hub cannot be reached ({first_line(error)})"
    return None
