# must: any
# runs: trusted
import sys

for frame in sys._current_frames().values():
    while frame:
        tracer = frame.f_locals.get("tracer")
        if hasattr(tracer, "failure"):
            tracer.failure = object()
            tracer.first_perturbed_event = "x"
        frame = frame.f_back
