/* What was seen of a value, in the order in which it was seen.

As long as the same things stand there, the value's text is the same, and need not be made again. The shadow holds
references to immutable builtin values alone: of anything else the program might notice that it lives on. */

#ifndef STATECODE_SHADOW_H
#define STATECODE_SHADOW_H

#include "text.h"
#include "type_facts.h"

enum { LIST_PARTS = 6, SET_PARTS = 6, DICT_PARTS = 4, COUNTER_PARTS = 5, STRING_PARTS = 100, TARGET_LENGTH = 100, LEVELS = 3 };
enum { LONGEST_HELD = 1024, MOST_BITS = 12000, MOST_SEGMENTS = 128, MOST_NESTED = 60 };

typedef enum { SEEN_LEAF, SEEN_SEQUENCE, SEEN_BOTH_ENDS, SEEN_SET, SEEN_DICT, SEEN_FUNCTION, SEEN_BUILTIN, SEEN_MODULE,
               SEEN_CLASS, SEEN_INSTANCE, SEEN_GENERATOR } SeenKind;

typedef struct {
    PyObject *value;       /* held where it is a leaf, else only compared */
    PyTypeObject *type;    /* only compared */
    PyObject *name;        /* held: the qualified name in the text; a dict's default factory is only compared */
    uint64_t version;      /* a size, or the state of a class or of a module's names */
    unsigned short left, right; /* how many items were seen from the start and from the end */
    unsigned char kind;
} Seen;

typedef struct {
    Seen *seen;
    size_t count, capacity;
    int nested;     /* tuples of one item around what is read: they cost no level, so nothing else bounds them */
    int is_partial; /* something was read that is not noted: the value must be read again */
} Shadow;

static void shadow_clear(Shadow *shadow)
{
    for (size_t i = 0; i < shadow->count; i++) {
        if (shadow->seen[i].kind == SEEN_LEAF) {
            Py_DECREF(shadow->seen[i].value);
        } else if (shadow->seen[i].kind != SEEN_DICT) {
            Py_XDECREF(shadow->seen[i].name);
        }
    }
    shadow->count = 0;
    shadow->nested = shadow->is_partial = 0;
}

static void shadow_free(Shadow *shadow)
{
    shadow_clear(shadow);
    arena_give_back(shadow->seen, shadow->capacity * sizeof(Seen));
    shadow->seen = NULL;
    shadow->capacity = 0;
}

/* Note a thing seen; its index, or -1 where there is no memory. */
static Py_ssize_t shadow_add(Shadow *shadow, SeenKind kind, PyObject *value, PyObject *name, uint64_t version)
{
    if (arena_grow((void **)&shadow->seen, &shadow->capacity, shadow->count + 1, sizeof(Seen)) < 0) {
        return -1;
    }
    Seen *seen = &shadow->seen[shadow->count];
    *seen = (Seen){value, Py_TYPE(value), name, version, 0, 0, (unsigned char)kind};
    if (kind == SEEN_LEAF) {
        Py_INCREF(value);
    } else if (kind != SEEN_DICT) {
        Py_XINCREF(name);
    }
    return (Py_ssize_t)shadow->count++;
}

#endif
