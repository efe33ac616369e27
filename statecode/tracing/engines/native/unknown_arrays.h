/* Reading of arrays in Python, for the cache in arrays.h. */

#ifndef STATECODE_UNKNOWN_ARRAYS_H
#define STATECODE_UNKNOWN_ARRAYS_H

#include "comprehensions.h"

enum { MAX_TRIES = 64 };                  /* number of arrays that are read in Python for the text of one value */

/* Add what `find_numpy` returned: the module numpy, the type of arrays, the place of the print options, and the scalar
types, each followed by the text of its dtype. Return 1; or 0 if they cannot be used. */
static int add_numpy_types(struct Arrays *arrays, PyObject *numpy_types)
{
    Py_ssize_t size = PyTuple_GET_SIZE(numpy_types);
    if (size < 3 || size > 3 + 2 * MAX_SCALAR_TYPES) {
        return 0;
    }
    PyObject *module = PyTuple_GET_ITEM(numpy_types, 0), *array_type = PyTuple_GET_ITEM(numpy_types, 1);
    PyObject *array_repr = PyModule_Check(module) ? PyDict_GetItemString(PyModule_GetDict(module), "array_repr") : NULL;
    if (array_repr == NULL || !PyType_Check(array_type) || !is_type_of_numpy((PyTypeObject *)array_type)) {
        return 0;
    }
    Py_INCREF(array_repr);
    arrays->array_repr = array_repr;
    arrays->array_type = (PyTypeObject *)array_type;
    Py_INCREF(module);
    arrays->module = module;
    arrays->options = PyTuple_GET_ITEM(numpy_types, 2);
    Py_INCREF(arrays->options);
    for (Py_ssize_t i = 3; i + 1 < size; i += 2) {
        PyObject *type = PyTuple_GET_ITEM(numpy_types, i), *dtype = PyTuple_GET_ITEM(numpy_types, i + 1);
        if (PyType_Check(type) && is_type_of_numpy((PyTypeObject *)type) && PyUnicode_Check(dtype)) {
            Py_INCREF(dtype);
            arrays->scalar_types[arrays->scalar_type_count++] = (ScalarType){(PyTypeObject *)type, dtype};
        }
    }
    return 1;
}

/* Find the types of numpy after a value of one was seen. Return 1 if values of them can now be read; 0 if not; -1 with
an exception. `find_numpy` returns None if numpy cannot be used yet, and an empty tuple if it never can. */
static int find_numpy(ReprContext *context)
{
    context->has_seen_numpy = 0;
    if (context->find_numpy == Py_None) {
        return 0;
    }
    PyObject *numpy_types = read_in_python(context, context->find_numpy, NULL, NULL, NULL);
    if (numpy_types == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    int is_usable = 0;
    if (PyTuple_CheckExact(numpy_types) && context->arrays == NULL) {
        struct Arrays *arrays = arena_allocate(sizeof(*arrays));
        if (arrays != NULL) {
            memset(arrays, 0, sizeof(*arrays));
            is_usable = add_numpy_types(arrays, numpy_types);
            context->arrays = is_usable ? arrays : NULL;
        }
        if (!is_usable) {
            free_arrays(arrays);
            Py_INCREF(Py_None);
            Py_SETREF(context->find_numpy, Py_None);
        }
    }
    Py_DECREF(numpy_types);
    if (is_usable) {
        refresh_print_options(context->arrays);
    }
    return is_usable;
}

/* Return 1 if the text of a value that is read in Python can only change with the dict of the module `value`: it is
numpy, and its attributes `shape` and `dtype`, which snoop records, are numpy's own. */
static int is_original_numpy(const ReprContext *context, PyObject *value)
{
    if (context->arrays == NULL || value != context->arrays->module || !PyModule_CheckExact(value)) {
        return 0;
    }
    PyObject *names = PyModule_GetDict(value), *shape = PyDict_GetItemWithError(names, context->module->shape);
    PyObject *dtype = PyDict_GetItemWithError(names, context->module->dtype);
    PyErr_Clear();
    return shape != NULL && (PyFunction_Check(shape) || is_type_of_numpy(Py_TYPE(shape))) && dtype != NULL &&
           PyType_Check(dtype) && is_type_of_numpy((PyTypeObject *)dtype);
}

/* Store the texts of an array in the entry of the key in `arrays->key`. Return 1, or 0 if there is no memory. */
static int add_cached_array(struct Arrays *arrays, PyObject *dtype, PyObject *texts)
{
    uint64_t hash = hash_bytes(arrays->key.data, arrays->key.length);
    CachedArray *set = arrays->sets[hash % CACHE_SETS], *entry = set;
    for (int way = 1; way < CACHE_WAYS && entry->id != 0; way++) {
        if (set[way].id == 0 || set[way].last_use < entry->last_use) {
            entry = &set[way];
        }
    }
    clear_cached_array(entry);
    text_clear(&entry->key);
    text_add(&entry->key, arrays->key.data, arrays->key.length);
    int failed = entry->key.failed;
    for (int kind = 0; kind < ARRAY_TEXTS; kind++) {
        text_clear(&entry->texts[kind]);
        text_add_whole_str(&entry->texts[kind], PyTuple_GET_ITEM(texts, kind));
        failed |= entry->texts[kind].failed;
    }
    if (!failed) {
        entry->id = ++arrays->last_id;
        entry->hash = hash;
        entry->last_use = ++arrays->uses;
        Py_INCREF(dtype);
        entry->dtype = dtype;
    }
    return !failed;
}

/* Read an array in Python and store its texts. `array_texts` returns the texts of the value, of the shape and of the
dtype as a tuple, or None if they depend on more than the key. Return 1; 0 if nothing is stored; -1 with an exception. */
static int read_array(ReprContext *context, PyObject *array)
{
    struct Arrays *arrays = context->arrays;
    if (!prepare_key(context, array)) {
        return 0;
    }
    uint64_t hash = hash_bytes(arrays->key.data, arrays->key.length);
    PyObject *texts = read_in_python(context, context->array_texts, array, NULL, NULL);
    if (texts == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    int result = 0;
    refresh_context(context);
    PyObject *dtype = PyObject_GetAttr(array, context->module->dtype);
    /* another thread may have changed the array in the meantime */
    if (dtype != NULL && PyTuple_CheckExact(texts) && prepare_key(context, array) &&
        hash_bytes(arrays->key.data, arrays->key.length) == hash) {
        result = add_cached_array(arrays, dtype, texts);
    }
    Py_XDECREF(dtype);
    Py_DECREF(texts);
    PyErr_Clear();
    return result;
}

/* Read what `write_top_value` lacked when it returned 0. Return 1 if the value should be written again; 0 if it must be
read in Python; -1 with an exception.

`tries`: number of times that the value was written before. */
static int read_unknown_array(ReprContext *context, int tries)
{
    if (context->arrays == NULL) {
        return context->has_seen_numpy ? find_numpy(context) : 0;
    }
    PyObject *array = context->arrays->unknown;
    context->arrays->unknown = NULL;
    if (array == NULL) {
        return 0;
    }
    int result = tries < MAX_TRIES ? read_array(context, array) : 0;
    Py_DECREF(array);
    return result;
}

#endif
