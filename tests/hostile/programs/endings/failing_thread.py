# must: ok
# complains: ZeroDivisionError
# runs: trusted
import operator
import threading

thread = threading.Thread(target=operator.truediv, args=(1, 0))
thread.start()
thread.join()
