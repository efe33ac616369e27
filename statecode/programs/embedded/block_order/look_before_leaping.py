import sys
lines = []
for w in sys.stdin.read().split():
    digits = w[1:] if w[0] in "+-" else w
    if not digits.isdigit(): lines.append("text")
    elif int(w) == 0: lines.append("zero")
    else: lines += [f"quotient {100 // int(w)}", "else"]
    lines.append("done")
print(*lines, sep="\n")
