import sys
import threading


def pair():
    def even(n):
        if n:
            return odd(n - 1)
        return True

    def odd(n):
        if n:
            return even(n - 1)
        return False

    return even


def main(lines):
    is_even = pair()
    for n in lines:
        print("even" if is_even(n) else "odd")


numbers = [int(line) for line in sys.stdin]
good = numbers if min(numbers) >= 0 else numbers[:[n < 0 for n in numbers].index(True)]
sys.setrecursionlimit(3000)
threading.stack_size(16 * 2 ** 20)
t = threading.Thread(target=main, args=[good])
t.start(); t.join()
if good is not numbers:
    sys.exit("negative number")
