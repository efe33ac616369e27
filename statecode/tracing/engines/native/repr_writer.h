/* The recursive entry point for values inside other values.

Items of containers may be containers. `write_value` is declared here and defined in values.h, because the headers
between the two call it. It is the only such function. */

#ifndef STATECODE_REPR_WRITER_H
#define STATECODE_REPR_WRITER_H

#include "arrays.h"

/* The destination of a repr, and the settings for it. */
typedef struct {
    ReprContext *context;
    Text *text;
    Snapshot *snapshot;
} Writer;

/* Write a value inside a container, with at most `level` nested levels. Return 1, or 0 if the value cannot be read in
C. In both cases no code of the program runs.

`is_key`: the value is a key of a dict or an item of a set. */
static int write_value(Writer *writer, PyObject *value, int level, int is_key);

#endif
