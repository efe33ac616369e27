/* Reprs of strings, bytes, numbers and other scalars. They equal those of cheap_repr 0.5 with the settings of snoop
0.6.1.

Every write function returns 1, or 0 if the value cannot be read in C. In both cases no code of the program runs. */

#ifndef STATECODE_SCALARS_H
#define STATECODE_SCALARS_H

#include "snapshots.h"

/* Find the omitted middle of a text: the characters from the index `head` on and before the index `tail`. Both are
`length` if nothing is omitted. */
static void find_cut(Py_ssize_t length, Py_ssize_t *head, Py_ssize_t *tail)
{
    *head = *tail = length;
    if (length > STRING_PARTS) {
        *head = (STRING_PARTS - 3) / 2;
        *tail = length - (STRING_PARTS - 3 - *head);
    }
}

/* Write bytes, or an ASCII str, in the quotes that repr chooses. */
static int write_quoted(Text *text, const unsigned char *bytes, Py_ssize_t length)
{
    Py_ssize_t head, tail;
    find_cut(length, &head, &tail);
    int has_single =
        memchr(bytes, '\'', (size_t)head) != NULL || memchr(bytes + tail, '\'', (size_t)(length - tail)) != NULL;
    int has_double =
        memchr(bytes, '"', (size_t)head) != NULL || memchr(bytes + tail, '"', (size_t)(length - tail)) != NULL;
    char quote = has_single && !has_double ? '"' : '\'';
    text_add_code_point(text, (Py_UCS4)quote);
    text_add_ascii_repr(text, bytes, head, quote);
    if (head != length) {
        text_add_literal(text, "...");
        text_add_ascii_repr(text, bytes + tail, length - tail, quote);
    }
    text_add_code_point(text, (Py_UCS4)quote);
    return 1;
}

static int write_str(Text *text, PyObject *value)
{
#if PY_VERSION_HEX < 0x030C0000
    if (!PyUnicode_IS_READY(value)) {
        return 0;
    }
#endif
    Py_ssize_t length = PyUnicode_GET_LENGTH(value), head, tail;
    if (PyUnicode_IS_ASCII(value)) {
        return write_quoted(text, PyUnicode_1BYTE_DATA(value), length);
    }
    find_cut(length, &head, &tail);
    PyObject *shown = value, *repr;
    if (head != length) {
        PyObject *left = PyUnicode_Substring(value, 0, head), *right = PyUnicode_Substring(value, tail, length);
        shown = left != NULL && right != NULL ? PyUnicode_FromFormat("%U...%U", left, right) : NULL;
        Py_XDECREF(left);
        Py_XDECREF(right);
    } else {
        Py_INCREF(shown);
    }
    repr = shown == NULL ? NULL : PyObject_Repr(shown);
    Py_XDECREF(shown);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    text_add_whole_str(text, repr);
    Py_DECREF(repr);
    return 1;
}

static int write_bytes(Text *text, PyObject *value)
{
    text_add_char(text, 'b');
    return write_quoted(text, (unsigned char *)PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value));
}

static int write_int(Text *text, PyObject *value)
{
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (!overflow) {
        text_add_number(text, number);
        return 1;
    }
    if (_PyLong_NumBits(value) > MAX_INT_BITS) {
        return 0; /* repr may raise ValueError */
    }
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    text_add(text, (const char *)PyUnicode_1BYTE_DATA(repr), (size_t)PyUnicode_GET_LENGTH(repr));
    Py_DECREF(repr);
    return 1;
}

static int write_float(Text *text, PyObject *value)
{
    char *repr = PyOS_double_to_string(PyFloat_AS_DOUBLE(value), 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    text_add(text, repr, strlen(repr));
    PyMem_Free(repr);
    return 1;
}

/* Write the repr of a value whose type has the interpreter's own `__repr__`. Cut the repr as cheap_repr does, unless
`whole`. */
static int write_repr(Text *text, PyObject *value, int whole)
{
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(repr), head, tail;
    find_cut(length, &head, &tail);
    if (whole || head == length) {
        text_add_whole_str(text, repr);
    } else {
        text_add_str(text, repr, 0, head);
        text_add_literal(text, "...");
        text_add_str(text, repr, tail, length);
    }
    Py_DECREF(repr);
    return 1;
}

/* Write a bytearray in time that hardly depends on its size: the repr of its ends, with the quotes that its repr has. */
static int write_bytearray(Text *text, PyObject *value)
{
    const char *bytes = PyByteArray_AS_STRING(value);
    Py_ssize_t size = PyByteArray_GET_SIZE(value);
    if (size <= 2 * STRING_PARTS) {
        return write_repr(text, value, 0);
    }
    char ends[2 * STRING_PARTS + 2];
    memcpy(ends, bytes, STRING_PARTS);
    char has_single = memchr(bytes, '\'', (size_t)size) != NULL;
    ends[STRING_PARTS] = has_single ? '\'' : 'x'; /* these two are in the middle, which is omitted */
    ends[STRING_PARTS + 1] = has_single && memchr(bytes, '"', (size_t)size) != NULL ? '"' : 'x';
    memcpy(ends + STRING_PARTS + 2, bytes + size - STRING_PARTS, STRING_PARTS);
    PyObject *shown = PyByteArray_FromStringAndSize(ends, sizeof(ends));
    if (shown == NULL) {
        PyErr_Clear();
        return 0;
    }
    int result = write_repr(text, shown, 0);
    Py_DECREF(shown);
    return result;
}

static int write_scalar(Text *text, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyLong_Type) {
        return write_int(text, value);
    }
    if (type == &PyUnicode_Type) {
        return write_str(text, value);
    }
    if (value == Py_None) {
        text_add_literal(text, "None");
        return 1;
    }
    if (type == &PyBool_Type) {
        text_add(text, value == Py_True ? "True" : "False", value == Py_True ? 4 : 5);
        return 1;
    }
    if (type == &PyFloat_Type) {
        return write_float(text, value);
    }
    if (type == &PyBytes_Type) {
        return write_bytes(text, value);
    }
    return write_repr(text, value, 0); /* complex, range, ... */
}

static int is_scalar(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    return type == &PyLong_Type || type == &PyUnicode_Type || value == Py_None || type == &PyBool_Type ||
           type == &PyFloat_Type || type == &PyBytes_Type || type == &PyComplex_Type || value == Py_Ellipsis ||
           value == Py_NotImplemented;
}

#endif
