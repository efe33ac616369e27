/* Reprs of dict, collections.defaultdict and collections.Counter. They equal those of cheap_repr 0.5 with the settings
of snoop 0.6.1. */

#ifndef STATECODE_MAPPINGS_H
#define STATECODE_MAPPINGS_H

#include "containers.h"

/* Return 1 if hashing a key of a dict runs no code of the program. cheap_repr hashes each key, to look up its value. */
static int hash_runs_no_program_code(ReprContext *context, PyObject *key, int level)
{
    if (is_scalar(key) || PyFrozenSet_CheckExact(key) || is_numpy_scalar(context, key)) { /* a frozenset caches its hash */
        return 1;
    }
    if (!PyTuple_CheckExact(key)) {
        return (class_facts(context, Py_TYPE(key)) & DEFAULT_HASH) != 0;
    }
    int is_unobservable = level > 0 && PyTuple_GET_SIZE(key) <= MAX_END_ITEMS;
    for (Py_ssize_t i = 0; is_unobservable && i < PyTuple_GET_SIZE(key); i++) {
        is_unobservable = hash_runs_no_program_code(context, PyTuple_GET_ITEM(key, i), level - 1);
    }
    return is_unobservable;
}

/* Write `{key: value, ...}` of a dict or of an instance of a subclass, with the items that `is_cut` does not omit.
Return 1, or 0 if the value cannot be read in C.

`at`: index of the value's entry in the snapshot. */
static int write_items(Writer *writer, Py_ssize_t at, PyObject *value, int level, int is_top, int parts)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    Py_ssize_t size = PyDict_GET_SIZE(value), position = 0, shown = 0;
    PyObject *key, *item;
    size_t total = 3 + 2;
    int cut = 0;
    text_add_char(text, '{');
    if (size > 0 && level <= 0) {
        text_add_literal(text, "...");
    }
    while (level > 0 && shown < size && !cut) {
        size_t characters = text->characters;
        if (!PyDict_Next(value, &position, &key, &item)) {
            return 0;
        }
        if (shown) {
            text_add_literal(text, ", ");
            characters += 2;
        }
        if (!hash_runs_no_program_code(writer->context, key, MAX_LEVELS) || !write_value(writer, key, level - 1, 1)) {
            return 0;
        }
        text_add_literal(text, ": ");
        if (!write_value(writer, item, level - 1, 0)) {
            return 0;
        }
        total += text->characters - characters + 2;
        shown++;
        cut = is_cut(shown, size, parts, is_top, total);
    }
    if (cut) {
        text_add_literal(text, ", ...");
    }
    snapshot->entries[at].left = (unsigned short)shown;
    text_add_char(text, '}');
    return shown < 65535;
}

static int write_default_dict(Writer *writer, PyObject *value, int level, int is_top)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    PyObject *factory = PyObject_GetAttr(value, writer->context->module->default_factory);
    if (factory == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(factory); /* the dict holds it */
    int is_class = PyType_CheckExact(factory);
    if (factory != Py_None && !is_class && !PyFunction_Check(factory)) {
        return 0;
    }
    Py_ssize_t at = snapshot_add(snapshot, ENTRY_DICT, value, factory, (uint64_t)PyDict_GET_SIZE(value));
    snapshot->is_partial |=
        is_class && (((PyTypeObject *)factory)->tp_flags & Py_TPFLAGS_HEAPTYPE); /* the name of the class may change */
    text_add_literal(text, "defaultdict(");
    if (at < 0 || !write_repr(text, factory, 1)) {
        return 0;
    }
    text_add_literal(text, ", ");
    if (!write_items(writer, at, value, level, is_top, DICT_PARTS)) {
        return 0;
    }
    text_add_char(text, ')');
    return 1;
}

static int write_counter(Writer *writer, PyObject *value, int level, int is_top)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    Py_ssize_t size = PyDict_GET_SIZE(value);
    Py_ssize_t at = snapshot_add(snapshot, ENTRY_DICT, value, NULL, (uint64_t)size);
    ReprContext *context = writer->context;
    if (at < 0 || class_version(context->module->counter) != context->counter_version ||
        (context->instances_may_have_shape && has_shape(context, value))) {
        return 0;
    }
    text_add_literal(text, "Counter(");
    if (size > COUNTER_PARTS) {
        text_add_number(text, size);
        text_add_literal(text, " keys");
    } else if (size > 0 && !write_items(writer, at, value, level, is_top, COUNTER_PARTS)) {
        return 0;
    }
    text_add_char(text, ')');
    return 1;
}

#endif
