"""Rewrite tests/slow_tests.txt, the list of tests that get the mark `slow`, from measured durations: `make slow-tests`.

    python -m pytest --junitxml=build/durations.xml ...
    python -m tests.support.slow_tests build/durations.xml          # replace the list
    python -m tests.support.slow_tests --add build/durations.xml    # keep it and add to it

The list contains test functions. The cases of a parametrised test count together, with the fixtures that they set up. A
fixture that several tests share counts for the first of them. Therefore measure again without the listed tests, and add
the slow ones with --add.
"""

from __future__ import annotations

import argparse
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from tests.support.paths import ROOT

LIST = ROOT / "tests" / "slow_tests.txt"
MOST_S = 1.0  # seconds that the cases of a test may take together


def listed() -> list[str]:
    """Return the listed test functions, each as path::name."""
    return LIST.read_text(encoding="utf-8").split() if LIST.exists() else []


def durations(report: str) -> Counter[str]:
    """Return the seconds of each test function in a JUnit XML report."""
    seconds: Counter[str] = Counter()
    for case in ElementTree.fromstring(report).iter("testcase"):
        path = case.attrib["classname"].replace(".", "/") + ".py"
        seconds[f"{path}::{case.attrib['name'].partition('[')[0]}"] += float(case.attrib["time"])
    return seconds


def main(argv: list[str] | None = None) -> int:
    """Rewrite the list; print the number of listed tests, and the seconds that the other tests of the report take."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    parser.add_argument("report", type=Path, help="a JUnit XML report of pytest")
    parser.add_argument("--add", action="store_true", help="keep the tests that are listed")
    args = parser.parse_args(argv)
    seconds = durations(args.report.read_text(encoding="utf-8"))
    slow = {name for name, taken_s in seconds.items() if taken_s > MOST_S} | set(listed() if args.add else [])
    LIST.write_text("".join(f"{name}\n" for name in sorted(slow)), encoding="utf-8")
    others_s = sum(taken_s for name, taken_s in seconds.items() if name not in slow)
    print(f"{LIST.relative_to(ROOT)}: {len(slow)} tests; the others of the report take {others_s:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
