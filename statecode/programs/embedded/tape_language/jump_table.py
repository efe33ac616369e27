import sys

code, data = (sys.stdin.read() + "\n").split("\n")[:2]
jump, open_ = {}, []
for i, c in enumerate(code):
    if c == "[":
        open_.append(i)
    elif c == "]":
        j = open_.pop()
        jump[i], jump[j] = j, i

tape, at, pc, read = [0], 0, 0, 0
while pc < len(code):
    c = code[pc]
    if c == "+":
        tape[at] = (tape[at] + 1) % 256
    elif c == "-":
        tape[at] = (tape[at] - 1) % 256
    elif c == ">":
        at += 1
        if at == len(tape):
            tape.append(0)
    elif c == "<":
        at -= 1
        if at < 0:
            raise IndexError("left of the tape")
    elif c == ".":
        print(chr(tape[at]), end="")
    elif c == ",":
        tape[at] = ord(data[read]) if read < len(data) else 0
        read += 1
    elif c == "[" and tape[at] == 0 or c == "]" and tape[at]:
        pc = jump[pc]
    pc += 1
print()
