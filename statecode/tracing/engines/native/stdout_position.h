/* The position of a BufferedWriter, read from its fields instead of by tell(). It includes bytes that are not flushed.

The fields are private to Modules/_io/bufferedio.c. They are the same in Python 3.10 to 3.13; `is_position_readable`
checks this. */

#ifndef STATECODE_STDOUT_POSITION_H
#define STATECODE_STDOUT_POSITION_H

#include <sys/types.h>
#include <unistd.h>

#include "python_internals.h"

typedef struct {
    PyObject_HEAD
    PyObject *raw;
    int ok, detached, readable, writable;
    char finalizing;
    int fast_closed_checks;
    off_t abs_pos;
    char *buffer;
    off_t pos, raw_pos, read_end, write_pos, write_end;
} BufferedFields;

/* Return the position that tell() would return, or -1 if only tell() can find it.

`descriptor`: >= 0 if others may move its position: then the system is asked for the position, as in tell(). This costs
more than the rest of an event. -1: the position is read from the fields alone. */
static inline long long read_position(PyObject *buffered, int descriptor)
{
    BufferedFields *fields = (BufferedFields *)buffered;
    if (!fields->ok || fields->detached || fields->buffer == NULL || fields->abs_pos < 0) {
        return -1;
    }
    int has_written = fields->writable && fields->write_end != -1;
    int has_offset = has_written && fields->raw_pos >= 0;
    off_t offset = descriptor < 0 ? fields->abs_pos : lseek(descriptor, 0, SEEK_CUR);
    return offset < 0 ? -1 : (long long)(offset - (has_offset ? fields->raw_pos - fields->pos : 0));
}

/* Write about 40 KB in pieces. Return 1 if `read_position` equals tell() after each piece, 0 if not, -1 with an
exception. */
static int is_position_readable(PyObject *buffered)
{
    static const int sizes[] = {0, 5, 3000, 6000, 9000, 1, 20000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        PyObject *data = PyBytes_FromStringAndSize(NULL, sizes[i]);
        if (data == NULL) {
            return -1;
        }
        memset(PyBytes_AS_STRING(data), 'x', (size_t)sizes[i]);
        PyObject *written = PyObject_CallMethod(buffered, "write", "O", data);
        PyObject *position = written == NULL ? NULL : PyObject_CallMethod(buffered, "tell", NULL);
        long long expected = position == NULL ? -1 : PyLong_AsLongLong(position);
        Py_DECREF(data);
        Py_XDECREF(written);
        Py_XDECREF(position);
        if (PyErr_Occurred()) {
            return -1;
        }
        if (read_position(buffered, -1) != expected) {
            return 0;
        }
    }
    return 1;
}

#endif
