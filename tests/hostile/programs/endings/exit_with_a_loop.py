# must: exception SystemExit
# runs: trusted


class Code:
    def __eq__(self, other):
        while True: pass  # noqa: E701


raise SystemExit(Code())
