# A BaseException of the program that nothing catches, with chained handlers.
class Stop(BaseException):
    pass


def run(n):
    try:
        if n == 0:
            raise Stop("stop")
        run(n - 1)
    except Exception:
        print("not here")
    else:
        print("nor here")
    finally:
        print("level", n)


try:
    run(1)
except Stop as stop:
    print(repr(stop))
run(0)
