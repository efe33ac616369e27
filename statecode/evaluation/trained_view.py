"""The view with which a model is evaluated: by default the one on whose texts it was trained."""

from __future__ import annotations

from statecode.modeling.run_folder import view_of_run
from statecode.views import VIEWS

DEFAULT_VIEW = "snoop"


def choose_view(model: str, requested: str | None) -> tuple[str, str | None]:
    """Return the view of the texts on which `model` is evaluated, and a line for the user if it is not the trained one.

    Args:
        model: a run, a checkpoint folder or a Hub id.
        requested: the value of --config; None: the view of the run, or DEFAULT_VIEW if `model` is no run or was not
            trained on a view.
    """
    trained = view_of_run(model)
    if trained is None:
        return requested or DEFAULT_VIEW, None
    name, version = trained
    if requested not in (None, name):
        return requested, f"note: {model} was trained on the view {name} and is evaluated on {requested}"
    if name in VIEWS and VIEWS[name].version != version:
        return name, (f"note: {model} was trained on version {version} of the view {name} and is evaluated on version"
                      f" {VIEWS[name].version}")
    return name, None
