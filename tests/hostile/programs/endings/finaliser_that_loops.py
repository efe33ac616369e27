# must: timeout | event_limit
# runs: trusted


class Last:
    def __del__(self):
        while True: pass  # noqa: E701


last = Last()
