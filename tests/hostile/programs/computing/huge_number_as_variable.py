# must: ok | timeout | tracer_error
# runs: trusted
# The tracer, not the program, turns the number into text.
import sys

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)
x = 1 << 30_000_000
