# locals() copied, pickled, merged, compared and formatted.
import copy
import json
import pickle


def run(a, b):
    c = [a, b]
    one = copy.copy(locals())
    two = dict(locals(), extra=1)
    three = {**locals()}
    four = pickle.loads(pickle.dumps({k: v for k, v in locals().items() if k in "abc"}))
    text = json.dumps({k: v for k, v in locals().items() if isinstance(v, (int, list))})
    print(sorted(one), sorted(two), sorted(three), four, text)
    a = 9
    print(one["a"], two["a"], three["a"], locals()["a"], locals().get("zzz"))
    return "{a} {b} {c}".format(**locals()), "%(a)s" % locals(), f"{locals()['b']}"


print(run(1, "x"))


def deep():
    inner = {"k": [1]}
    copied = copy.deepcopy(locals())
    inner["k"].append(2)
    return copied, locals()["inner"] is inner


print(deep())


class Config:
    def __init__(self, host, port=80):
        self.__dict__.update(locals())
        del self.self
        later = 1

    def show(self):
        return sorted(self.__dict__.items())


print(Config("h").show())


def call(**kwargs):
    return sorted(kwargs)


def forward(x, y, z=3):
    return call(**locals())


print(forward(1, 2))
