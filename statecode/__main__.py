"""Run the `statecode` command as a process: `statecode`, or `python -m statecode`."""

from typing import NoReturn

from statecode.cli import main
from statecode.entry import end_process


def run() -> NoReturn:
    """Run the command with the arguments of this process, and end the process."""
    end_process(main())


if __name__ == "__main__":
    run()
