# Replace the innermost parentheses by their value until none is left.
import re, sys

def flat(s):
    total, product, sign, op = 0, None, 1, "*"
    for t in re.findall(r"\d+|[-+*/]", s):
        if t.isdigit():
            n = sign * int(t)
            sign = 1
            if product is None:
                product = n
            elif op == "*":
                product *= n
            else:
                product //= n
            fresh = False
        elif product is None or fresh:
            sign = -sign        # a minus right after an operator
        elif t in "*/":
            op, fresh = t, True
        else:
            total += product
            product, sign = None, 1 if t == "+" else -1
    return total + product

def value(s):
    while "(" in s:
        shorter = re.sub(r"\(([^()]*)\)", lambda m: " %d" % flat(m[1]), s)
        if shorter == s:
            raise SyntaxError(s)
        s = shorter
    return flat(s)

for s in sys.stdin.read().split("\n"):
    if s: print(value(s))
