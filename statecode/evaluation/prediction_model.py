"""The model that predicts runs, and the view that it writes; nothing is loaded."""

from __future__ import annotations

import warnings

from statecode.errors import ConfigError
from statecode.evaluation.trained_view import choose_view
from statecode.files import PACKAGE_FOLDER
from statecode.modeling.hub_names import check_model
from statecode.modeling.run_folder import view_of_run
from statecode.views.partial_texts import check_lossless

SHIPPED_MODEL = PACKAGE_FOLDER / "data" / "interpreter"
"""The model that is used if none is named. The folder is missing as long as no model is part of statecode."""
MAX_EVENTS = 1000
"""Default limit on the events of a predicted run."""
DEFAULT_VIEW = "compact"
"""The view of a model that is no run."""


def choose_model(model: str | None, view: str | None) -> tuple[str, str]:
    """Return the name of the model and the view that it writes; warn if it was trained on another view.

    Args:
        model: a run, a checkpoint folder or a Hub id; None: the model that is part of statecode.
        view: the view; None: that of the run.

    Raises:
        ConfigError: no model is part of statecode, `model` does not exist, or the view is not lossless.
    """
    if model is None:
        if not SHIPPED_MODEL.is_dir():
            raise ConfigError("this version of statecode contains no model; pass --model RUN (in Python: model=RUN), a"
                              " model that `train/pretrain.py --config compact` has trained")
        model = str(SHIPPED_MODEL)
    check_model(model, None)
    if view is None and view_of_run(model) is None:
        view = DEFAULT_VIEW
    view, notice = choose_view(model, view)
    check_lossless(view)
    if notice:
        warnings.warn(notice.removeprefix("note: "), stacklevel=3)
    return model, view
