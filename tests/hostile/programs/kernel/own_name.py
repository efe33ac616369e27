# must: ok | killed SIGSYS
# runs: trusted
import ctypes

ctypes.CDLL(None).prctl(15, b"statecode", 0, 0, 0)
