# must: exception Bad | tracer_error
# runs: trusted


class Text(str):
    def __getitem__(self, key):
        return 7

    def encode(self, *ignored):
        return 8


class Bad(Exception):
    def __str__(self):
        return Text("strange")


raise Bad
