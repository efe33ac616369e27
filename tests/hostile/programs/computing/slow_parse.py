# must: timeout | memory
# runs: trusted
source = "x = " + "+".join(["(1, 2, 3)"] * 90) + "\n"
compile(source * 100_000, "other.py", "exec")
