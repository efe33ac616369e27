/* Records of code objects, frames, their variables, and of the event that is being written. */

#ifndef STATECODE_FRAME_INFO_H
#define STATECODE_FRAME_INFO_H

#include "unchanged.h"

typedef struct {
    const char *data; /* on the channel, or in the arena for comprehensions; NULL: none */
    size_t length;
} PreviousText;

typedef enum { VALUE, SIZE_OR_SHAPE, DTYPE, CHANGE_KINDS } ChangeKind; /* what is written of a variable, in this order */
typedef enum { NO_EXTRA, LENGTH, SHAPE } Extra;

typedef struct {
    PyObject *name;            /* held */
    PyObject *local_copy;          /* held: what frame.f_locals would hold, see `copy_locals` */
    uint64_t stamp;            /* the last update that found the variable; 0: none */
    int rank;                  /* place among the names of the code, which go before others */
    Extra extra;               /* which SIZE_OR_SHAPE it had then */
    long long size;            /* of LENGTH, if it was read here, else -1 */
    Snapshot snapshot;
    PreviousText previous[CHANGE_KINDS];
    int collected[CHANGE_KINDS];   /* where a comprehension collects it, -1: nowhere yet */
} Variable;

enum { MAX_COLLECTED = 11, NO_RANK = 1 << 30 };

/* What a comprehension's variable was, one text after the other, the middle left out. */
typedef struct {
    PyObject *name;            /* borrowed from the variable */
    ChangeKind kind;
    Extra extra;
    PreviousText texts[MAX_COLLECTED + 1];
    int count;
} Collected;

typedef struct {
    PyCodeObject *code;        /* held */
    int number;                /* in preorder of the module's code objects */
    int is_comprehension, is_generator_expression, is_optimized;
    int may_read_locals;       /* its code may see the dict that frame.f_locals becomes, see `collect` */
    LocalSlot *slots;
    size_t slot_count;
    Text function;             /* name and first line, as it stands on the channel */
    PyObject *instructions;    /* bytes, when first asked for */
} CodeInfo;

typedef struct FrameInfo {
    PyFrameObject *frame;      /* borrowed: it is on the stack */
    CodeInfo *code;
    int number, last_line;
    uint64_t stamp;            /* updates so far */
    Variable *variables;
    size_t variable_count, variable_capacity, next_variable;
    Collected *collected;
    size_t collected_count, collected_capacity;
} FrameInfo;

typedef struct {
    size_t variable;           /* its index in the frame */
    PyObject *value;           /* borrowed, or held when `are_owned` */
} Item;

typedef struct {
    PreviousText *previous;
    size_t start;
} PendingText;

/* One event in the making. Each thread has its own: where Python code is called, another thread may go on. */
typedef struct {
    Text text;
    Item *items;
    size_t item_count, item_capacity;
    int are_owned, is_sorted;
    PendingText *pending;            /* texts that the next update is compared with, once they have their place */
    size_t pending_count, pending_capacity;
    size_t text_bytes;        /* JSON of names and values, as the limit counts them */
    int is_first;              /* no change was written yet */
    PreviousText unused;        /* of changes that no later update is compared with */
} Draft;

#endif
