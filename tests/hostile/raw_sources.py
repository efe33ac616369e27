"""Hostile programs whose sources are invalid text or too large for files of the repository.

`RAW_SOURCES` maps the name of a program to its expectation lines and its source. A source of type bytes is decoded like
a program file; a source of type str is passed to the interpreter unchanged.
"""

from __future__ import annotations

_COMPILE_ERROR = "# must: compile_error\n# runs: trusted\n"
_DEEP = "# must: ok | compile_error | exception | memory | killed SIGSEGV | timeout | event_limit\n# runs: trusted\n"
_OK = "# must: ok\n# runs: trusted\n"
_PRINTS_3 = "# must: ok\n# stdout: 3\n# runs: trusted\n"

RAW_SOURCES: dict[str, tuple[str, bytes | str]] = {
    # texts: encodings, line ends, control characters
    "texts/empty": (_OK, b""),
    "texts/only_a_line_end": (_OK, b"\n"),
    "texts/only_a_comment": (_OK, b"# nothing"),
    "texts/nul_in_the_source": (_COMPILE_ERROR, b"x = 1\n\x00\nprint(x)\n"),
    "texts/nul_in_a_literal": (_COMPILE_ERROR, b"x = 'a\x00b'\n"),
    "texts/not_utf_8": (_COMPILE_ERROR, b"x = 1\nname\xff = 2\n"),
    "texts/not_utf_8_in_a_comment": (
        "# must: ok | compile_error\n# runs: trusted\n", b"x = 1  # \xe9\xff\nprint(3)\n"),
    "texts/latin_1_with_its_cookie": (
        "# must: ok\n# stdout: \xe9\n# runs: trusted\n", b"# -*- coding: latin-1 -*-\nprint('\xe9')\n"),
    "texts/unknown_cookie": (
        "# must: ok | compile_error\n# runs: trusted\n", b"# -*- coding: no-such-encoding -*-\nprint(3)\n"),
    "texts/cookie_that_is_no_text": (
        "# must: exception NameError | compile_error\n# runs: trusted\n", b"# coding: rot13\ncevag(3)\n"),
    "texts/cookie_that_lies": ("# must: ok | compile_error\n# runs: trusted\n", b"# coding: ascii\nprint('\xc3\xa9')\n"),
    "texts/byte_order_mark": (_PRINTS_3, b"\xef\xbb\xbfprint(3)\n"),
    "texts/two_byte_order_marks": (_COMPILE_ERROR, b"\xef\xbb\xbf\xef\xbb\xbfprint(3)\n"),
    "texts/utf_16": (_COMPILE_ERROR, "print(3)\n".encode("utf-16")),
    "texts/windows_line_ends": (_PRINTS_3, b"x = 1\r\nif x:\r\n    x = 3\r\nprint(x)\r\n"),
    "texts/old_line_ends": (_PRINTS_3, b"x = 1\rif x:\r    x = 3\rprint(x)\r"),
    "texts/mixed_line_ends": (_PRINTS_3, b"x = 1\r\nif x:\r    x = 3\nprint(x)"),
    "texts/line_ends_in_a_literal": ("# must: ok\n# stdout: 'a\\\\nb'\n# runs: trusted\n", b"print(repr('''a\r\nb'''))\r\n"),
    "texts/form_feeds": (_PRINTS_3, b"x = 3\n\x0c\nprint(x)\n\x0c"),
    "texts/end_of_file_mark": (_COMPILE_ERROR, b"print(3)\n\x1a"),
    "texts/tabs_and_spaces": (_COMPILE_ERROR, b"if 1:\n        x = 1\n\ty = 2\n"),
    "texts/other_line_separators": (_PRINTS_3, "x = 3  # \u2028 \x85 \x0b\nprint(x)\n"),
    "texts/names_in_other_letters": (
        "# must: ok\n# stdout: 3\n# recorded: file = 3\n# runs: trusted\n", "\ufb01le = 3\nprint(file)\n"),
    "texts/lone_surrogate": (_COMPILE_ERROR, "x = '\ud800'\n"),
    "texts/lone_surrogate_in_a_comment": (_COMPILE_ERROR, "x = 1  # \udcff\n"),
    "texts/endless_line": (
        "# must: ok | event_limit trace_bytes | output_limit\n# runs: trusted\n", "x = '" + "x" * 2_000_000 + "'\n"),
    "texts/many_lines": ("# must: event_limit events | timeout\n# runs: trusted\n", "x = 1\n" * 20_000),
    "texts/huge_literal": (_COMPILE_ERROR, "x = 1" + "0" * 10_000 + "\n"),
    "texts/unfinished": (_COMPILE_ERROR, "print('''\n" * 5),
    "texts/future_of_its_own": (_COMPILE_ERROR, "x = 1\nfrom __future__ import braces\n"),
    "texts/return_outside": (_COMPILE_ERROR, "return 1\n"),
    "texts/warning_of_the_compiler": (
        "# must: ok\n# complains: SyntaxWarning\n# stdout: 3\n# runs: trusted\n", "x = 1 is 1\nprint(3)\n"),
    # recursion: nesting that exceeds limits of the parser or the compiler
    "recursion/parentheses": (_DEEP, "x = " + "(" * 10_000 + ")" * 10_000),
    "recursion/parentheses_just_allowed": ("# must: ok\n# runs: trusted\n", "x = " + "(" * 60 + "1" + ")" * 60),
    "recursion/minuses": (_DEEP, "x = " + "-" * 100_000 + "1"),
    "recursion/inversions": (_DEEP, "x = " + "not " * 50_000 + "1"),
    "recursion/sum": (_DEEP, "x = 1" + " + 1" * 100_000),
    "recursion/attributes": (_DEEP, "x = 1\ny = x" + ".real" * 100_000),
    "recursion/calls": (_DEEP, "x = print" + "()" * 100_000),
    "recursion/lambdas": (_DEEP, "x = " + "lambda: " * 50_000 + "1"),
    "recursion/conditions": (_DEEP, "x = " + "1 if 1 else " * 50_000 + "1"),
    "recursion/branches": (_DEEP, "x = 1\nif x == 0:\n    pass\n" + "elif x == 2:\n    pass\n" * 20_000),
    "recursion/indents": (_COMPILE_ERROR, "".join(" " * depth + "if 1:\n" for depth in range(101)) + " " * 101 + "pass"),
    "recursion/loops": (
        _COMPILE_ERROR, "".join(" " * depth + "while 1:\n" for depth in range(30)) + " " * 30 + "pass\n"),
    "recursion/functions": (
        _DEEP, "".join(" " * depth + f"def f{depth}():\n" for depth in range(95)) + " " * 95 + "pass\n"),
    "recursion/formats": (_DEEP, "x = " + "f'{" * 30 + "1" + "}'" * 30),
    "recursion/comprehensions": (_DEEP, "x = " + "[" * 150 + "1" + " for _ in [1]]" * 150),
    "recursion/patterns": (_DEEP, "match 1:\n    case " + "[" * 5000 + "]" * 5000 + ":\n        pass\n"),
    "recursion/decorators": (_DEEP, "@str\n" * 20_000 + "def f(): pass\n"),
}
