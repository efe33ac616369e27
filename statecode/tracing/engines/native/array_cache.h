/* The types of numpy, its print options, and a cache of the texts of arrays.

The text of an array depends on its dtype, its shape, the items that it shows and numpy's print options, and on nothing
else. The cache contains the texts of recent arrays by these properties. It holds no reference to an array. */

#ifndef STATECODE_ARRAY_CACHE_H
#define STATECODE_ARRAY_CACHE_H

#include "scalars.h"

enum { CACHE_SETS = 64, CACHE_WAYS = 4, MAX_SCALAR_TYPES = 32 };
enum { ARRAY_TEXTS = 3 };                 /* of the value, of the shape and of the dtype */

typedef struct {
    uint64_t id;                          /* no other entry has the same; 0: the entry is free */
    uint64_t hash, last_use;
    PyObject *dtype;                      /* owned; its address is a part of the key */
    Text key, texts[ARRAY_TEXTS];
} CachedArray;

typedef struct {
    PyTypeObject *type;
    PyObject *dtype;                      /* owned: the text of the dtype */
} ScalarType;

struct Arrays {
    PyTypeObject *array_type;             /* numpy.ndarray; NULL until an array was read */
    ScalarType scalar_types[MAX_SCALAR_TYPES];
    int scalar_type_count;
    PyObject *module, *array_repr;        /* owned: numpy, and its function, which the program may replace */
    uint64_t module_version;              /* of numpy's dict, when its function was last compared */
    int is_replaced;                      /* numpy.array_repr is another function: all values are read in Python */
    PyObject *options, *known_options;    /* owned: where numpy keeps its print options; a copy of them */
    uint64_t options_version;             /* of the dict of options that equals `known_options` */
    uint64_t epoch;                       /* number of changes of the options */
    uint64_t last_id, uses;
    PyObject *unknown;                    /* owned: an array without texts in the cache, which a container shows */
    CachedArray *found;                   /* the entry of the last array that was written */
    Text key;                             /* of the array that is looked up */
    CachedArray sets[CACHE_SETS][CACHE_WAYS];
};

static void clear_cached_array(CachedArray *entry)
{
    entry->id = 0;
    Py_CLEAR(entry->dtype);
}

static void clear_cached_arrays(struct Arrays *arrays)
{
    for (size_t i = 0; i < CACHE_SETS * CACHE_WAYS; i++) {
        clear_cached_array(&arrays->sets[0][0] + i);
    }
}

static void free_arrays(struct Arrays *arrays)
{
    if (arrays == NULL) {
        return;
    }
    clear_cached_arrays(arrays);
    for (size_t i = 0; i < CACHE_SETS * CACHE_WAYS; i++) {
        CachedArray *entry = &arrays->sets[0][0] + i;
        arena_free(entry->key.data, entry->key.capacity);
        for (int kind = 0; kind < ARRAY_TEXTS; kind++) {
            arena_free(entry->texts[kind].data, entry->texts[kind].capacity);
        }
    }
    for (int i = 0; i < arrays->scalar_type_count; i++) {
        Py_DECREF(arrays->scalar_types[i].dtype);
    }
    arena_free(arrays->key.data, arrays->key.capacity);
    Py_XDECREF(arrays->module);
    Py_XDECREF(arrays->array_repr);
    Py_XDECREF(arrays->options);
    Py_XDECREF(arrays->known_options);
    Py_XDECREF(arrays->unknown);
    arena_free(arrays, sizeof(*arrays));
}

/* Return 1 if two dicts of print options contain the same objects. */
static int are_same_options(PyObject *options, PyObject *known)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    if (known == NULL || PyDict_GET_SIZE(options) != PyDict_GET_SIZE(known)) {
        return 0;
    }
    while (PyDict_Next(options, &position, &name, &value)) {
        if (PyDict_GetItemWithError(known, name) != value) {
            PyErr_Clear();
            return 0;
        }
    }
    return 1;
}

/* Clear the cache if the print options have changed in this thread. */
static void refresh_print_options(struct Arrays *arrays)
{
    PyObject *options = arrays->options;
    Py_INCREF(options);
    if (PyContextVar_CheckExact(options)) {
        Py_DECREF(options);
        if (PyContextVar_Get(arrays->options, NULL, &options) < 0) {
            PyErr_Clear();
            options = NULL;
        }
    }
    int is_dict = options != NULL && PyDict_CheckExact(options);
    if (!is_dict || dict_version(options) != arrays->options_version) {
        if (!is_dict || !are_same_options(options, arrays->known_options)) {
            clear_cached_arrays(arrays);
            arrays->epoch++;
            Py_XSETREF(arrays->known_options, is_dict ? PyDict_Copy(options) : NULL);
            PyErr_Clear();
        }
        arrays->options_version = is_dict ? dict_version(options) : 0;
    }
    Py_XDECREF(options);
}

/* Read all values of numpy in Python while `numpy.array_repr` is a function of the program. */
static void refresh_array_repr(struct Arrays *arrays)
{
    PyObject *names = PyModule_GetDict(arrays->module);
    if (dict_version(names) != arrays->module_version) {
        arrays->module_version = dict_version(names);
        arrays->is_replaced = PyDict_GetItemString(names, "array_repr") != arrays->array_repr;
    }
}

/* Update the context after changes in cheap_repr and in numpy. Call it before reading values. */
static inline void refresh_context(ReprContext *context)
{
    if (PyDict_GET_SIZE(context->registry) != context->registry_size) {
        clear_class_cache(context);
    }
    if (context->arrays != NULL) {
        refresh_array_repr(context->arrays);
        refresh_print_options(context->arrays);
    }
}

#endif
