"""The steps of an experiment: the commands of all arms and seeds. Equal commands with equal inputs are one step."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from statecode.errors import ConfigError
from statecode.experiments.config import PLACEHOLDER, Experiment, Measure

MAX_NESTING = 20  # of placeholders in the values of others


@dataclass(frozen=True, kw_only=True)  # without slots: they exclude cached properties
class Step:
    """A command with its folder."""

    name: str
    command: str               # with the placeholders {out} and, for each input, {NAME}
    inputs: Mapping[str, Step]
    files: tuple[str, ...]     # hashes of the data files that the command names

    @cached_property
    def id(self) -> str:
        """A hash of the command, of its inputs, and of the files that they name."""
        return _digest(self.name, self.command, *self.files, *(step.id for step in self.inputs.values()))

    @cached_property
    def command_id(self) -> str:
        """A hash of the command and of those of its inputs, which is the same where the files are missing."""
        return _digest(self.name, self.command, *(step.command_id for step in self.inputs.values()))

    @property
    def folder_name(self) -> str:
        """The name of the step's folder: name and id."""
        return f"{self.name}-{self.id}"

    def words(self, folder: Path) -> list[str]:
        """Return the command as a list of words. `folder` contains the folders of all steps."""
        places = {"out": self, **self.inputs}
        return shlex.split(PLACEHOLDER.sub(
            lambda found: shlex.quote(str(folder / places[found[1]].folder_name)), self.command))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """An arm with a seed: the steps that its measures are read from."""

    arm: str
    seed: int
    measured: tuple[tuple[Measure, Step], ...]

    @property
    def id(self) -> str:
        """A hash of what is measured, and of the files that the commands name."""
        return _digest(*(f"{measure} {step.id}" for measure, step in self.measured))

    @property
    def command_id(self) -> str:
        """A hash of what is measured, without the files."""
        return _digest(*(f"{measure} {step.command_id}" for measure, step in self.measured))

    def steps(self) -> list[Step]:
        """Return all steps of the cell, each after its inputs."""
        found: dict[str, Step] = {}

        def add(step: Step) -> None:
            for needed in step.inputs.values():
                add(needed)
            found.setdefault(step.id, step)

        for _, step in self.measured:
            add(step)
        return list(found.values())


def plan(experiment: Experiment) -> list[Cell]:
    """Return the cells of an experiment: for each seed all arms, so that early results compare the arms.

    A step that no measure needs is in no cell.

    Raises:
        ConfigError: a placeholder of a command is unknown, a command needs itself, or cannot be divided into words.
    """
    hashes: dict[Path, str] = {}
    return [_cell(experiment, arm, seed, hashes) for seed in experiment.seeds for arm in experiment.arms]


def steps_of(cells: Iterable[Cell]) -> list[Step]:
    """Return the different steps of several cells, each after its inputs."""
    return list({step.id: step for cell in cells for step in cell.steps()}.values())


def _cell(experiment: Experiment, arm: str, seed: int, hashes: dict[Path, str]) -> Cell:
    expansion = _Expansion(experiment, arm, seed, hashes)
    return Cell(arm=arm, seed=seed, measured=tuple(
        (measure, expansion.step(measure.step, ())) for measure in experiment.measures))


@dataclass
class _Expansion:
    """The steps of one arm and seed."""

    experiment: Experiment
    arm: str
    seed: int
    hashes: dict[Path, str]  # of data files; shared by all arms and seeds, so that each file is read once
    made: dict[str, Step] = field(default_factory=dict)

    def step(self, name: str, users: tuple[str, ...]) -> Step:
        """Return a step. `users` are the steps that need it."""
        if name in users:
            raise ConfigError(f"{self.experiment.name}: the step {name} of the arm {self.arm} needs itself")
        if name not in self.made:
            self.made[name] = self._make(name, (*users, name))
        return self.made[name]

    def _make(self, name: str, users: tuple[str, ...]) -> Step:
        inputs: dict[str, Step] = {}
        values = self.experiment.arms[self.arm]

        def replaced(text: str, depth: int) -> str:
            if depth > MAX_NESTING:
                raise ConfigError(f"{self.experiment.name}: the values of the arm {self.arm} contain each other")

            def value(found: re.Match[str]) -> str:
                key = found[1]
                if key == "out":
                    return "{out}"
                if key == "seed":
                    return str(self.seed)
                if key in values:
                    return replaced(values[key], depth + 1)
                if key not in self.experiment.steps:
                    raise ConfigError(f"{self.experiment.name}: {found[0]}, which {name} needs, is no step and no "
                                      f"variable of the arm {self.arm}")
                inputs[key] = self.step(key, users)
                return found[0]

            return PLACEHOLDER.sub(value, text)

        command = replaced(self.experiment.steps[name], 0)
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise ConfigError(f"{self.experiment.name}: the command of {name}: {error}") from None
        if not words:
            raise ConfigError(f"{self.experiment.name}: the command of {name} is empty")
        return Step(name=name, command=command, inputs=inputs, files=tuple(self._file_hashes(words[1:])))

    def _file_hashes(self, words: list[str]) -> list[str]:
        """Return hashes of the data files among the words of a command, and of the manifests of corpora."""
        places = [path for word in words for path in (Path(word), Path(word, "manifest.json"))]
        files = [path for path in places if path.is_file() and path.suffix != ".py"]
        for path in files:
            if path not in self.hashes:
                self.hashes[path] = _file_hash(path)
        return [self.hashes[path] for path in files]


def _file_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
