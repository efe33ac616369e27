import sys

OPS = {"add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "div": "int({} / {})"}
code = [line.split() for line in sys.stdin]
stack, names, at = [], {}, 0
while at < len(code):
    word, *rest = code[at]
    at += 1
    if word in OPS:
        b = stack.pop()
        a = stack.pop()
        stack.append(eval(OPS[word].format(a, b)))
    elif word == "push":
        stack.append(int(*rest))
    elif word == "get":
        stack.append(names[rest[0]])
    elif word == "set":
        names[rest[0]] = stack.pop()
    elif word == "dup":
        stack.append(stack[-1])
    elif word == "swap":
        stack[-2:] = stack[:-3:-1]
    elif word == "print":
        print(stack.pop())
    elif word == "jump" or word == "jzero" and stack.pop() == 0:
        at = int(rest[0])
    elif word == "halt":
        break
