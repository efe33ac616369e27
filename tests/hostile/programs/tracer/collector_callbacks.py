# must: ok | tracer_error | exception | output_limit
# runs: trusted
import gc

gc.callbacks.append(lambda phase, info: 1 / 0)
gc.collect()
gc.set_threshold(1)
x = [[] for _ in range(50)]
