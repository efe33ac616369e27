/* Texts of numpy's arrays and scalars, without numpy's headers: arrays are read through the buffer protocol.

An array whose texts are in the cache is not read in Python again. Scalars of numpy are immutable, and are held like the
interpreter's own. */

#ifndef STATECODE_ARRAYS_H
#define STATECODE_ARRAYS_H

#include "array_cache.h"

/* The settings of `repr_ndarray` in cheap_repr 0.5: an array with more items is summarised, an array with more
dimensions shows no items. The settings of a summary follow from the number of dimensions, see `shown_at_edge`. */
enum { ARRAY_PARTS = 6, MAX_SHOWN_DIMENSIONS = 6 };
enum { MAX_DIMENSIONS = 64, MAX_SHOWN_BYTES = 4096, MAX_KEY_BYTES = MAX_SHOWN_BYTES + 16 + 8 * MAX_DIMENSIONS };

/* Return the number of items that a summary shows at each end of an axis. */
static Py_ssize_t shown_at_edge(int dimensions) { return dimensions > 3 ? 1 : dimensions == 3 ? 2 : ARRAY_PARTS / 2; }

/* Return the number of bytes of the items that the text of an array shows; -1 if they are too many. */
static Py_ssize_t shown_bytes(const Py_buffer *view, int is_summary)
{
    Py_ssize_t bytes = view->itemsize, edge = shown_at_edge(view->ndim);
    for (int axis = 0; axis < view->ndim; axis++) {
        Py_ssize_t shown = is_summary && view->shape[axis] > 2 * edge ? 2 * edge : view->shape[axis];
        if (shown == 0) {
            return 0;
        }
        if (bytes > MAX_SHOWN_BYTES / shown) {
            return -1;
        }
        bytes *= shown;
    }
    return bytes <= MAX_SHOWN_BYTES ? bytes : -1;
}

/* Copy the shown items of an axis, and of all axes after it. Return the end of the copy. */
static char *copy_shown_items(const Py_buffer *view, int axis, const char *items, int is_summary, char *to)
{
    if (axis == view->ndim) {
        memcpy(to, items, (size_t)view->itemsize);
        return to + view->itemsize;
    }
    Py_ssize_t length = view->shape[axis], edge = shown_at_edge(view->ndim);
    for (Py_ssize_t i = 0; i < length; i++) {
        if (is_summary && length > 2 * edge && i == edge) {
            i = length - edge;
        }
        to = copy_shown_items(view, axis + 1, items + i * view->strides[axis], is_summary, to);
    }
    return to;
}

/* Write the key of an array into `key`: its dtype, its shape and the items that its text shows. Return 1, or 0 if the
array has no key: it has no buffer, or shows too many bytes. No code of the program runs. */
static int write_array_key(Text *key, PyObject *array, PyObject *dtype)
{
    Py_buffer view;
    text_clear(key);
    if (PyObject_GetBuffer(array, &view, PyBUF_STRIDED_RO) < 0) {
        PyErr_Clear();
        return 0;
    }
    int result = view.ndim <= MAX_DIMENSIONS && (view.ndim == 0 || (view.shape != NULL && view.strides != NULL)) &&
                 view.suboffsets == NULL && text_reserve(key, MAX_KEY_BYTES);
    if (result) {
        int64_t dimensions = view.ndim, size = 1;
        text_add(key, (char *)&dtype, sizeof(dtype));
        text_add(key, (char *)&dimensions, sizeof(dimensions));
        for (int axis = 0; axis < view.ndim; axis++) {
            int64_t length = view.shape[axis];
            text_add(key, (char *)&length, sizeof(length));
            size = length == 0 ? 0 : size > ARRAY_PARTS ? size : size * length; /* exact up to ARRAY_PARTS */
        }
        int is_summary = size > ARRAY_PARTS;
        Py_ssize_t bytes = view.ndim > MAX_SHOWN_DIMENSIONS ? 0 : shown_bytes(&view, is_summary);
        if (bytes > 0) {
            copy_shown_items(&view, 0, view.buf, is_summary, key->data + key->length);
            key->length += (size_t)bytes;
        }
        result = bytes >= 0;
    }
    PyBuffer_Release(&view);
    return result;
}

