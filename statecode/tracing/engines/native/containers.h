/* Reprs of lists, tuples, sets and deques. They equal those of cheap_repr 0.5 with the settings of snoop 0.6.1. */

#ifndef STATECODE_CONTAINERS_H
#define STATECODE_CONTAINERS_H

#include "repr_writer.h"

/* Return 1 if the items after the first `shown` are omitted: at least `parts` items are shown, and there are more. For
a top-level value (`is_top`) the text must also have at least TARGET_LENGTH characters. */
static inline int is_cut(Py_ssize_t shown, Py_ssize_t size, int parts, int is_top, size_t characters)
{
    return shown >= parts && shown < size && (!is_top || characters >= TARGET_LENGTH);
}

static int write_ends(Writer *writer, PyObject *value, PyObject **items, Py_ssize_t size, int level)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    Text part = {0};
    Writer part_writer = {writer->context, &part, snapshot};
    struct { size_t start, end; } left[MAX_END_ITEMS], right[MAX_END_ITEMS];
    Py_ssize_t shown = 0, on_left = 0, on_right = 0;
    size_t total = 3 + 2;
    int cut = 0;
    Py_ssize_t at = snapshot_add(snapshot, ENTRY_BOTH_ENDS, value, NULL, (uint64_t)size);
    while (at >= 0 && shown < size && !cut) {
        int to_left = shown % 2 == 0;
        if (on_left == MAX_END_ITEMS || on_right == MAX_END_ITEMS) {
            at = -1;
            break;
        }
        size_t start = part.length, characters = part.characters;
        if (!write_value(&part_writer, items[to_left ? on_left : size - 1 - on_right], level - 1, 0)) {
            at = -1;
            break;
        }
        if (to_left) {
            left[on_left].start = start, left[on_left++].end = part.length;
        } else {
            right[on_right].start = start, right[on_right++].end = part.length;
        }
        total += part.characters - characters + 2;
        shown++;
        cut = is_cut(shown, size, LIST_PARTS, 1, total);
    }
    if (at >= 0) {
        snapshot->entries[at].left = (unsigned short)on_left;
        snapshot->entries[at].right = (unsigned short)on_right;
        for (Py_ssize_t i = 0; i < on_left; i++) {
            if (i) {
                text_add_literal(text, ", ");
            }
            text_add(text, part.data + left[i].start, left[i].end - left[i].start);
        }
        if (cut) {
            text_add_literal(text, ", ...");
        }
        for (Py_ssize_t i = on_right; i-- > 0;) {
            text_add_literal(text, ", ");
            text_add(text, part.data + right[i].start, right[i].end - right[i].start);
        }
    }
    int failed = part.failed;
    arena_free(part.data, part.capacity);
    return at >= 0 && !failed;
}

static inline int is_one_item_tuple(PyObject *value) { return PyTuple_CheckExact(value) && Py_SIZE(value) == 1; }

/* Write a tuple with one item and the tuples with one item inside it, of which MAX_NESTED are shown. They use no
level. */
static int write_one_item_tuples(Writer *writer, PyObject *value, int level)
{
    int nested = 0;
    for (; is_one_item_tuple(value) && nested < MAX_NESTED; nested++) {
        Py_ssize_t at = snapshot_add(writer->snapshot, ENTRY_SEQUENCE, value, NULL, 1);
        if (at < 0) {
            return 0;
        }
        writer->snapshot->entries[at].left = 1;
        text_add_char(writer->text, '(');
        value = PyTuple_GET_ITEM(value, 0);
    }
    if (is_one_item_tuple(value)) {
        if (snapshot_add(writer->snapshot, ENTRY_SEQUENCE, value, NULL, 1) < 0) {
            return 0;
        }
        text_add_literal(writer->text, "...");
    } else if (!write_value(writer, value, level, 0)) {
        return 0;
    }
    while (nested-- > 0) {
        text_add_literal(writer->text, ",)");
    }
    return 1;
}

