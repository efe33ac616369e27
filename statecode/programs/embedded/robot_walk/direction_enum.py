from enum import Enum
from dataclasses import dataclass


class Facing(Enum):
    N = (0, 1)
    E = (1, 0)
    S = (0, -1)
    W = (-1, 0)

    def turn(self, steps):
        ring = list(Facing)
        return ring[(ring.index(self) + steps) % 4]


@dataclass(frozen=True)
class State:
    x: int
    y: int
    facing: Facing = Facing.N


def step(state, command):
    match command:
        case "L":
            return State(state.x, state.y, state.facing.turn(-1))
        case "R":
            return State(state.x, state.y, state.facing.turn(1))
        case "F":
            dx, dy = state.facing.value
            moved = State(state.x + dx, state.y + dy, state.facing)
            assert 0 <= moved.x < w and 0 <= moved.y < h, "outside"
            return moved


w, h = map(int, input().split())
try:
    while line := input():
        state = State(0, 0)
        for command in line:
            state = step(state, command)
        print(state.x, state.y, state.facing.name)
except EOFError:
    pass
