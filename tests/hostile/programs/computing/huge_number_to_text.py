# must: timeout
# runs: trusted
import sys

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)
print("early", flush=True)
text = str(1 << 30_000_000)
