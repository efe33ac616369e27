"""Each instruction is a function (stack, memory, pc) -> (stack, memory, pc)."""
import sys


def step(instruction, stack, memory, pc):
    match instruction.split(), stack:
        case ["push", n], _:
            return (int(n), stack), memory, pc + 1
        case ["get", name], _:
            return (memory[name], stack), memory, pc + 1
        case ["set", name], (top, rest):
            return rest, {**memory, name: top}, pc + 1
        case ["dup"], (top, _):
            return (top, stack), memory, pc + 1
        case ["swap"], (top, (below, rest)):
            return (below, (top, rest)), memory, pc + 1
        case ["print"], (top, rest):
            print(top)
            return rest, memory, pc + 1
        case ["jump", to], _:
            return stack, memory, int(to)
        case ["jzero", to], (top, rest):
            return rest, memory, pc + 1 if top else int(to)
        case ["halt"], _:
            return stack, memory, None
        case ["add" | "sub" | "mul" | "div" as op], (b, (a, rest)):
            if op == "div":
                return (a // b, rest), memory, pc + 1
            return ({"add": a + b, "sub": a - b, "mul": a * b}[op], rest), memory, pc + 1
    raise RuntimeError(f"{instruction} cannot run here")


code = sys.stdin.read().splitlines()
state = (), {}, 0
while state[2] is not None and state[2] < len(code):
    state = step(code[state[2]], *state)
