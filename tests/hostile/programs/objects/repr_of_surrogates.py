# must: ok
# runs: trusted
class Evil:
    def __repr__(self):
        return "\ud800\udfff\x00\n\r\x1b[2J\u2028"


x = Evil()
