/* Collection of the variables of a frame at an event, in the order of `get_local_reprs` of snoop 0.6.1. */

#ifndef STATECODE_VARIABLES_H
#define STATECODE_VARIABLES_H

#include "python_calls.h"

static Variable *new_variable(FrameInfo *frame, PyObject *name, int rank)
{
    if (arena_grow((void **)&frame->variables, &frame->variable_capacity, frame->variable_count + 1, sizeof(Variable)) <
        0) {
        return NULL;
    }
    Variable *variable = &frame->variables[frame->variable_count++];
    memset(variable, 0, sizeof(*variable));
    Py_INCREF(name);
    variable->name = name;
    variable->rank = rank;
    variable->size = -1;
    for (int i = 0; i < CHANGE_KINDS; i++) {
        variable->collected[i] = -1;
    }
    return variable;
}

static int rank_of(CodeInfo *code, PyObject *name)
{
    for (size_t i = 0; i < code->slot_count; i++) {
        if (PyUnicode_Compare(code->slots[i].name, name) == 0) {
            return (int)i;
        }
    }
    return NO_RANK;
}

/* Return the index of the variable of this name; -1 if there is no memory. A missing variable is created. The search
starts after the last result, because names are mostly in the same order as at the previous update. */
static Py_ssize_t find_variable(FrameInfo *frame, PyObject *name)
{
    size_t count = frame->variable_count, at = frame->next_variable;
    for (size_t looked = 0; looked < count; looked++, at++) {
        if (at >= count) {
            at = 0;
        }
        if (frame->variables[at].name == name) {
            frame->next_variable = at + 1;
            return (Py_ssize_t)at;
        }
    }
    for (at = 0; at < count; at++) { /* an equal name may be another object */
        PyObject *other = frame->variables[at].name;
        if (PyUnicode_GET_LENGTH(other) == PyUnicode_GET_LENGTH(name) && PyUnicode_Compare(other, name) == 0) {
            return (Py_ssize_t)at;
        }
    }
    if (new_variable(frame, name, rank_of(frame->code, name)) == NULL) {
        return -1;
    }
    frame->next_variable = frame->variable_count;
    return (Py_ssize_t)frame->variable_count - 1;
}

static int is_hidden_name(PyObject *name)
{
    static const char prefix[] = "__deep_pp_hidden__";
    if (PyUnicode_GET_LENGTH(name) < (Py_ssize_t)sizeof(prefix) - 1 || !PyUnicode_IS_ASCII(name)) {
        return 0;
    }
    return memcmp(PyUnicode_1BYTE_DATA(name), prefix, sizeof(prefix) - 1) == 0;
}

static int equals_ascii(PyObject *text, const char *expected, Py_ssize_t length)
{
    return PyUnicode_GET_LENGTH(text) == length && PyUnicode_CompareWithASCIIString(text, expected) == 0;
}

/* Return 1 for `__doc__` and `__file__` of the program's module while they have the values that `child` sets. */
static int is_initial(PyObject *name, PyObject *value)
{
    if (value == Py_None) {
        return equals_ascii(name, "__doc__", 7);
    }
    return equals_ascii(name, "__file__", 8) && PyUnicode_CheckExact(value) && equals_ascii(value, "program.py", 10);
}

static int add_item(Draft *draft, Py_ssize_t variable, PyObject *value)
{
    if (variable < 0 ||
        arena_grow((void **)&draft->items, &draft->item_capacity, draft->item_count + 1, sizeof(Item)) < 0) {
        return -1;
    }
    draft->items[draft->item_count++] = (Item){(size_t)variable, value};
    return 0;
}

static int collect_fast_locals(FrameInfo *frame, Draft *draft)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        LocalSlot *slot = &frame->code->slots[i];
        if (slot->is_duplicate) {
            continue;
        }
        PyObject *value = slot_value(locals, slot);
        if (slot->later_duplicate &&
            (LOCALS_ARE_COPIED || value == NULL)) { /* f_locals has the last slot; from 3.13 on the first bound one */
            value = slot_value(locals, &frame->code->slots[slot->later_duplicate]);
        }
        if (value != NULL && add_item(draft, (Py_ssize_t)i, value) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Collect the names of a dict in its order; of a subclass without a call of its methods.

`is_extra`: the dict of `frame_extra_names`, whose copies of the code's variables are skipped. */
static int collect_dict(FrameInfo *frame, Draft *draft, PyObject *dict, int is_extra)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    frame->next_variable = 0;
    while (PyDict_Next(dict, &position, &name, &value)) {
        if (!PyUnicode_Check(name) || is_hidden_name(name) || (frame->code->is_module && is_initial(name, value))) {
            continue;
        }
        Py_ssize_t variable = find_variable(frame, name);
        if (variable < 0) {
            return -1;
        }
        int has_rank = frame->variables[variable].rank != NO_RANK;
        if (is_extra && has_rank) {
            continue;
        }
        if (add_item(draft, variable, value) < 0) {
            return -1;
        }
        draft->is_sorted &= !has_rank || is_extra;
    }
    return 0;
}

