from functools import cache

@cache
def d(s, t):
    match s, t:
        case "", rest:
            return len(rest)
        case rest, "":
            return len(rest)
    if s[0] == t[0]:
        return d(s[1:], t[1:])
    return 1 + min(d(s[1:], t), d(s, t[1:]), d(s[1:], t[1:]))

print(d(input(), input()))
