"""statecode: run programs, record how every line changes their state, and train language models on the traces.

    import statecode
    trace = statecode.trace("print(sum(range(3)))")      # run one program in a sandbox
    print(statecode.views.render(trace, "snoop"))        # render the trace as text
    statecode.predict("print(1 + 1)", model="runs/mine") # the trace as a model predicts it, without a run
    with statecode.record() as recording: ...            # record this block; recording.trace is its trace
    pandas.DataFrame(statecode.changes(trace))           # a row for each change of a variable
    for trace in statecode.read("corpus/"): ...          # iterate over the traces of a corpus
    datasets.load_dataset("statecode")                   # load a corpus as a Hugging Face dataset

`import statecode` is fast: the public names are imported from their modules at first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from statecode._version import __version__
from statecode.dataset.hook import install as _install_datasets_hook
from statecode.errors import missing_package_message

if TYPE_CHECKING:
    from statecode.change_rows import changes
    from statecode.corpus import read
    from statecode.dataset.builder import load_dataset
    from statecode.evaluation.prediction import predict
    from statecode.records import Change, Event, EventKind, Limits, Program, Status, Trace
    from statecode.tracing import record, trace

_HOME = {
    "changes": "statecode.change_rows",
    "record": "statecode.tracing",
    "trace": "statecode.tracing",
    "read": "statecode.corpus",
    "load_dataset": "statecode.dataset.builder",
    "predict": "statecode.evaluation.prediction",
    **dict.fromkeys(["Change", "Event", "EventKind", "Limits", "Program", "Status", "Trace"], "statecode.records"),
}
_SUBMODULES = ("corpus", "errors", "programs", "records", "tracing", "views")

__all__ = sorted([*_HOME, *_SUBMODULES])


def __getattr__(name: str) -> Any:
    """Return a public name; import its module at the first use."""
    if name in _HOME:
        try:
            return getattr(importlib.import_module(_HOME[name]), name)
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(missing_package_message(error) or error, name=error.name) from error
    if name in _SUBMODULES:
        return importlib.import_module(f"statecode.{name}")
    raise AttributeError(f"module 'statecode' has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """Add the cell magic %%record to a notebook; IPython calls this for `%load_ext statecode`."""
    importlib.import_module("statecode.tracing.inprocess.cell_magic").load(shell)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


_install_datasets_hook()  # makes datasets.load_dataset("statecode") work, in either import order
