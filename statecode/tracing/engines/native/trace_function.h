/* The C trace function of a thread, and its call from Python. */

#ifndef STATECODE_TRACE_FUNCTION_H
#define STATECODE_TRACE_FUNCTION_H

#include "events.h"

/* Record nothing more, and say why; -1 with the exception where it is the program's: Ctrl-C. */
static int stop_with_failure(Recorder *recorder)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    recorder->is_open = 0;
    PyObject *text = PyUnicode_FromFormat("%s: %S", type == NULL ? "?" : ((PyTypeObject *)type)->tp_name, value);
    if (text == NULL) {
        PyErr_Clear();
        text = PyUnicode_FromString("an exception that cannot be written");
    }
    PyErr_Clear();
    Py_XSETREF(recorder->failure, text);
    PyEval_SetTrace(NULL, NULL);
    PyErr_Clear();
    if (recorder->is_in_process && type == PyExc_KeyboardInterrupt) {
        PyErr_Restore(type, value, traceback);
        return -1;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return 0;
}

static int trace(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    Recorder *recorder = (Recorder *)self;
    int result = 0;
    if (!recorder->is_in_process && what != PyTrace_CALL && frame->f_trace == NULL) {
        return 0; /* it was called while the program had turned tracing off: a trace function in Python gets no more of it */
    }
    Py_INCREF(self); /* the thread's reference may end in here */
    if (recorder->is_open && what <= PyTrace_RETURN && record_event(recorder, frame, what, arg) < 0 &&
        (recorder->is_open || PyErr_Occurred())) {
        result = stop_with_failure(recorder);
    }
    if (recorder->is_in_process && !recorder->is_open && result == 0) {
        PyEval_SetTrace(NULL, NULL);
    }
    Py_DECREF(self);
    return result;
}

/* Called as a Python trace function where a thread starts: from there on the C function is called instead. */
static PyObject *recorder_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {"call", "exception", "line", "return"}; /* places are the PyTrace_ numbers */
    PyObject *frame, *event, *arg;
    if (!PyArg_ParseTuple(args, "O!UO", &PyFrame_Type, &frame, &event, &arg)) {
        return NULL;
    }
    for (int what = 0; what < 4; what++) {
        if (PyUnicode_CompareWithASCIIString(event, names[what]) == 0) {
            if (what == PyTrace_CALL && ((Recorder *)self)->is_open) {
                PyEval_SetTrace(trace, self);
            }
            if (trace(self, (PyFrameObject *)frame, what, arg) < 0) {
                return NULL;
            }
        }
    }
    Py_INCREF(self);
    return self;
}

#endif
