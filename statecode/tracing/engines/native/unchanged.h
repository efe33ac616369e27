/* Comparison of values with their snapshots. */

#ifndef STATECODE_UNCHANGED_H
#define STATECODE_UNCHANGED_H

#include "values.h"

static int is_unchanged(ReprContext *context, const SnapshotEntry **cursor, PyObject *value);

static int are_unchanged(ReprContext *context, const SnapshotEntry **cursor, PyObject **items, Py_ssize_t size,
                         const SnapshotEntry *entry)
{
    if (entry->kind == ENTRY_BOTH_ENDS) {
        for (Py_ssize_t i = 0; i < entry->left; i++) {
            if (!is_unchanged(context, cursor, items[i]) ||
                (i < entry->right && !is_unchanged(context, cursor, items[size - 1 - i]))) {
                return 0;
            }
        }
        return 1;
    }
    for (Py_ssize_t i = 0; i < entry->left + entry->right; i++) {
        if (!is_unchanged(context, cursor, items[i < entry->left ? i : size - entry->right + i - entry->left])) {
            return 0;
        }
    }
    return 1;
}

static int set_is_unchanged(ReprContext *context, const SnapshotEntry **cursor, PyObject *value,
                            const SnapshotEntry *entry)
{
    Py_ssize_t position = 0;
    for (int i = 0; i < entry->left; i++) {
        PyObject *key = next_in_set((PySetObject *)value, &position);
        if (key == NULL || !is_unchanged(context, cursor, key)) {
            return 0;
        }
    }
    return 1;
}

static int dict_is_unchanged(ReprContext *context, const SnapshotEntry **cursor, PyObject *value,
                             const SnapshotEntry *entry)
{
    Py_ssize_t position = 0;
    PyObject *key, *item;
    if (entry->type == context->module->default_dict) {
        PyObject *factory = PyObject_GetAttr(value, context->module->default_factory);
        if (factory == NULL || factory != entry->name ||
            PyFunction_Check(factory)) { /* the name of a function may change */
            PyErr_Clear();
            Py_XDECREF(factory);
            return 0;
        }
        Py_DECREF(factory);
    }
    if (entry->type == context->module->counter && context->instances_may_have_shape && has_shape(context, value)) {
        return 0;
    }
    for (int i = 0; i < entry->left; i++) {
        if (!PyDict_Next(value, &position, &key, &item) || !is_unchanged(context, cursor, key) ||
            !is_unchanged(context, cursor, item)) {
            return 0;
        }
    }
    return 1;
}

static int is_unchanged(ReprContext *context, const SnapshotEntry **cursor, PyObject *value)
{
    const SnapshotEntry *entry = (*cursor)++;
    if (entry->value != value) {
        return entry->kind == ENTRY_ARRAY && array_is_unchanged(context, value, entry->version);
    }
    if (entry->kind == ENTRY_SCALAR) {
        return 1;
    }
    if (entry->type != Py_TYPE(value)) {
        return 0;
    }
    switch ((EntryKind)entry->kind) {
    case ENTRY_SEQUENCE:
    case ENTRY_BOTH_ENDS:
        if ((uint64_t)Py_SIZE(value) != entry->version) {
            return 0;
        }
        return are_unchanged(context, cursor,
                             PyList_Check(value) ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item,
                             Py_SIZE(value), entry);
    case ENTRY_SET:
        return (uint64_t)PySet_GET_SIZE(value) == entry->version && set_is_unchanged(context, cursor, value, entry);
    case ENTRY_DICT:
        return (uint64_t)PyDict_GET_SIZE(value) == entry->version && dict_is_unchanged(context, cursor, value, entry);
    case ENTRY_FUNCTION: {
        PyFunctionObject *function = (PyFunctionObject *)value;
        return function->func_qualname == entry->name &&
               (function->func_dict == NULL || PyDict_GET_SIZE(function->func_dict) == 0);
    }
    case ENTRY_GENERATOR:
        return ((PyGenObject *)value)->gi_qualname == entry->name;
    case ENTRY_BUILTIN: {
        PyCFunctionObject *function = (PyCFunctionObject *)value;
        return ((uint64_t)(uintptr_t)function->m_ml ^ (uintptr_t)function->m_self) == entry->version;
    }
    case ENTRY_MODULE:
        return dict_version(PyModule_GetDict(value)) == entry->version;
    case ENTRY_CLASS:
        return entry->version != 0 && class_version((PyTypeObject *)value) == entry->version &&
               qualified_name((PyTypeObject *)value) == entry->name;
    case ENTRY_ARRAY:
        return array_is_unchanged(context, value, entry->version);
    case ENTRY_NUMPY_SCALAR:
        return entry->version == context->arrays->epoch;
    case ENTRY_INSTANCE:
        return entry->version != 0 && class_version(Py_TYPE(value)) == entry->version &&
               qualified_name(Py_TYPE(value)) == entry->name &&
               !(context->instances_may_have_shape && (class_facts(context, Py_TYPE(value)) & INSTANCE_DICT) &&
                 has_shape(context, value));
    default:
        return 0;
    }
}

/* Return 1 if a value has the same text as when the snapshot was taken, 0 if it must be read again. */
static inline int value_is_unchanged(ReprContext *context, const Snapshot *snapshot, PyObject *value)
{
    const SnapshotEntry *cursor = snapshot->entries;
    return snapshot->count > 0 && !snapshot->is_partial && is_unchanged(context, &cursor, value);
}

#endif
