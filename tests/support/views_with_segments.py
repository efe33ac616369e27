"""The names of the views whose texts are divided into segments."""

from __future__ import annotations

from statecode.views import VIEWS

VIEWS_WITH_SEGMENTS = [name for name, view in VIEWS.items() if view.is_text]
