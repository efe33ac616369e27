from sys import stdin

def enc(s):
    if not s:
        return ""
    n = len(s) - len(s.lstrip(s[0]))
    return (str(n) if n - 1 else "") + s[0] + enc(s[n:])

def dec(s, n=0):
    if not s and not n:
        return ""
    head, tail = s[0], s[1:]        # IndexError where a letter is missing
    if head.isdigit():
        return dec(tail, 10 * n + int(head))
    if not head.isalpha():
        raise ValueError("stray " + head)
    return head * (n or 1) + dec(tail)

for command in stdin.read().split("\n"):
    match command.split():
        case ["E", text]: print(enc(text))
        case ["D", code]: print(dec(code))
        case []: break
