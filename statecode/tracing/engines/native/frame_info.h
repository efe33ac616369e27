/* Structures for code objects, frames and their variables, and for the event that is being written. */

#ifndef STATECODE_FRAME_INFO_H
#define STATECODE_FRAME_INFO_H

#include "unchanged.h"

/* A text that was recorded for a variable, or that is collected for a comprehension. */
typedef struct {
    const char *data;                     /* on the channel, or in the arena for comprehensions; NULL: none */
    size_t length;
} PreviousText;

typedef enum { VALUE, SIZE_OR_SHAPE, DTYPE, CHANGE_KINDS } ChangeKind; /* in the order in which they are written */
typedef enum { NO_EXTRA, LENGTH, SHAPE } Extra;

typedef struct {
    PyObject *name;                       /* owned */
    uint64_t stamp;                       /* the last update that found the variable; 0: none */
    int rank;                             /* index among the code object's names; NO_RANK: other names, after those */
    Extra extra;                          /* of the change SIZE_OR_SHAPE at the update `stamp` */
    long long size;                       /* the length at this update, if it was read in C, else -1 */
    Snapshot snapshot;
    PreviousText previous[CHANGE_KINDS];
    int collected[CHANGE_KINDS];          /* index in FrameInfo.collected of a comprehension; -1: none yet */
} Variable;

enum { MAX_COLLECTED = 11, NO_RANK = 1 << 30 };

/* The successive texts of a comprehension's variable; if there are many, "..." replaces those in the middle. */
typedef struct {
    PyObject *name;                       /* borrowed from the variable */
    ChangeKind kind;
    Extra extra;
    PreviousText texts[MAX_COLLECTED + 1];
    int count;
} Collected;

typedef struct {
    PyCodeObject *code;                   /* owned */
    int number;                           /* in preorder of the module's code objects */
    int is_comprehension, is_generator_expression, is_optimized, is_module;
    LocalSlot *slots;
    size_t slot_count;
    Text function;                        /* name and first line, as written on the channel */
    PyObject *instructions;               /* bytes; NULL until the first use */
} CodeInfo;

typedef struct FrameInfo {
    PyFrameObject *frame;                 /* borrowed from the stack */
    CodeInfo *code;
    int number, last_line;
    uint64_t stamp;                       /* number of updates */
    Variable *variables;
    size_t variable_count, variable_capacity, next_variable;
    Collected *collected;
    size_t collected_count, collected_capacity;
} FrameInfo;

typedef struct {
    size_t variable;                      /* index in FrameInfo.variables */
    PyObject *value;                      /* owned if Draft.are_owned, else borrowed */
} Item;

typedef struct {
    PreviousText *previous;
    size_t start;                         /* in Draft.text */
} PendingText;

/* The event that is being written. Each thread has its own draft, because another thread may run while the engine calls
Python code. */
typedef struct {
    Text text;
    Item *items;
    size_t item_count, item_capacity;
    int are_owned, is_sorted;
    PendingText *pending;                 /* texts for the next comparison, until they are on the channel */
    size_t pending_count, pending_capacity;
    size_t text_bytes;                    /* bytes of names and values as JSON; they count for the trace limit */
    int is_first;                         /* no change was written yet */
    PreviousText unused;                  /* for changes that are not compared later */
} Draft;

#endif
