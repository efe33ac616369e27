"""The special tokens of the view `frames`."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, astuple, dataclass
from functools import cached_property


@dataclass(frozen=True)
class Tokens:
    """The special tokens.

    Each token contains one `<`, at its start, and neither a quote nor a backslash. No token is a prefix of another.

    Raises:
        ValueError: a token does not meet these conditions, or has fewer than 3 characters.
    """

    context: str = "<|trace_context_start|>"
    frame: str = "<|frame_sep|>"        # after the source and after each event
    call: str = "<|call_sep|>"
    line: str = "<|line_sep|>"
    ret: str = "<|return_sep|>"
    exception: str = "<|exception_sep|>"
    action: str = "<|action_sep|>"      # between the variables and the line
    arg: str = "<|arg_sep|>"            # before a returned value or an exception, and before further fields
    end: str = "<|end_of_text|>"

    def __post_init__(self) -> None:
        tokens = astuple(self)
        for token in tokens:
            if len(token) < 3 or token.rfind("<") != 0 or '"' in token or "\\" in token:
                raise ValueError(f"token {token!r} must contain one <, at its start, and no quote or backslash")
            if sum(other.startswith(token) for other in tokens) > 1:
                raise ValueError(f"token {token!r} equals another token, or is a prefix of another token")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression that matches any of the tokens."""
        return re.compile(f"({'|'.join(map(re.escape, astuple(self)))})")

    def quoted(self, text: str) -> str:
        """Return `text` as a JSON string that contains none of the tokens."""
        return self.pattern.sub(lambda found: "\\u003c" + found[0][1:], json.dumps(text, ensure_ascii=False))

    def split(self, text: str) -> tuple[str, list[tuple[str, str]]]:
        """Return the text before the first token, and one pair per token: the name of its field, the text after it."""
        before, *parts = self.pattern.split(text)
        names = {token: name for name, token in asdict(self).items()}
        return before, [(names[token], content) for token, content in zip(parts[::2], parts[1::2])]


CWM = Tokens()
"""The tokens of the Code World Model."""
