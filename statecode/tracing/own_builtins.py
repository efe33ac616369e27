"""A copy of the builtins, for the modules that run in the traced process after the program has started.

The program may replace `len`, `isinstance` and others in the module `builtins`. A module sets its own
`__builtins__ = OWN_BUILTINS` before it defines functions: they then find the original builtins.
"""

from __future__ import annotations

import builtins
from typing import Any

OWN_BUILTINS: dict[str, Any] = dict(vars(builtins))
