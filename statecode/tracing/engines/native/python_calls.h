/* Calls of Python code during an event. */

#ifndef STATECODE_PYTHON_CALLS_H
#define STATECODE_PYTHON_CALLS_H

#include <stdio.h>

#include "frame_info.h"

enum { MAX_NAME_LENGTH = 1000 }; /* of the class of a value that cannot be read */

/* Levels of recursion of a call, the same at every depth of the program's stack: about 200 calls of a recursive
`__repr__`. These need 230 KB of stack, and more where a builtin such as sorted() is between the calls. */
static const LevelsLeft CALL_LEVELS = {400, 600};

static PyObject *call_python(PyObject *function, PyObject *first, PyObject *second, PyObject *third)
{
    PyThreadState *thread = PyThreadState_Get();
    LevelsLeft before = set_levels_left(thread, CALL_LEVELS);
    PyObject *result = PyObject_CallFunctionObjArgs(function, first, second, third, NULL);
    restore_levels_left(thread, before, CALL_LEVELS);
    return result;
}

/* Call a Python function that reads values of the program. Return its result; NULL if it raised, because memory is
exhausted. Then there is no exception, except KeyboardInterrupt in in-process recording.

Code of the program that runs in the meantime cannot exchange the trace function of the thread. */
static PyObject *read_in_python(const ReprContext *context, PyObject *function, PyObject *first, PyObject *second,
                                PyObject *third)
{
    PyThreadState *thread = PyThreadState_Get();
    Py_tracefunc trace_function = thread->c_tracefunc;
    PyObject *tracer = thread->c_traceobj;
    Py_XINCREF(tracer);
    PyObject *result = call_python(function, first, second, third);
    if (result == NULL && !(context->is_in_process && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))) {
        PyErr_Clear();
    }
    if (thread->c_tracefunc != trace_function || thread->c_traceobj != tracer) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyEval_SetTrace(trace_function, tracer);
        PyErr_Restore(type, value, traceback);
    }
    Py_XDECREF(tracer);
    return result;
}

static void write_class_name(Text *text, PyTypeObject *type)
{
    PyObject *name = qualified_name(type);
    if (name == NULL) {
        const char *dot = strrchr(type->tp_name, '.'), *start = dot == NULL ? type->tp_name : dot + 1;
        text_add(text, start, strlen(start));
    } else {
        Py_ssize_t length = PyUnicode_GET_LENGTH(name);
        text_add_str(text, name, 0, length < MAX_NAME_LENGTH ? length : MAX_NAME_LENGTH);
    }
}

/* Write the text of a value that Python could not read, as `failed_repr` in guarded_reads.py. */
static void write_failed_repr(Text *text, PyObject *value)
{
    char address[32];
    int length = snprintf(address, sizeof(address), " instance at %p", (void *)value);
    text_add_char(text, '<');
    write_class_name(text, Py_TYPE(value));
    text_add(text, address, (size_t)length);
    text_add_literal(text, " (exception in repr)>");
}

#endif
