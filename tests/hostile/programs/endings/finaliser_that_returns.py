# must: ok | event_limit
# runs: trusted


class Last:
    def __del__(self):
        global last
        last = Last()


last = Last()
