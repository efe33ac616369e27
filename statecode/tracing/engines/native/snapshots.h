/* Snapshots of values. A snapshot contains the objects that were read for the text of a value, in the order of reading.

If the same objects are found at the next event, the text is unchanged and is not written again. A snapshot holds
references to immutable builtin values only: the program could observe that other objects live longer. */

#ifndef STATECODE_SNAPSHOTS_H
#define STATECODE_SNAPSHOTS_H

#include "text.h"
#include "repr_context.h"

enum { LIST_PARTS = 6, SET_PARTS = 6, DICT_PARTS = 4, COUNTER_PARTS = 5, STRING_PARTS = 100, TARGET_LENGTH = 100 };
enum { MAX_LEVELS = 3 };
enum { MAX_HELD_LENGTH = 1024, MAX_INT_BITS = 12000, MAX_END_ITEMS = 128 };

/* The same numbers as in guarded_reads.py. */
enum { MAX_CHARACTERS = 30000, MAX_NESTED = 30 };

typedef enum {
    ENTRY_SCALAR, ENTRY_NUMPY_SCALAR, ENTRY_SEQUENCE, ENTRY_BOTH_ENDS, ENTRY_SET, ENTRY_DICT, ENTRY_FUNCTION,
    ENTRY_BUILTIN, ENTRY_MODULE, ENTRY_CLASS, ENTRY_INSTANCE, ENTRY_GENERATOR, ENTRY_ARRAY
} EntryKind;

typedef struct {
    PyObject *value;                      /* owned if it is a scalar; else an address that is only compared;
                                             not used for an array, which may equal another one */
    PyTypeObject *type;                   /* only compared */
    PyObject *name;                       /* owned: qualified name; of a dict: the default factory, only compared */
    uint64_t version;                     /* a size; the version of a class, of a module's namespace or of
                                             numpy's print options; the id of an array's texts */
    unsigned short left, right;           /* number of items read from the start and from the end */
    unsigned char kind;
} SnapshotEntry;

typedef struct {
    SnapshotEntry *entries;
    size_t count, capacity;
    int is_partial;                       /* a part of the value has no entry; the value must be read again */
} Snapshot;

static inline int is_held(int kind) { return kind <= ENTRY_NUMPY_SCALAR; }

static void snapshot_clear(Snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        if (is_held(snapshot->entries[i].kind)) {
            Py_DECREF(snapshot->entries[i].value);
        } else if (snapshot->entries[i].kind != ENTRY_DICT) {
            Py_XDECREF(snapshot->entries[i].name);
        }
    }
    snapshot->count = 0;
    snapshot->is_partial = 0;
}

static void snapshot_free(Snapshot *snapshot)
{
    snapshot_clear(snapshot);
    arena_free(snapshot->entries, snapshot->capacity * sizeof(SnapshotEntry));
    snapshot->entries = NULL;
    snapshot->capacity = 0;
}

/* Add an entry. Return its index, or -1 if there is no memory. */
static Py_ssize_t snapshot_add(Snapshot *snapshot, EntryKind kind, PyObject *value, PyObject *name, uint64_t version)
{
    if (arena_grow((void **)&snapshot->entries, &snapshot->capacity, snapshot->count + 1, sizeof(SnapshotEntry)) < 0) {
        return -1;
    }
    SnapshotEntry *entry = &snapshot->entries[snapshot->count];
    *entry = (SnapshotEntry){value, Py_TYPE(value), name, version, 0, 0, (unsigned char)kind};
    if (is_held(kind)) {
        Py_INCREF(value);
    } else if (kind != ENTRY_DICT) {
        Py_XINCREF(name);
    }
    return (Py_ssize_t)snapshot->count++;
}

#endif