/* Collect pairs of names and values that a Python function returns for an argument; none if it raises. */
static int collect_in_python(const ReprContext *context, FrameInfo *frame, Draft *draft, PyObject *function,
                             PyObject *argument)
{
    PyObject *pairs = read_in_python(context, function, argument, NULL, NULL);
    if (pairs == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    draft->are_owned = 1;
    frame->next_variable = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(pairs); i++) {
        PyObject *pair = PyList_GET_ITEM(pairs, i), *value = PyTuple_GET_ITEM(pair, 1);
        if (add_item(draft, find_variable(frame, PyTuple_GET_ITEM(pair, 0)), value) < 0) {
            Py_DECREF(pairs);
            return -1;
        }
        Py_INCREF(value);
    }
    Py_DECREF(pairs);
    draft->is_sorted = 0;
    return 0;
}

/* Add the bound slots of a module's or class's frame: cells of the class body, and variables of comprehensions. A slot
replaces an item of the same name. */
static int collect_slots(FrameInfo *frame, Draft *draft, int with_free_variables)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        LocalSlot *slot = &frame->code->slots[i];
        PyObject *value = slot_value(locals, slot);
        if (value == NULL || (slot->is_free && !with_free_variables)) {
            continue;
        }
        Py_ssize_t variable = find_variable(frame, slot->name);
        size_t at = 0;
        while (at < draft->item_count && draft->items[at].variable != (size_t)variable) {
            at++;
        }
        if (at == draft->item_count) {
            if (add_item(draft, variable, value) < 0) {
                return -1;
            }
        } else {
            Py_XDECREF(draft->are_owned ? draft->items[at].value : NULL);
            draft->items[at].value = value;
        }
        Py_XINCREF(draft->are_owned ? value : NULL);
        draft->is_sorted = 0;
    }
    return 0;
}

#if !LOCALS_ARE_COPIED
static int has_bound_hidden_slot(FrameInfo *frame)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        LocalSlot *slot = &frame->code->slots[i];
        if (slot->is_hidden && slot_value(locals, slot) != NULL) {
            return 1;
        }
    }
    return 0;
}
#endif

/* Collect the variables of a module's or class's frame. */
static int collect_namespace(const ReprContext *context, FrameInfo *frame, Draft *draft)
{
    PyObject *namespace = frame_namespace(frame->frame);
#if !LOCALS_ARE_COPIED
    if (frame->code->slot_count && has_bound_hidden_slot(frame)) { /* f_locals then has nothing but the slots */
        PyObject *extra = frame_extra_names(frame->frame);
        return collect_slots(frame, draft, 1) < 0 || (extra != NULL && collect_dict(frame, draft, extra, 1) < 0) ? -1 : 0;
    }
#endif
    if (namespace != NULL && PyDict_Check(namespace)) {
        if (collect_dict(frame, draft, namespace, 0) < 0) {
            return -1;
        }
    } else if (namespace != NULL && collect_in_python(context, frame, draft, context->list_items, namespace) < 0) {
        return -1; /* the locals of exec(), or the result of __prepare__: a mapping with methods of the program */
    }
    return collect_slots(frame, draft, 0);
}

static void sort_by_rank(FrameInfo *frame, Draft *draft)
{
    for (size_t i = 1; i < draft->item_count; i++) {
        Item item = draft->items[i];
        int rank = frame->variables[item.variable].rank;
        size_t at = i;
        while (at > 0 && frame->variables[draft->items[at - 1].variable].rank > rank) {
            draft->items[at] = draft->items[at - 1];
            at--;
        }
        draft->items[at] = item;
    }
}

/* Collect the variables of a frame where they are: fast locals, cells, and existing dicts. Nothing is refreshed or
created, because a program that uses locals() could observe it. */
static int collect(const ReprContext *context, FrameInfo *frame, Draft *draft)
{
    draft->item_count = 0;
    draft->are_owned = 0;
    draft->is_sorted = 1;
    int result;
    if (context->list_refreshed != NULL) {
        result = collect_in_python(context, frame, draft, context->list_refreshed, (PyObject *)frame->frame);
    } else if (frame->code->is_optimized) {
        PyObject *extra = frame_extra_names(frame->frame);
        result = collect_fast_locals(frame, draft);
        if (result == 0 && extra != NULL && PyDict_Check(extra)) { /* exec() of a function's code accepts other mappings */
            result = collect_dict(frame, draft, extra, 1);
        }
    } else {
        result = collect_namespace(context, frame, draft);
    }
    if (result == 0 && !draft->is_sorted) {
        sort_by_rank(frame, draft);
    }
    return result;
}

static void own_items(Draft *draft)
{
    if (!draft->are_owned) {
        for (size_t i = 0; i < draft->item_count; i++) {
            Py_INCREF(draft->items[i].value);
        }
        draft->are_owned = 1;
    }
}

static void release_items(Draft *draft)
{
    if (draft->are_owned) {
        draft->are_owned = 0;
        for (size_t i = 0; i < draft->item_count; i++) {
            Py_DECREF(draft->items[i].value);
        }
    }
}

#endif
