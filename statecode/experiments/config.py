"""Read the YAML file of an experiment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError, one_line
from statecode.input_files import read_named

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
PLACEHOLDER = re.compile(r"\{([a-z0-9][a-z0-9_-]*)\}")
OWN_NAMES = ("out", "seed")  # placeholders that no step and no variable can be named after
FILE_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that is read from a file of a step."""

    name: str          # as tables show it, such as "test loss (nats per token)"
    step: str
    file: str          # in the folder of the step
    key: str           # names with points between them, such as "test.loss"; see `results`
    better: str        # "lower" or "higher"
    factor: float = 1  # the number is multiplied by it, such as 100 for percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A question, with the commands that answer it."""

    name: str                          # stem of the file
    question: str
    equal: str                         # what is the same in all arms
    seeds: tuple[int, ...]
    steps: Mapping[str, str]           # name → command with placeholders
    arms: Mapping[str, Mapping[str, str]]  # name → values of placeholders
    measures: tuple[Measure, ...]
    reference: str | None              # the arm that the others are compared with
    note: str                          # what a reader must know of the results; may be empty


def read_experiment(path: Path) -> Experiment:
    """Read an experiment.

    Raises:
        ConfigError: the file cannot be read, or is not an experiment; the message contains the path and the key.
    """
    import yaml

    try:
        data = yaml.safe_load(read_named(path, FILE_BYTES))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; expected the YAML file of an experiment") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        reason = getattr(error, "problem", None) or one_line(error)
        raise ConfigError(f"{place}: not a readable experiment: {reason}") from None
    try:
        return _experiment(path.stem, data)
    except _Invalid as error:
        raise ConfigError(f"{path}: {error}") from None


class _Invalid(Exception):
    """An error in the file; the message contains the key."""


def _experiment(name: str, data: Any) -> Experiment:
    keys = {"question", "equal", "seeds", "steps", "arms", "measures", "reference", "note"}
    _check_keys(data, "the file", keys, keys - {"reference", "note"})
    if not NAME.fullmatch(name):
        raise _Invalid(f"the name of the file has other characters than a-z, 0-9, - and _, or more than 40: {name}")
    seeds = data["seeds"]
    if not isinstance(seeds, list) or not seeds or any(type(seed) is not int for seed in seeds):
        raise _Invalid("seeds: expected a list of integers, such as [0, 1, 2]")
    if len(set(seeds)) < len(seeds):
        raise _Invalid("seeds: a seed is listed twice")
    steps = {step: _text(command, f"steps: {step}") for step, command in _named(data["steps"], "steps").items()}
    arms = {
        arm: {variable: _text(value, f"arms: {arm}: {variable}") for variable, value in
              _named({} if values is None else values, f"arms: {arm}", may_be_empty=True).items()}
        for arm, values in _named(data["arms"], "arms").items()
    }
    reference = data.get("reference")
    if reference is not None and reference not in arms:
        raise _Invalid(f"reference: {reference} is no arm; the arms are {', '.join(arms)}")
    experiment = Experiment(
        name=name, question=_text(data["question"], "question"), equal=_text(data["equal"], "equal"),
        seeds=tuple(seeds), steps=steps, arms=arms, measures=_measures(data["measures"], steps), reference=reference,
        note=_text(data.get("note", ""), "note"),
    )
    _check_names(experiment)
    return experiment


def _measures(data: Any, steps: Mapping[str, str]) -> tuple[Measure, ...]:
    if not isinstance(data, list) or not data:
        raise _Invalid("measures: expected a list")
    measures = []
    for number, entry in enumerate(data, 1):
        place = f"measures: number {number}"
        _check_keys(entry, place, {"name", "step", "file", "key", "better", "factor"},
                    {"name", "step", "file", "key", "better"})
        if entry["step"] not in steps:
            raise _Invalid(f"{place}: there is no step {entry['step']}; the steps are {', '.join(steps)}")
        if entry["better"] not in ("lower", "higher"):
            raise _Invalid(f"{place}: better is lower or higher, not {entry['better']}")
        factor = entry.get("factor", 1)
        if type(factor) not in (int, float):
            raise _Invalid(f"{place}: factor is a number, not {factor}")
        file = _text(entry["file"], f"{place}: file")
        if Path(file).is_absolute() or ".." in Path(file).parts:
            raise _Invalid(f"{place}: file lies in the folder of the step: {file}")
        measures.append(Measure(
            name=_text(entry["name"], f"{place}: name"), step=entry["step"], file=file,
            key=_text(entry["key"], f"{place}: key"), better=entry["better"], factor=factor,
        ))
    if len({measure.name for measure in measures}) < len(measures):
        raise _Invalid("measures: two have the same name")
    return tuple(measures)


def _check_names(experiment: Experiment) -> None:
    for arm, values in experiment.arms.items():
        for name in values:
            if name in experiment.steps or name in OWN_NAMES:
                raise _Invalid(f"arms: {arm}: {name} is also the name of a step, or out or seed; "
                               "each name has one meaning")
    for name in OWN_NAMES:
        if name in experiment.steps:
            raise _Invalid(f"steps: {name} is the name of a placeholder already; each name has one meaning")


def _check_keys(data: Any, place: str, allowed: set[str], needed: set[str]) -> None:
    if not isinstance(data, dict):
        raise _Invalid(f"{place}: expected keys and values")
    for name in data:
        if name not in allowed:
            raise _Invalid(f"{place}: unknown key {name}; the keys are {', '.join(sorted(allowed))}")
    for name in sorted(needed - set(data)):
        raise _Invalid(f"{place}: the key {name} is missing")


def _named(data: Any, place: str, may_be_empty: bool = False) -> dict[str, Any]:
    if not isinstance(data, dict) or not (data or may_be_empty):
        raise _Invalid(f"{place}: expected names with values")
    for name in data:
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise _Invalid(f"{place}: a name has the characters a-z, 0-9, - and _, at most 40: {name}")
    return data


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Invalid(f"{place}: expected a text")
    return str(value).strip()
