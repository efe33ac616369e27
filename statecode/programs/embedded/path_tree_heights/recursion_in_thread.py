import sys
import threading


def main():
    children = [[]]
    for token in input().split():
        many = token[0] == "x"
        for _ in range(int(token[1:]) if many else 1):
            children[len(children) - 1 if many else int(token)].append(len(children))
            children.append([])

    def height(node):
        tallest = -1
        for child in children[node]:
            tallest = max(tallest, height(child))
        return tallest + 1

    print(len(children), height(0), children.count([]))


if __name__ == "__main__":
    sys.setrecursionlimit(10 ** 5)
    threading.stack_size(2 ** 27)
    thread = threading.Thread(target=main)
    thread.start(); thread.join()
