/* The trace function of a thread: `trace_event` for the C API, `recorder_call` as a trace function in Python. */

#ifndef STATECODE_TRACE_FUNCTION_H
#define STATECODE_TRACE_FUNCTION_H

#include "signals.h"

/* Stop recording, and store the text of the current exception as `failure`. Return 0; or -1 with the exception if it is
a KeyboardInterrupt in in-process recording, which the program must receive. */
static int stop_with_failure(Recorder *recorder)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    recorder->is_open = 0;
    PyObject *text = PyUnicode_FromFormat("%s: %S", type == NULL ? "?" : ((PyTypeObject *)type)->tp_name, value);
    if (text == NULL) {
        PyErr_Clear();
        text = PyUnicode_FromString("an exception whose text cannot be read");
    }
    PyErr_Clear();
    Py_XSETREF(recorder->failure, text);
    PyEval_SetTrace(NULL, NULL);
    PyErr_Clear();
    if (recorder->context.is_in_process && type == PyExc_KeyboardInterrupt) {
        PyErr_Restore(type, value, traceback);
        return -1;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return 0;
}

static int trace_event(PyObject *self, PyFrameObject *frame, int event, PyObject *arg)
{
    Recorder *recorder = (Recorder *)self;
    int result = 0;
    if (!recorder->context.is_in_process && event != PyTrace_CALL && frame->f_trace == NULL) {
        return 0; /* the call was not traced: a trace function in Python receives no events of such a frame */
    }
    Py_INCREF(self); /* the thread may drop its reference during the call */
    sigset_t previous;
    int holds_signals = recorder->holds_signals && recorder->is_open;
    if (holds_signals) {
        begin_holding_signals(recorder, &previous);
    }
    if (recorder->is_open && event <= PyTrace_RETURN && record_event(recorder, frame, event, arg) < 0 &&
        (recorder->is_open || PyErr_Occurred())) {
        result = stop_with_failure(recorder);
    }
    if (holds_signals) {
        end_holding_signals(recorder, &previous);
    }
    if (recorder->context.is_in_process && !recorder->is_open && result == 0) {
        PyEval_SetTrace(NULL, NULL);
    }
    Py_DECREF(self);
    return result;
}

/* Release the dict of f_locals that the interpreter has just created for this call: a program could observe that it
keeps the arguments alive. */
static void drop_new_locals(PyFrameObject *frame)
{
#if LOCALS_ARE_COPIED
    PyCodeObject *code = frame_code(frame);
    PyObject **locals = frame_namespace_slot(frame);
    if ((code->co_flags & CO_OPTIMIZED) && !(code->co_flags & RESUMABLE) && *locals != NULL && Py_REFCNT(*locals) == 1) {
        Py_CLEAR(*locals);
    }
#endif
}

/* Receive the first event of a new thread as a Python trace function, and install the C trace function for the next. In
a thread that has the C trace function already, the program took it off and put the recorder back. */
static PyObject *recorder_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {"call", "exception", "line", "return"}; /* the index is the PyTrace_ number */
    PyObject *frame, *event_name, *arg;
    if (!PyArg_ParseTuple(args, "O!UO", &PyFrame_Type, &frame, &event_name, &arg)) {
        return NULL;
    }
    int event = 0;
    while (event < 4 && PyUnicode_CompareWithASCIIString(event_name, names[event]) != 0) {
        event++;
    }
    if (event == PyTrace_EXCEPTION &&
        (!PyTuple_Check(arg) || PyTuple_GET_SIZE(arg) != 3 || !PyExceptionClass_Check(PyTuple_GET_ITEM(arg, 0)))) {
        PyErr_SetString(PyExc_TypeError, "the argument of an exception event is a tuple (type, value, traceback)");
        return NULL;
    }
    ThreadInfo *thread = find_thread((Recorder *)self);
    if (thread != NULL) {
        ((Recorder *)self)->was_put_back |= thread->is_started;
        thread->is_started = 1;
    }
    if (event == PyTrace_CALL) {
        drop_new_locals((PyFrameObject *)frame);
        if (((Recorder *)self)->is_open) {
            PyEval_SetTrace(trace_event, self);
        }
    }
    if (event < 4 && trace_event(self, (PyFrameObject *)frame, event, arg) < 0) {
        return NULL;
    }
    Py_INCREF(self);
    return self;
}

#endif
