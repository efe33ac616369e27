/* Whether a value still reads as it did when it left its shadow. */

#ifndef STATECODE_UNCHANGED_H
#define STATECODE_UNCHANGED_H

#include "values.h"

static int is_unchanged(ReprContext *context, const Seen **cursor, PyObject *value);

static int are_unchanged(ReprContext *context, const Seen **cursor, PyObject **items, Py_ssize_t size, const Seen *seen)
{
    if (seen->kind == SEEN_BOTH_ENDS) {
        for (Py_ssize_t i = 0; i < seen->left; i++) {
            if (!is_unchanged(context, cursor, items[i]) || (i < seen->right && !is_unchanged(context, cursor, items[size - 1 - i]))) {
                return 0;
            }
        }
        return 1;
    }
    for (Py_ssize_t i = 0; i < seen->left + seen->right; i++) {
        if (!is_unchanged(context, cursor, items[i < seen->left ? i : size - seen->right + i - seen->left])) {
            return 0;
        }
    }
    return 1;
}

static int set_is_unchanged(ReprContext *context, const Seen **cursor, PyObject *value, const Seen *seen)
{
    Py_ssize_t position = 0;
    for (int i = 0; i < seen->left; i++) {
        PyObject *key = next_in_set((PySetObject *)value, &position);
        if (key == NULL || !is_unchanged(context, cursor, key)) {
            return 0;
        }
    }
    return 1;
}

static int dict_is_unchanged(ReprContext *context, const Seen **cursor, PyObject *value, const Seen *seen)
{
    Py_ssize_t position = 0;
    PyObject *key, *item;
    if (seen->type == context->module->default_dict) {
        PyObject *factory = PyObject_GetAttr(value, context->module->default_factory);
        if (factory == NULL || factory != seen->name || PyFunction_Check(factory)) { /* a function may get another name */
            PyErr_Clear();
            Py_XDECREF(factory);
            return 0;
        }
        Py_DECREF(factory);
    }
    if (seen->type == context->module->counter && context->instances_may_have_shape && has_shape(context, value)) {
        return 0;
    }
    for (int i = 0; i < seen->left; i++) {
        if (!PyDict_Next(value, &position, &key, &item) || !is_unchanged(context, cursor, key) || !is_unchanged(context, cursor, item)) {
            return 0;
        }
    }
    return 1;
}

static int is_unchanged(ReprContext *context, const Seen **cursor, PyObject *value)
{
    const Seen *seen = (*cursor)++;
    if (seen->value != value) {
        return 0;
    }
    if (seen->kind == SEEN_LEAF) {
        return 1;
    }
    if (seen->type != Py_TYPE(value)) {
        return 0;
    }
    switch ((SeenKind)seen->kind) {
    case SEEN_SEQUENCE:
    case SEEN_BOTH_ENDS:
        if ((uint64_t)Py_SIZE(value) != seen->version) {
            return 0;
        }
        return are_unchanged(context, cursor, PyList_Check(value) ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item,
                             Py_SIZE(value), seen);
    case SEEN_SET:
        return (uint64_t)PySet_GET_SIZE(value) == seen->version && set_is_unchanged(context, cursor, value, seen);
    case SEEN_DICT:
        return (uint64_t)PyDict_GET_SIZE(value) == seen->version && dict_is_unchanged(context, cursor, value, seen);
    case SEEN_FUNCTION: {
        PyFunctionObject *function = (PyFunctionObject *)value;
        return function->func_qualname == seen->name &&
               (function->func_dict == NULL || PyDict_GET_SIZE(function->func_dict) == 0);
    }
    case SEEN_GENERATOR:
        return ((PyGenObject *)value)->gi_qualname == seen->name;
    case SEEN_BUILTIN: {
        PyCFunctionObject *function = (PyCFunctionObject *)value;
        return ((uint64_t)(uintptr_t)function->m_ml ^ (uintptr_t)function->m_self) == seen->version;
    }
    case SEEN_MODULE:
        return dict_version(PyModule_GetDict(value)) == seen->version;
    case SEEN_CLASS:
        return seen->version != 0 && class_version((PyTypeObject *)value) == seen->version &&
               qualified_name((PyTypeObject *)value) == seen->name;
    case SEEN_INSTANCE:
        return seen->version != 0 && class_version(Py_TYPE(value)) == seen->version &&
               qualified_name(Py_TYPE(value)) == seen->name &&
               !(context->instances_may_have_shape && (facts_of(context, Py_TYPE(value)) & OWN_ATTRIBUTES) && has_shape(context, value));
    default:
        return 0;
    }
}

/* Whether a value reads as it did when it left this shadow. */
static inline int value_is_unchanged(ReprContext *context, const Shadow *shadow, PyObject *value)
{
    const Seen *cursor = shadow->seen;
    return shadow->count > 0 && !shadow->is_partial && is_unchanged(context, &cursor, value);
}

#endif
