/* Texts of exceptions. */

#ifndef STATECODE_EXCEPTIONS_H
#define STATECODE_EXCEPTIONS_H

#include "frames.h"

static int is_line_break(Py_UCS4 c) { return (c >= 10 && c <= 13) || (c >= 0x1c && c <= 0x1e) || c > 126; }

/* Write the text of a builtin exception with at most one simple argument. Return 1; or 0 for
other exceptions, which are read in Python. */
static int write_simple_exception(Text *text, PyObject *type, PyObject *value)
{
    PyObject *simple[] = {PyExc_ValueError,        PyExc_IndexError,    PyExc_StopIteration,  PyExc_TypeError,
                          PyExc_ZeroDivisionError, PyExc_RuntimeError,  PyExc_AssertionError, PyExc_Exception,
                          PyExc_RecursionError,    PyExc_OverflowError, PyExc_GeneratorExit,  PyExc_EOFError,
                          PyExc_StopAsyncIteration};
    size_t class_index = 0;
    while (class_index < sizeof(simple) / sizeof(*simple) && type != simple[class_index]) {
        class_index++;
    }
    if (class_index == sizeof(simple) / sizeof(*simple) || (PyObject *)Py_TYPE(value) != type) {
        return 0;
    }
    PyBaseExceptionObject *exception = (PyBaseExceptionObject *)value;
    Py_ssize_t count = exception->args == NULL ? 2 : PyTuple_GET_SIZE(exception->args);
    PyObject *message = count == 1 ? PyTuple_GET_ITEM(exception->args, 0) : NULL;
    int is_number = message != NULL && (PyLong_CheckExact(message) || PyBool_Check(message) || message == Py_None);
    if (count > 1 || (message != NULL && !PyUnicode_CheckExact(message) && !is_number) ||
        (exception->dict != NULL && PyDict_GET_SIZE(exception->dict) > 0)) {
        return 0;
    }
    Py_ssize_t length = message == NULL || is_number ? 0 : PyUnicode_GET_LENGTH(message);
    if (length > MAX_CHARACTERS / 2) { /* Python shortens the text */
        return 0;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        if (is_line_break(PyUnicode_READ_CHAR(message, i))) {
            return 0;
        }
    }
    const char *name = ((PyTypeObject *)type)->tp_name;
    text_add_literal(text, "!!! ");
    text_add(text, name, strlen(name));
    if (length) {
        text_add_literal(text, ": ");
        text_add_whole_str(text, message);
    } else if (is_number) {
        text_add_literal(text, ": ");
        return write_scalar(text, message);
    }
    return 1;
}

static int write_exception(Recorder *recorder, FrameInfo *frame, Draft *draft, PyObject *raised)
{
    Text *text = &draft->text;
    text_add_char(text, '"');
    text_add_number(text, frame->code->number);
    text_add_char(text, ':');
    text_add_number(text, last_instruction(frame->frame));
    text_add_literal(text, "\",");
    size_t start = text->length;
    text_add_char(text, '"');
    PyObject *type = PyTuple_GET_ITEM(raised, 0), *value = PyTuple_GET_ITEM(raised, 1);
    if (!write_simple_exception(text, type, value)) {
        text->length = start + 1;
        PyObject *lines = read_in_python(&recorder->context, recorder->exception_text, type, value, NULL);
        if (lines == NULL) {
            text_add_literal(text, "!!! ");
            write_class_name(text, Py_TYPE(value));
        }
        int result = lines == NULL ? -(PyErr_Occurred() != NULL) : write_python_str(draft, lines);
        Py_XDECREF(lines);
        if (result < 0) {
            return -1;
        }
    }
    text_add_char(text, '"');
    draft->text_bytes += text->length - start;
    return 0;
}

#endif
