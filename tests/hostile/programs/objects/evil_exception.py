# must: ok | tracer_error
# stdout: caught
# runs: trusted
class Evil(Exception):
    def __str__(self):
        raise SystemExit

    def __repr__(self):
        raise SystemExit

    @property
    def args(self):
        raise SystemExit


try:
    raise Evil
except Exception:
    print("caught")
