/* What is known of a class as long as it stays as it is: whether its instances, or itself, read as the interpreter's own
repr says, and have no length, shape or dtype that snoop would add. */

#ifndef STATECODE_REPR_CONTEXT_H
#define STATECODE_REPR_CONTEXT_H

#include "arena.h"
#include "module_state.h"

enum {
    DEFAULT_INSTANCE_REPR = 1, /* `<module.Class object at 0x...>` and nothing else */
    DEFAULT_CLASS_REPR = 2,     /* `<class 'module.Class'>` and nothing else */
    INSTANCE_DICT = 4,  /* instances have a __dict__ */
    DEFAULT_HASH = 8,    /* instances are equal to themselves alone, which calls nothing of the program's */
};

typedef struct {
    PyTypeObject *type;
    unsigned int version;
    int facts;
} CachedClass;

#define CACHED_CLASSES 128

/* Everything that decides how values of one program are read; each recorder has its own. */
typedef struct {
    const ModuleState *module;
    CachedClass *cached_classes;           /* CACHED_CLASSES entries in the arena, where they share no page with the parent process */
    PyObject *registry;         /* dict: class -> function, of cheap_repr */
    PyObject *suppressed;       /* set of classes whose repr failed, of cheap_repr */
    Py_ssize_t registry_size, suppressed_size; /* their sizes when `known` was begun */
    int is_builtin_suppressed;          /* a builtin class is among the suppressed: nothing is plain any more */
    unsigned int counter_version; /* of collections.Counter, when the recorder was made */
    int instances_may_have_shape, program_counts_references; /* see source_hints.py */
    PyObject *describe, *list_items; /* Python functions for values and variables that are not read in C */
} ReprContext;

static int find_suppressed_builtin(const ReprContext *context)
{
    PyTypeObject *builtins[] = {&PyLong_Type, &PyBool_Type, &PyFloat_Type, &PyUnicode_Type, &PyBytes_Type, &PyList_Type,
                                &PyTuple_Type, &PyDict_Type, &PySet_Type, &PyFrozenSet_Type, &PyType_Type,
                                &PyFunction_Type, &PyCFunction_Type, &PyModule_Type, &PyBaseObject_Type, &PyRange_Type,
                                &PyComplex_Type, Py_TYPE(Py_None), Py_TYPE(Py_Ellipsis), Py_TYPE(Py_NotImplemented), context->module->counter,
                                context->module->default_dict, context->module->deque};
    for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++) {
        if (builtins[i] != NULL && PySet_Contains(context->suppressed, (PyObject *)builtins[i]) != 0) {
            PyErr_Clear();
            return 1;
        }
    }
    return 0;
}

/* Begin the cache of classes again, because a function was registered or a class was suppressed. */
static void __attribute__((noinline)) clear_class_cache(ReprContext *context)
{
    context->registry_size = PyDict_GET_SIZE(context->registry);
    context->suppressed_size = PySet_GET_SIZE(context->suppressed);
    context->is_builtin_suppressed = find_suppressed_builtin(context);
    memset(context->cached_classes, 0, CACHED_CLASSES * sizeof(CachedClass));
}

/* Notice what changes the way in which values read; to be called before values are read. */
static inline void context_refresh(ReprContext *context)
{
    if (PyDict_GET_SIZE(context->registry) != context->registry_size || PySet_GET_SIZE(context->suppressed) != context->suppressed_size) {
        clear_class_cache(context);
    }
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
        if (base != (PyObject *)&PyBaseObject_Type &&
            (PyDict_Contains(context->registry, base) != 0 || PySet_Contains(context->suppressed, base) != 0)) {
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
        (Py_TYPE(type) != &PyType_Type && Py_TYPE(type) != context->module->abstract_meta)) {
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

/* The facts that hold for a class now; 0 also where it has no version by which a change would be seen. */
static int class_facts(ReprContext *context, PyTypeObject *type)
{
    CachedClass *cached = &context->cached_classes[((uintptr_t)type >> 4) % CACHED_CLASSES];
    if (cached->type != type || cached->version != class_version(type) || cached->version == 0) {
        _PyType_Lookup(type, context->module->shape); /* gives it a version */
        cached->facts = find_class_facts(context, type);
        cached->type = type;
        cached->version = class_version(type);
    }
    return cached->version ? cached->facts : 0;
}

/* Whether an instance may have a shape or dtype of its own, which snoop would add. */
static int has_shape(const ReprContext *context, PyObject *value)
{
    PyObject *found = NULL, *names[2] = {context->module->shape, context->module->dtype};
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
