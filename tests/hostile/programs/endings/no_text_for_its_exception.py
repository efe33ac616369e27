# must: exception Bad
# runs: trusted


class Bad(Exception):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__


raise Bad
