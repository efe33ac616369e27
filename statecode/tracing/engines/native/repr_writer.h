/* The entry point for reprs of values inside of other values.

Containers write their items, and items may be containers: `write_value` is the one function that is declared below the
headers that call it. values.h defines it. */

#ifndef STATECODE_REPR_WRITER_H
#define STATECODE_REPR_WRITER_H

#include "scalars.h"

/* Where and how a value is written. */
typedef struct {
    ReprContext *context;
    Text *text;
    Snapshot *snapshot;
} Writer;

/* Write a value inside of a container, where `level` more levels are shown. Return 1, or 0 if it cannot be read in C. */
static int write_value(Writer *writer, PyObject *value, int level, int is_key);

#endif
