/* Settings and caches that decide how values are read.

The cache contains facts about classes: that the instances, or the class itself, have the interpreter's default repr,
and no length, shape or dtype that snoop would record. A fact holds until the class changes. */

#ifndef STATECODE_REPR_CONTEXT_H
#define STATECODE_REPR_CONTEXT_H

#include "arena.h"
#include "module_state.h"

enum {
    DEFAULT_INSTANCE_REPR = 1, /* `<module.Class object at 0x...>` only */
    DEFAULT_CLASS_REPR = 2,    /* `<class 'module.Class'>` only */
    INSTANCE_DICT = 4,         /* instances have a __dict__ */
    DEFAULT_HASH = 8,          /* instances equal themselves only; hash and comparison run no code of the program */
};

typedef struct {
    PyTypeObject *type;
    unsigned int version;
    int facts;
} CachedClass;

#define CACHED_CLASSES 128

/* The context of one recorder. */
typedef struct {
    const ModuleState *module;
    CachedClass *cached_classes;          /* CACHED_CLASSES entries in the arena, on pages of this process only */
    PyObject *registry;                   /* dict of cheap_repr: class -> repr function */
    Py_ssize_t registry_size;             /* when the cache was last cleared */
    unsigned int counter_version;         /* version of collections.Counter when the recorder was created */
    int instances_may_have_shape, program_counts_references; /* see `add_code` */
    int is_in_process;                    /* the process continues after the recording; it receives Ctrl-C */
    PyObject *describe, *list_items;      /* Python functions for values and mappings that are not read in C */
    PyObject *list_refreshed;             /* reads the variables of a frame as snoop does, see `imitate_snoop`; or NULL */
    PyObject *find_numpy, *array_texts;   /* Python functions: see unknown_arrays.h */
    struct Arrays *arrays;                /* texts of numpy's arrays and scalars, in the arena; NULL until one is read */
    int has_seen_numpy;                   /* a value has a type of numpy, and `arrays` is NULL */
} ReprContext;

/* Clear the cache, because a repr function was registered. */
static void __attribute__((noinline)) clear_class_cache(ReprContext *context)
{
    context->registry_size = PyDict_GET_SIZE(context->registry);
    memset(context->cached_classes, 0, CACHED_CLASSES * sizeof(CachedClass));
}

/* Return 1 if a lookup in a dict runs no code of the program, such as the `__eq__` of a key. */
static int has_plain_keys(PyObject *dict)
{
    PyObject *key;
    Py_ssize_t position = 0;
    while (dict != NULL && PyDict_Next(dict, &position, &key, NULL)) {
        if (!PyUnicode_CheckExact(key)) {
            return 0;
        }
    }
    return 1;
}

/* Return 1 if a lookup of a class attribute runs no code of the program. */
static int has_plain_attributes(PyTypeObject *type)
{
    PyObject *bases = type->tp_mro;
    for (Py_ssize_t i = 0; bases != NULL && i < PyTuple_GET_SIZE(bases); i++) {
        if (!has_plain_keys(((PyTypeObject *)PyTuple_GET_ITEM(bases, i))->tp_dict)) { /* NULL: of a builtin class */
            return 0;
        }
    }
    return bases != NULL;
}

static int class_has(PyTypeObject *type, PyObject *name) { return _PyType_Lookup(type, name) != NULL; }

static int has_repr_function(const ReprContext *context, PyTypeObject *type)
{
    PyObject *bases = type->tp_mro;
    if (bases == NULL) {
        return 1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (base != (PyObject *)&PyBaseObject_Type && PyDict_Contains(context->registry, base) != 0) {
            PyErr_Clear();
            return 1;
        }
    }
    return 0;
}

static int find_class_facts(const ReprContext *context, PyTypeObject *type)
{
    if (class_has(type, context->module->shape) || class_has(type, context->module->dtype) ||
        _PyType_Lookup(type, context->module->dunder_class) != context->module->object_class ||
        (Py_TYPE(type) != &PyType_Type && Py_TYPE(type) != context->module->abstract_meta) ||
        ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) && !PyUnicode_CheckExact(((PyHeapTypeObject *)type)->ht_qualname))) {
        return 0;
    }
    int facts = DEFAULT_CLASS_REPR;
    int has_length = (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL) ||
                     (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL);
    if (type->tp_repr == PyBaseObject_Type.tp_repr && type->tp_getattro == PyObject_GenericGetAttr && !has_length &&
        !has_repr_function(context, type)) {
        facts |= DEFAULT_INSTANCE_REPR;
    }
    if (type->tp_hash == PyBaseObject_Type.tp_hash && type->tp_richcompare == PyBaseObject_Type.tp_richcompare) {
        facts |= DEFAULT_HASH;
    }
    if (type->tp_dictoffset != 0
#if PY_VERSION_HEX >= 0x030B0000
        || (type->tp_flags & Py_TPFLAGS_MANAGED_DICT)
#endif
    ) {
        facts |= INSTANCE_DICT;
    }
    return facts;
}

/* Return the facts that hold for a class now; 0 if the class has no version that would reveal a change. */
static int class_facts(ReprContext *context, PyTypeObject *type)
{
    CachedClass *cached = &context->cached_classes[((uintptr_t)type >> 4) % CACHED_CLASSES];
    if (cached->type != type || cached->version != class_version(type) || cached->version == 0) {
        if (!has_plain_attributes(type)) {
            return 0;
        }
        _PyType_Lookup(type, context->module->shape); /* assigns a version */
        cached->facts = find_class_facts(context, type);
        cached->type = type;
        cached->version = class_version(type);
    }
    return cached->version ? cached->facts : 0;
}

/* Return 1 if an instance may have a shape or dtype of its own, which snoop would record. */
static int has_shape(const ReprContext *context, PyObject *value)
{
    PyObject *found = NULL, *names[2] = {context->module->shape, context->module->dtype};
    if (!has_plain_keys(instance_dict(value))) {
        return 1;
    }
    for (int i = 0; i < 2; i++) {
        if (find_attribute(value, names[i], &found) != 0) {
            PyErr_Clear();
            Py_XDECREF(found);
            return 1;
        }
    }
    return 0;
}

#endif
