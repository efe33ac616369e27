# must: timeout | ok
# runs: trusted
class Evil(Exception):
    def __str__(self):
        while True: pass  # noqa: E701


try:
    raise Evil
except Exception:
    pass