static int write_sequence(Writer *writer, PyObject *value, int level, int is_top)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    int is_list = PyList_Check(value);
    Py_ssize_t size = is_list ? PyList_GET_SIZE(value) : PyTuple_GET_SIZE(value);
    PyObject **items = is_list ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item;
    if (!is_list && size == 1) {
        return write_one_item_tuples(writer, value, level);
    }
    text_add_char(text, is_list ? '[' : '(');
    if (size > 0 && level <= 0) {
        if (snapshot_add(snapshot, ENTRY_SEQUENCE, value, NULL, (uint64_t)size) < 0) {
            return 0;
        }
        text_add_literal(text, "...");
    } else if (size > LIST_PARTS && is_top) {
        if (!write_ends(writer, value, items, size, level)) {
            return 0;
        }
    } else {
        Py_ssize_t left = size > LIST_PARTS ? LIST_PARTS - LIST_PARTS / 2 : size;
        Py_ssize_t right = size > LIST_PARTS ? LIST_PARTS / 2 : 0;
        Py_ssize_t at = snapshot_add(snapshot, ENTRY_SEQUENCE, value, NULL, (uint64_t)size);
        if (at < 0) {
            return 0;
        }
        snapshot->entries[at].left = (unsigned short)left;
        snapshot->entries[at].right = (unsigned short)right;
        for (Py_ssize_t i = 0; i < left + right; i++) {
            if (i) {
                text_add_literal(text, ", ");
            }
            if (i == left) {
                text_add_literal(text, "..., ");
            }
            if (!write_value(writer, items[i < left ? i : size - right + i - left], level - 1, 0)) {
                return 0;
            }
        }
    }
    text_add_char(text, is_list ? ']' : ')');
    return 1;
}

/* Return the next key of a set in iteration order; NULL after the last one. */
static inline PyObject *next_in_set(PySetObject *set, Py_ssize_t *position)
{
    while (*position <= set->mask) {
        setentry *entry = &set->table[(*position)++];
        if (entry->key != NULL && entry->hash != -1) { /* -1: a removed key */
            return entry->key;
        }
    }
    return NULL;
}

static int write_set(Writer *writer, PyObject *value, int level, int is_top)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    Py_ssize_t size = PySet_GET_SIZE(value), position = 0, shown = 0;
    int is_frozen = PyFrozenSet_CheckExact(value), cut = 0;
    Py_ssize_t at = snapshot_add(snapshot, ENTRY_SET, value, NULL, (uint64_t)size);
    if (at < 0) {
        return 0;
    }
    if (size == 0) {
        text_add(text, is_frozen ? "frozenset()" : "set()", is_frozen ? 11 : 5);
        return 1;
    }
    text_add(text, is_frozen ? "frozenset({" : "{", is_frozen ? 11 : 1);
    size_t total = 3 + (is_frozen ? 11 + 2 : 2);
    if (level <= 0) {
        text_add_literal(text, "...");
    }
    while (level > 0 && shown < size && !cut) {
        size_t characters = text->characters;
        PyObject *key = next_in_set((PySetObject *)value, &position);
        if (shown) {
            text_add_literal(text, ", ");
            characters += 2;
        }
        if (key == NULL || !write_value(writer, key, level - 1, 1)) {
            return 0;
        }
        total += text->characters - characters + 2;
        shown++;
        cut = is_cut(shown, size, SET_PARTS, is_top, total);
    }
    if (cut) {
        text_add_literal(text, ", ...");
    }
    snapshot->entries[at].left = (unsigned short)shown;
    text_add(text, is_frozen ? "})" : "}", is_frozen ? 2 : 1);
    return shown < 65535;
}

static int write_deque(Writer *writer, PyObject *value, int level, int is_top)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    Py_ssize_t size = PyObject_Size(value), shown = 0;
    PyObject *items = PyObject_GetIter(value), *item;
    size_t total = 3 + 7 + 2;
    int cut = 0, result = size >= 0 && items != NULL;
    snapshot->is_partial = 1;
    text_add_literal(text, "deque([");
    if (size > 0 && level <= 0) {
        text_add_literal(text, "...");
    }
    while (result && level > 0 && shown < size && !cut && (item = PyIter_Next(items)) != NULL) {
        size_t characters = text->characters;
        if (shown) {
            text_add_literal(text, ", ");
            characters += 2;
        }
        result = write_value(writer, item, level - 1, 0);
        Py_DECREF(item);
        total += text->characters - characters + 2;
        shown++;
        cut = is_cut(shown, size, LIST_PARTS, is_top, total);
    }
    if (cut) {
        text_add_literal(text, ", ...");
    }
    text_add_literal(text, "])");
    Py_XDECREF(items);
    PyErr_Clear();
    return result;
}

#endif
