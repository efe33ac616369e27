# Chains of exceptions: __context__, __cause__, __suppress_context__, and their text.
import traceback


def first():
    raise ValueError("first")


def second():
    try:
        first()
    except ValueError:
        raise KeyError("second")


def third():
    try:
        second()
    except KeyError as error:
        raise RuntimeError("third") from error


def fourth():
    try:
        third()
    except RuntimeError:
        raise OSError("fourth") from None


try:
    fourth()
except OSError as error:
    chain = error
    while chain is not None:
        print(type(chain).__name__, chain.args, chain.__suppress_context__, type(chain.__cause__).__name__,
              chain.__traceback__.tb_lineno)
        chain = chain.__context__
    print(traceback.format_exc())


def finals():
    for n in range(3):
        try:
            if n == 1:
                raise ValueError(n)
        except ValueError as error:
            print("handled", error, error.__context__)
            continue
        finally:
            print("finally", n)
    try:
        return "try"
    finally:
        print("last")


print(finals())


class Suppressing:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, tb):
        print(kind.__name__, error, tb.tb_lineno - finals.__code__.co_firstlineno)
        return True


with Suppressing():
    raise LookupError("suppressed")
try:
    raise ValueError("noted")
except ValueError as error:
    same = error
try:
    raise same
except ValueError as error:
    print(len(traceback.extract_tb(error.__traceback__)))