static uint64_t hash_bytes(const char *bytes, size_t count)
{
    uint64_t hash = count, word;
    for (; count >= sizeof(word); count -= sizeof(word), bytes += sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 29;
    }
    for (; count > 0; count--, bytes++) {
        hash = (hash ^ (unsigned char)*bytes) * 0x9E3779B97F4A7C15ULL;
    }
    return hash ^ hash >> 32;
}

/* Return the entry of the key in `arrays->key`, or NULL. */
static CachedArray *find_cached_array(struct Arrays *arrays)
{
    const Text *key = &arrays->key;
    uint64_t hash = hash_bytes(key->data, key->length);
    CachedArray *set = arrays->sets[hash % CACHE_SETS];
    for (int way = 0; way < CACHE_WAYS; way++) {
        CachedArray *entry = &set[way];
        if (entry->id != 0 && entry->hash == hash && entry->key.length == key->length &&
            memcmp(entry->key.data, key->data, key->length) == 0) {
            entry->last_use = ++arrays->uses;
            return entry;
        }
    }
    return NULL;
}

/* Write the key of an array into `arrays->key`. Return 1, or 0 if the array has none. */
static int prepare_key(const ReprContext *context, PyObject *array)
{
    PyObject *dtype = PyObject_GetAttr(array, context->module->dtype);
    if (dtype == NULL) {
        PyErr_Clear();
        return 0;
    }
    int has_key = write_array_key(&context->arrays->key, array, dtype);
    Py_DECREF(dtype); /* the array holds it */
    return has_key;
}

/* Return the entry of an array, or NULL if the array is not in the cache. No code of the program runs. */
static CachedArray *look_up_array(const ReprContext *context, PyObject *array)
{
    return prepare_key(context, array) ? find_cached_array(context->arrays) : NULL;
}

/* Return 1 if a type is written in C and has the name of one of numpy's types. */
static inline int is_type_of_numpy(PyTypeObject *type)
{
    return !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) && strncmp(type->tp_name, "numpy.", 6) == 0;
}

/* Return 1 if values of numpy may be read here. */
static int can_read_numpy(const ReprContext *context)
{
    return context->arrays != NULL && !context->arrays->is_replaced;
}

static int is_array(const ReprContext *context, PyTypeObject *type)
{
    return can_read_numpy(context) && context->arrays->array_type == type;
}

/* Return the scalar type of numpy, or NULL if the type is none that is known. */
static const ScalarType *find_scalar_type(const ReprContext *context, PyTypeObject *type)
{
    for (int i = 0; can_read_numpy(context) && i < context->arrays->scalar_type_count; i++) {
        if (context->arrays->scalar_types[i].type == type) {
            return &context->arrays->scalar_types[i];
        }
    }
    return NULL;
}

static int is_numpy_scalar(const ReprContext *context, PyObject *value)
{
    return find_scalar_type(context, Py_TYPE(value)) != NULL;
}

/* Write an array that is in the cache. Return 1; or 0, and set `arrays->unknown`. */
static int write_array(const ReprContext *context, Text *text, Snapshot *snapshot, PyObject *array)
{
    struct Arrays *arrays = context->arrays;
    CachedArray *entry = look_up_array(context, array);
    if (entry == NULL) {
        Py_INCREF(array);
        Py_XSETREF(arrays->unknown, array);
        return 0;
    }
    const Text *value = &entry->texts[0];
    size_t characters = text->characters;
    text_add(text, value->data, value->length);
    text->characters = characters + value->characters;
    arrays->found = entry;
    return snapshot_add(snapshot, ENTRY_ARRAY, array, NULL, entry->id) >= 0;
}

/* Write a scalar of numpy. Its `__repr__` is numpy's own, in C. */
static int write_numpy_scalar(const ReprContext *context, Text *text, Snapshot *snapshot, PyObject *value)
{
    if (context->program_counts_references) {
        snapshot->is_partial = 1;
    } else if (snapshot_add(snapshot, ENTRY_NUMPY_SCALAR, value, NULL, context->arrays->epoch) < 0) {
        return 0;
    }
    return write_repr(text, value, 0);
}

static int array_is_unchanged(const ReprContext *context, PyObject *array, uint64_t id)
{
    CachedArray *entry = is_array(context, Py_TYPE(array)) ? look_up_array(context, array) : NULL;
    return entry != NULL && entry->id == id;
}

#endif
