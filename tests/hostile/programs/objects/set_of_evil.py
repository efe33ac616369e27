# must: ok | tracer_error
# runs: trusted
class Evil:
    def __lt__(self, other):
        raise SystemExit

    def __repr__(self):
        return "evil"


x = {Evil(), Evil()}
y = {Evil(): 1, Evil(): 2}
