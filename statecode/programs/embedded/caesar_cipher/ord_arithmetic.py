import sys

def shift_letter(ch, k):
    if "a" <= ch <= "z":
        base = ord("a")
    elif "A" <= ch <= "Z":
        base = ord("A")
    else:
        return ch
    return chr((ord(ch) - base + k) % 26 + base)

def main():
    k, *messages = sys.stdin.read().splitlines()
    for message in messages:
        print("".join(shift_letter(ch, int(k)) for ch in message))

main()
