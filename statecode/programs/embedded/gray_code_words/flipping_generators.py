"""Knuth's troublesome trolls, nearly: each bit is a generator that pokes the next one."""


def troll(bits, i):
    if i == len(bits):
        while True:
            yield None
    lower = troll(bits, i + 1)
    while True:
        flipped = next(lower)
        while flipped is not None:
            yield flipped
            flipped = next(lower)
        bits[i] ^= 1
        yield len(bits) - 1 - i
        flipped = next(lower)
        while flipped is not None:
            yield flipped
            flipped = next(lower)
        yield None


bits = [0] * int(input())
leader = troll(bits, 0)
going = True
while going:
    text = "".join(map(str, bits))
    flip = next(leader)
    going = flip is not None
    print(text, flip if going else "-") if text else print("-")
