"""The names of the views whose texts are divided into segments."""

from __future__ import annotations

from statecode.views import VIEWS, module_of

VIEWS_WITH_SEGMENTS = [name for name, view in VIEWS.items() if view.is_text and hasattr(module_of(name), "segments")]
