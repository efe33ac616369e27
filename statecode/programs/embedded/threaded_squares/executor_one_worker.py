from concurrent.futures import ThreadPoolExecutor


def square(text):
    number = int(text)
    return number ** 2


def main():
    with ThreadPoolExecutor(max_workers=1) as pool:
        squares = [pool.submit(square, word).result() for word in input().split()]
    for value in squares:
        print(value)
    print(sum(squares))


main()
