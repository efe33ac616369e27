import sys
from collections import deque


class NothingLeft(LookupError):
    pass


def obey(command, words, total):
    """Carry out one command; True when the reader was closed."""
    match command:
        case "stop":
            print(f"closed after {total - len(words)}")
            return True
        case _ if not words:
            raise NothingLeft(command)
        case "next":
            print(words.popleft())
        case "skip":
            print("skipped", words.popleft())
    return False


words, *commands = sys.stdin.read().splitlines()
words = deque(words.split())
total = len(words)
any(obey(command, words, total) for command in commands)
