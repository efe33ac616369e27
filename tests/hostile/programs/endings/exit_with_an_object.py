# must: exception SystemExit
# runs: trusted


class Code:
    def __str__(self):
        raise KeyboardInterrupt

    def __eq__(self, other):
        raise SystemExit


raise SystemExit(Code())
