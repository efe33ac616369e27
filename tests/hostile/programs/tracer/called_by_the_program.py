# must: any
# runs: trusted
import sys

tracer = sys.gettrace()
tracer(sys._getframe(), "return", 7)
tracer(sys._getframe(), "no such event", object())
tracer(None, None, None)
