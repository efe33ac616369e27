"""Immutable pairs (head, tail); every edit builds a new list."""
import sys


def append(value, cell):
    return (value, None) if cell is None else (cell[0], append(value, cell[1]))


def remove(value, cell):
    head, tail = cell          # TypeError when the value was not found
    return tail if head == value else (head, remove(value, tail))


def reverse(cell, done=None):
    return done if cell is None else reverse(cell[1], (cell[0], done))


def text(cell):
    head, tail = cell
    return head if tail is None else head + " -> " + text(tail)


cell = None
for line in sys.stdin:
    match line.split():
        case ["push", value]:
            cell = (value, cell)
        case ["append", value]:
            cell = append(value, cell)
        case ["remove", value]:
            cell = remove(value, cell)
        case ["reverse"]:
            cell = reverse(cell)
        case ["show"]:
            print(text(cell) if cell else "empty")
