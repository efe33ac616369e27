/* What was seen of a value, in the order in which it was seen.

As long as the same things stand there, the value's text is the same, and need not be made again. The shadow holds
references to immutable builtin values alone: of anything else the program might notice that it lives on. */

#ifndef STATECODE_SNAPSHOTS_H
#define STATECODE_SNAPSHOTS_H

#include "text.h"
#include "repr_context.h"

enum { LIST_PARTS = 6, SET_PARTS = 6, DICT_PARTS = 4, COUNTER_PARTS = 5, STRING_PARTS = 100, TARGET_LENGTH = 100, MAX_LEVELS = 3 };
enum { MAX_HELD_LENGTH = 1024, MAX_INT_BITS = 12000, MAX_END_ITEMS = 128, MAX_NESTED = 60 };

typedef enum { ENTRY_SCALAR, ENTRY_SEQUENCE, ENTRY_BOTH_ENDS, ENTRY_SET, ENTRY_DICT, ENTRY_FUNCTION, ENTRY_BUILTIN, ENTRY_MODULE,
               ENTRY_CLASS, ENTRY_INSTANCE, ENTRY_GENERATOR } EntryKind;

typedef struct {
    PyObject *value;       /* held where it is a leaf, else only compared */
    PyTypeObject *type;    /* only compared */
    PyObject *name;        /* held: the qualified name in the text; a dict's default factory is only compared */
    uint64_t version;      /* a size, or the state of a class or of a module's names */
    unsigned short left, right; /* how many items were seen from the start and from the end */
    unsigned char kind;
} SnapshotEntry;

typedef struct {
    SnapshotEntry *entries;
    size_t count, capacity;
    int nested;     /* tuples of one item around what is read: they cost no level, so nothing else bounds them */
    int is_partial; /* something was read that is not noted: the value must be read again */
} Snapshot;

static void snapshot_clear(Snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        if (snapshot->entries[i].kind == ENTRY_SCALAR) {
            Py_DECREF(snapshot->entries[i].value);
        } else if (snapshot->entries[i].kind != ENTRY_DICT) {
            Py_XDECREF(snapshot->entries[i].name);
        }
    }
    snapshot->count = 0;
    snapshot->nested = snapshot->is_partial = 0;
}

static void snapshot_free(Snapshot *snapshot)
{
    snapshot_clear(snapshot);
    arena_free(snapshot->entries, snapshot->capacity * sizeof(SnapshotEntry));
    snapshot->entries = NULL;
    snapshot->capacity = 0;
}

/* Note a thing seen; its index, or -1 where there is no memory. */
static Py_ssize_t snapshot_add(Snapshot *snapshot, EntryKind kind, PyObject *value, PyObject *name, uint64_t version)
{
    if (arena_grow((void **)&snapshot->entries, &snapshot->capacity, snapshot->count + 1, sizeof(SnapshotEntry)) < 0) {
        return -1;
    }
    SnapshotEntry *entry = &snapshot->entries[snapshot->count];
    *entry = (SnapshotEntry){value, Py_TYPE(value), name, version, 0, 0, (unsigned char)kind};
    if (kind == ENTRY_SCALAR) {
        Py_INCREF(value);
    } else if (kind != ENTRY_DICT) {
        Py_XINCREF(name);
    }
    return (Py_ssize_t)snapshot->count++;
}

#endif
