import sys
for s in sys.stdin.read().splitlines():
    s = "".join(c for c in s if c in "()[]{}")
    rounds = 0
    while s:
        shorter = s
        # one round takes every pair that holds nothing, and all pairs beside it
        marks = shorter.replace("()", "##").replace("[]", "##").replace("{}", "##")
        if marks == s:
            break
        s = marks.replace("#", "")
        rounds += 1
    print("no" if s else "yes", *([] if s else [rounds]))
