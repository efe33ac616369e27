program = [line.split() for line in open(0)]
stack = []
memory = {}
pc = 0
while pc < len(program):
    op, *arg = program[pc]
    pc += 1
    if op == "push":
        stack.append(int(arg[0]))
    elif op == "get":
        stack.append(memory[arg[0]])
    elif op == "set":
        memory[arg[0]] = stack.pop()
    elif op == "dup":
        stack.append(stack[-1])
    elif op == "swap":
        stack[-1], stack[-2] = stack[-2], stack[-1]
    elif op == "print":
        print(stack.pop())
    elif op == "jump":
        pc = int(arg[0])
    elif op == "jzero":
        if stack.pop() == 0:
            pc = int(arg[0])
    elif op == "halt":
        break
    else:
        right = stack.pop()
        left = stack.pop()
        if op == "add":
            stack.append(left + right)
        elif op == "sub":
            stack.append(left - right)
        elif op == "mul":
            stack.append(left * right)
        elif op == "div":
            stack.append(left // right)
        else:
            raise NameError("unknown instruction " + op)
