# must: exception RuntimeError | exception MemoryError
# runs: trusted
import threading

threading.stack_size(2**30)
threading.Thread(target=print).start()
