"""The habits of the imagined author of a program, chosen once per program, and the layout that follows from them."""

from __future__ import annotations

from statecode.programs.generated.choices import Choices

ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t"}


class Style:
    """The habits of one author."""

    def __init__(self, choices: Choices) -> None:
        chance = choices.chance
        self.quote = '"' if chance(0.6) else "'"
        self.show = choices.pick(
            ("plain", "plain", "plain", "label", "label", "fstring", "fstring", "equals", "capital")
        )
        self.augments = chance(0.8)  # x += 1 instead of x = x + 1
        self.comments = chance(0.25)
        self.capital_comments = chance(0.4)
        self.blank_lines = chance(0.6)  # between the paragraphs
        self.indent = "  " if chance(0.04) else "    "
        self.blank_around_functions = 1 if chance(0.25) else 2
        self.docstrings = chance(0.15)
        self.hints = chance(0.15)  # type hints in signatures
        self.long_literals = chance(0.15)  # one item per line
        self.has_main = chance(0.12)  # the statements are in a function main

    def quoted(self, text: str) -> str:
        """Return the literal of a string."""
        quote = self.quote
        if quote in text:
            quote = "'" if quote == '"' else '"'
        for character, escape in ESCAPES.items():
            if character in text:
                text = text.replace(character, escape)
        if quote in text:
            text = text.replace(quote, "\\" + quote)
        return f"{quote}{text}{quote}"

    def comment(self, text: str) -> str:
        """Return the line of a comment."""
        return f"# {text[0].upper() + text[1:] if self.capital_comments else text}"

    def layout(self, definitions: list[list[str]], paragraphs: list[list[str]]) -> str:
        """Return the text of a program from its functions and classes and the paragraphs of its other lines."""
        between = ["\n"] if self.blank_lines else []
        lines: list[str] = []
        for definition in definitions:
            lines += definition
            lines += ["\n"] * self.blank_around_functions
        for index, paragraph in enumerate(paragraphs):
            if index:
                lines += between
            lines += paragraph
        text = "".join(line if line == "\n" else f"{line}\n" for line in lines)
        return text if self.indent == "    " else _with_indent(text, self.indent)


def _with_indent(text: str, indent: str) -> str:
    lines = []
    for line in text.split("\n"):
        rest = line.lstrip(" ")
        lines.append(indent * ((len(line) - len(rest)) // 4) + rest)
    return "\n".join(lines)
