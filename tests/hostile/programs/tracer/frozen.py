# must: any
# runs: trusted
import gc

gc.freeze()
gc.disable()
x = gc.get_objects()
x.clear()
