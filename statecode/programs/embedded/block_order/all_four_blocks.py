import sys

for word in sys.stdin.read().split():
    try:
        print("quotient", 100 // int(word))
    except ZeroDivisionError:
        print("zero")
    except ValueError:
        print("text")
    else:
        print("else")
    finally:
        print("done")
