"""Algorithms on texts."""

from __future__ import annotations

from statecode.programs.generated.algorithms.base import Algorithm, a_text
from statecode.programs.generated.words import WORDS_OF

TEXTS = (
    Algorithm(
        ("is_balanced", "check_brackets", "balanced"),
        "text",
        (
            """
        stack = []
        pairs = {')': '(', ']': '[', '}': '{'}
        for ch in text:
            if ch in '([{':
                stack.append(ch)
            elif ch in pairs:
                if not stack or stack.pop() != pairs[ch]:
                    return False
        return not stack
        """,
            """
        depth = 0
        for ch in text:
            if ch == '(':
                depth += 1
            elif ch == ')':
                depth -= 1
            if depth < 0:
                return False
        return depth == 0
        """,
        ),
        a_text("(())", "([)]", "(a(b)c)", "())(", "{[]}", "", "((", "x(y)", "[()]", ")("),
        lambda text: 8 + 6 * len(text),
        "brackets",
        (("text", "s", "line"), ("ch", "c", "symbol")),
    ),
    Algorithm(
        ("run_length", "encode", "compress"),
        "text",
        (
            """
        result = ''
        i = 0
        while i < len(text):
            count = 1
            while i + count < len(text) and text[i + count] == text[i]:
                count += 1
            result += text[i] + str(count)
            i += count
        return result
        """,
            """
        runs = []
        for ch in text:
            if runs and runs[-1][0] == ch:
                runs[-1][1] += 1
            else:
                runs.append([ch, 1])
        return runs
        """,
        ),
        a_text("aaabb", "abc", "wwwwb", "aabbaa", "zzz", "aab", "", "mississippi"),
        lambda text: 8 + 7 * len(text),
        "run-length encoding",
        (("text", "s", "word"),),
    ),
    Algorithm(
        ("are_anagrams", "is_anagram", "same_letters"),
        "a, b",
        (
            "return sorted(a) == sorted(b)",
            """
        if len(a) != len(b):
            return False
        for ch in a:
            if a.count(ch) != b.count(ch):
                return False
        return True
        """,
            """
        counts = {}
        for ch in a:
            counts[ch] = counts.get(ch, 0) + 1
        for ch in b:
            counts[ch] = counts.get(ch, 0) - 1
        return all(n == 0 for n in counts.values())
        """,
        ),
        lambda w: w.pick(
            (
                ("tea", "eat"),
                ("stop", "post"),
                ("cat", "act"),
                ("ab", "abc"),
                ("rat", "car"),
                ("moon", "noon"),
                ("dusty", "study"),
                ("listen", "silent"),
            )
        ),
        lambda a, b: 16 + 2 * len(a) + 7 * len(b),
        "",
        (("a", "first", "word"), ("b", "second", "other")),
        lambda a, b: sorted(a) == sorted(b),
    ),
    Algorithm(
        ("common_prefix", "longest_prefix"),
        "words",
        (
            """
        prefix = words[0]
        for word in words[1:]:
            while not word.startswith(prefix):
                prefix = prefix[:-1]
        return prefix
        """,
        ),
        lambda w: (
            w.pick(
                (
                    ["flower", "flow", "flight"],
                    ["car", "cat", "cable"],
                    ["dog", "dove"],
                    ["test", "team"],
                    ["a", "ab"],
                    ["sun", "moon"],
                    ["interval", "internet"],
                )
            ),
        ),
        lambda words: 8 + 5 * len(words[0]),
        "",
        (("prefix", "common", "start"),),
    ),
    Algorithm(
        ("roman_to_int", "from_roman"),
        "text",
        (
            """
        values = {'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100}
        total = 0
        for i, ch in enumerate(text):
            value = values[ch]
            if i + 1 < len(text) and values[text[i + 1]] > value:
                total -= value
            else:
                total += value
        return total
        """,
        ),
        a_text("XIV", "IX", "LXII", "CXL", "III", "VII", "XC", "I"),
        lambda text: 8 + 5 * len(text),
        "roman numerals",
        (("text", "numeral", "s"),),
    ),
    Algorithm(
        ("edit_steps", "hamming", "differences"),
        "a, b",
        (
            """
        count = 0
        for x, y in zip(a, b):
            if x != y:
                count += 1
        return count
        """,
        ),
        lambda w: tuple(w.sample(("stone", "stove", "score", "house", "horse", "mouse"), 2)),
        lambda a, b: 6 + 3 * len(a),
        "",
    ),
    Algorithm(
        ("word_count", "count_words"),
        "words",
        (
            """
        counts = {}
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        """,
        ),
        lambda w: ((words := w.sample(WORDS_OF["fruits"], w.length(2, 4))) + words[: w.between(1, 2)],),
        lambda words: 14 + 4 * len(words),
        "most frequent first",
    ),
)
