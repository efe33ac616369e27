/* The effects of snoop on a program, for comparisons only: see `imitate_snoop` in recorder_type.h.

If a trace in this mode equals the trace of snoop, and differs from the trace without it, snoop changed the program. */

#ifndef STATECODE_SNOOP_EFFECTS_H
#define STATECODE_SNOOP_EFFECTS_H

#include "frames.h"

/* Release the last frame from a Python frame, as snoop does, while nothing is recorded. Finalisers see the same stack
depth and write warnings in the same module. Return 0, or -1 with an exception. */
static int release_last_frame(Recorder *recorder)
{
    if (recorder->last_frame == NULL) {
        return 0;
    }
    PyObject *frames = PyList_New(1);
    if (frames == NULL) {
        return -1;
    }
    PyList_SET_ITEM(frames, 0, recorder->last_frame);
    recorder->last_frame = NULL;
    PyObject *result = call_python(recorder->release, frames, NULL, NULL);
    Py_DECREF(frames);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* Do what the interpreter does before it calls a Python trace function, and hold the frame of a return event until the
next event. Return 0, or -1 with an exception. */
static int begin_as_snoop(Recorder *recorder, PyFrameObject *frame, int event)
{
#if LOCALS_ARE_COPIED
    if (PyFrame_FastToLocalsWithError(frame) < 0) { /* the dict holds the values until it is refreshed */
        return -1;
    }
#endif
    if (release_last_frame(recorder) < 0) {
        return -1;
    }
    if (event == PyTrace_RETURN) {
        Py_INCREF(frame);
        recorder->last_frame = (PyObject *)frame;
    }
    return 0;
}

/* Do what the interpreter does after the call of a Python trace function: in Python 3.12 this writes variables of the
module into the variables of a comprehension. */
static void end_as_snoop(PyFrameObject *frame)
{
#if LOCALS_ARE_COPIED
    PyFrame_LocalsToFast(frame, 1);
#endif
}

#endif
