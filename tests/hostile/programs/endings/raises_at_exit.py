# must: ok
# complains: ZeroDivisionError
# runs: trusted
import atexit
import operator

atexit.register(operator.truediv, 1, 0)
