# must: timeout | event_limit
# runs: trusted


class Bad(Exception):
    def __str__(self):
        while True: pass  # noqa: E701


raise Bad
