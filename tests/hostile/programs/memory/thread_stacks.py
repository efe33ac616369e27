# must: exception RuntimeError | exception MemoryError
# runs: trusted
import threading

threading.stack_size(2**31)
threading.Thread(target=print).start()
