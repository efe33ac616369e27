"""Keep the mutants that behave differently from their parents, as `statecode build --behaviour-differs` requests.

A pass over the source before the scan compares the mutants. The results are in `behaviour.jsonl` in the folder of the
corpus, a line per mutant, written as soon as it is known. A build that was killed continues after the last line. Later
passes over the source, the scan and the plan of the shards, read these results and yield the remaining programs only.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from statecode.corpus.behaviour import ComparisonTask, Family
from statecode.corpus.config import BuildConfig, package_versions
from statecode.corpus.folder import BEHAVIOUR, CorpusFolder
from statecode.corpus.plan import Fingerprint, ProgramStream
from statecode.corpus.pool import Lost, WorkerPool
from statecode.corpus.worker import Done, WorkerConfig
from statecode.errors import ConfigError, CorpusError, TracingError
from statecode.files import write_bytes
from statecode.progress import print_above_bars, progress_bar
from statecode.records import Program

MUTANTS_PER_TASK = 16  # the most comparisons that an interruption can cost per worker
_LINE_BYTES = 256      # more than a line of a build has


def mutation_parent(program: Program) -> Program | None:
    """Return the parent of a mutant, with the inputs of the mutant; None if the program is no mutant."""
    from statecode.programs.mutated.mutation import mutation_of, parent_code

    mutation = mutation_of(program)
    code = None if mutation is None else parent_code(program, mutation)
    if mutation is None or code is None:
        return None
    return replace(program, program_id=mutation.parent, code=code, expected_outputs=None, label=None, metadata=None)


def with_mutants_required(source: ProgramStream) -> ProgramStream:
    """Return a source of the same programs; the iteration ends with a ConfigError if none of them is a mutant."""

    def programs() -> Iterator[Program]:
        found = False
        for program in source.open():
            found = found or mutation_parent(program) is not None
            yield program
        if not found:
            raise ConfigError(
                f"--behaviour-differs compares mutants with their parents, and {source.name} has no mutants; "
                "pass --programs mutated:SOURCE"
            )

    return replace(source, open=programs)


class BehaviourFile:
    """The file with the result of each comparison, which survives the end of the process at any moment.

    Use it as a context manager. A line has a hash of the mutant and of the settings of its runs, so that other settings
    find no result. Its memory grows by about 100 bytes per mutant.

    Raises:
        CorpusError: the file cannot be opened, or a line is damaged.
    """

    def __init__(self, folder: CorpusFolder, config: BuildConfig) -> None:
        self._folder = folder
        settings = [config.options.settings(), package_versions(config.options.allow_packages), sys.version_info[:2]]
        self._settings = json.dumps(settings, sort_keys=True).encode()
        self._differs: dict[bytes, bool] = {}
        self._file = _open(folder)
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> BehaviourFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def key(self, mutant: Program) -> bytes:
        """Return the key of a mutant: it depends on all its fields, and on the settings of the runs."""
        fingerprint = Fingerprint()
        fingerprint.add(mutant)
        return hashlib.sha256(self._settings + fingerprint.hexdigest().encode()).digest()[:16]

    def differs(self, mutant: Program) -> bool | None:
        """Return True if the mutant differs from its parent, False if not, None if they have not been compared."""
        return self._differs.get(self.key(mutant))

    def append(self, results: Mapping[bytes, bool]) -> None:
        """Write the results of some mutants, key → True if it differs.

        Raises:
            CorpusError: the file cannot be written.
        """
        lines = [json.dumps({"mutant": key.hex(), "differs": differs}) + "\n" for key, differs in results.items()]
        try:
            write_bytes(self._file.fileno(), "".join(lines).encode())
        except OSError as error:
            raise CorpusError(self._folder.write_error_message(BEHAVIOUR, error)) from None
        self._differs.update(results)

    def _read(self) -> None:
        """Read the results of an earlier build, and remove a last line that it has not completed."""
        self._file.seek(0)
        end = 0
        for number, line in enumerate(iter(lambda: self._file.readline(_LINE_BYTES), b""), start=1):
            if not line.endswith(b"\n") and len(line) < _LINE_BYTES:
                self._file.truncate(end)
                break
            end += len(line)
            try:
                row = json.loads(line)
                key, differs = bytes.fromhex(row["mutant"]), row["differs"]
                if type(differs) is not bool:
                    raise TypeError
            except (ValueError, KeyError, TypeError, RecursionError):
                path = self._folder.path / BEHAVIOUR
                raise CorpusError(f"{path}:{number}: not a line of a build; remove the file, and run again") from None
            self._differs[key] = differs


def _open(folder: CorpusFolder) -> BinaryIO:
    """Open the file of results for reading and appending.

    Raises:
        CorpusError: the file cannot be opened, or is not a regular file of this folder alone.
    """
    path = folder.path / BEHAVIOUR
    try:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        fd = os.open(path, flags, 0o666)
    except OSError as error:
        raise CorpusError(folder.write_error_message(BEHAVIOUR, error)) from None
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(fd)
        raise CorpusError(f"{path}: is a special file or a hard link; remove it, and run again")
    return open(fd, "ab+")


def compare_mutants(
    source: ProgramStream, folder: CorpusFolder, worker_config: WorkerConfig, config: BuildConfig, *, programs: int,
    progress: bool,
) -> None:
    """Compare each mutant of a source with its parent, unless an earlier build has compared it.

    Args:
        programs: number of programs of the source, for the progress bar.

    Raises:
        CorpusError: the results cannot be written.
        TracingError: some mutants cannot be compared.
    """
    with (
        BehaviourFile(folder, config) as file,
        progress_bar(None, "comparing", "programs", total=programs, shown=progress) as bar,
        WorkerPool(config.workers, worker_config) as pool,
    ):
        for task, report in pool.run(_tasks(source, file, bar)):
            assert isinstance(task, ComparisonTask)
            if isinstance(report, Done):
                mutants = [mutant for family in task.families for mutant in family.mutants]
                file.append(dict(zip(map(file.key, mutants), report.differs, strict=True)))
                bar.update(len(mutants))
            elif isinstance(report, Lost):
                next_step = "given up" if report.final else "tried again"
                print_above_bars(f"{task.name}: {report.reason}; {next_step}", sys.stderr)
                if report.final:
                    raise TracingError(f"{task.name} could not be compared ({report.reason}); run the command again")


def _tasks(source: ProgramStream, file: BehaviourFile, bar: Any) -> Iterator[ComparisonTask]:
    """Yield the tasks of the mutants without a result. The other programs are counted in `bar`."""
    families: list[Family] = []
    waiting = number = 0
    for program in source.open():
        parent = mutation_parent(program)
        if parent is None or file.differs(program) is not None:
            bar.update(1)
            continue
        if families and families[-1].parent == parent:
            families[-1] = Family(parent, (*families[-1].mutants, program))
        else:
            families.append(Family(parent, (program,)))
        waiting += 1
        if waiting == MUTANTS_PER_TASK:
            yield _task(number, families)
            number, waiting, families = number + 1, 0, []
    if families:
        yield _task(number, families)


def _task(number: int, families: list[Family]) -> ComparisonTask:
    return ComparisonTask(f"mutants of {families[0].parent.program_id} (task {number})", tuple(families))


class KeptPrograms:
    """The programs of a source without the mutants that behave as their parents.

    Attributes:
        stream: the remaining programs.
        mutants, dropped: the numbers of all mutants and of the dropped ones in the last complete pass over `stream`.
    """

    def __init__(self, source: ProgramStream, folder: CorpusFolder, config: BuildConfig) -> None:
        self._source, self._folder, self._config = source, folder, config
        self.mutants = self.dropped = 0
        self.stream = replace(source, open=self._open)

    def _open(self) -> Iterator[Program]:
        mutants = dropped = kept = 0
        with BehaviourFile(self._folder, self._config) as file:
            for program in self._source.open():
                differs = file.differs(program)
                if differs is None and mutation_parent(program) is not None:
                    raise CorpusError(f"{self._source.name}: the programs changed while they were read; build again")
                mutants += differs is not None
                if differs is False:
                    dropped += 1
                else:
                    kept += 1
                    yield program
        self.mutants, self.dropped = mutants, dropped
        if not kept:
            raise CorpusError(
                f"{self._source.name}: all {mutants:,} mutants behave as their parents; raise --mutants, or leave out "
                "--behaviour-differs"
            )
