"""Load the rows of the tasks of lm-evaluation-harness. The harness calls `load`; nothing else imports this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets


def load(**_: Any) -> Any:
    """Return the rows of rows.jsonl as the split `test`."""
    return datasets.load_dataset("json", data_files={"test": str(Path(__file__).with_name("rows.jsonl"))})
