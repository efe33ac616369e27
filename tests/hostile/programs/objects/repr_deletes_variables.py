# must: any
# runs: trusted
class Evil:
    def __repr__(self):
        globals().pop("y", None)
        globals()["z"] = 1
        return "evil"


y = 1
x = Evil()
y = 2
