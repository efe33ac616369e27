# must: ok | tracer_error | exception
# runs: trusted
globals()["not a name"] = 1
globals()["\ud800"] = 2
globals()[7] = 3
globals()["x" * 100_000] = 4
globals()["\n\x00"] = 5
y = 1
