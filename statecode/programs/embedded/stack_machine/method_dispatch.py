import operator
import sys


class MachineError(Exception):
    """Says which instruction failed; the cause is chained."""


class Machine:
    def __init__(self, program):
        self.program = program
        self.stack = []
        self.names = {}
        self.pc = 0

    def do_push(self, number):
        self.stack.append(int(number))

    def do_get(self, name):
        self.stack.append(self.names[name])

    def do_set(self, name):
        self.names[name] = self.stack.pop()

    def do_dup(self):
        self.stack += self.stack[-1],

    def do_swap(self):
        self.stack.append(self.stack.pop(-2))

    def do_print(self):
        print(self.stack.pop())

    def do_jump(self, target):
        self.pc = int(target)

    def do_jzero(self, target):
        if not self.stack.pop():
            self.do_jump(target)

    def do_halt(self):
        self.pc = len(self.program)

    def binary(function):
        def method(self):
            *self.stack, left, right = self.stack
            self.stack.append(function(left, right))
        return method

    do_add = binary(operator.add)
    do_sub = binary(operator.sub)
    do_mul = binary(operator.mul)
    do_div = binary(operator.floordiv)

    def run(self):
        while self.pc < len(self.program):
            at = self.pc
            op, *args = self.program[at].split()
            self.pc += 1
            try:
                getattr(self, "do_" + op)(*args)
            except Exception as error:
                raise MachineError(f"instruction {at}: {op}") from error


Machine(sys.stdin.read().splitlines()).run()
