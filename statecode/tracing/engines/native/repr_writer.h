/* The recursive entry point for values inside other values.

Items of containers may be containers. `write_value` is the only function that is declared below the headers that call
it; values.h defines it. */

#ifndef STATECODE_REPR_WRITER_H
#define STATECODE_REPR_WRITER_H

#include "scalars.h"

/* The destination of a repr, and the settings for it. */
typedef struct {
    ReprContext *context;
    Text *text;
    Snapshot *snapshot;
} Writer;

/* Write a value inside a container, with at most `level` nested levels. Return 1, or 0 if it cannot be read in C; then
no code of the program ran. */
static int write_value(Writer *writer, PyObject *value, int level, int is_key);

#endif
