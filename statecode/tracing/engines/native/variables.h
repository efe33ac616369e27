/* Collection of the variables of a frame at an event, in the order of `get_local_reprs` of snoop 0.6.1. */

#ifndef STATECODE_VARIABLES_H
#define STATECODE_VARIABLES_H

#include "frame_info.h"

enum { EXTRA_LEVELS = 60, EXTRA_LEVELS_FOR_CHANGES = 200 }; /* for `extend_recursion_limit` */

static PyObject *call_python(PyObject *function, PyObject *first, PyObject *second)
{
    PyThreadState *thread = PyThreadState_Get();
    extend_recursion_limit(thread, EXTRA_LEVELS);
    PyObject *result = PyObject_CallFunctionObjArgs(function, first, second, NULL);
    extend_recursion_limit(thread, -EXTRA_LEVELS);
    return result;
}

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

static int collect_mapping(FrameInfo *frame, Draft *draft, PyObject *mapping)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    frame->next_variable = 0;
    while (PyDict_Next(mapping, &position, &name, &value)) {
        if (!PyUnicode_Check(name) || is_hidden_name(name)) {
            continue;
        }
        Py_ssize_t variable = find_variable(frame, name);
        if (add_item(draft, variable, value) < 0) {
            return -1;
        }
        if (frame->variables[variable].rank != NO_RANK) {
            draft->is_sorted = 0;
        }
    }
    return 0;
}

/* Collect the variables in Python, which reads frame.f_locals as snoop does. This is necessary for class bodies with
cells, for names created by exec, and in other cases. */
static int collect_in_python(const ReprContext *context, FrameInfo *frame, Draft *draft)
{
    PyObject *pairs = call_python(context->list_items, (PyObject *)frame->frame, NULL);
    if (pairs == NULL) {
        return -1;
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
    return 0;
}

/* Hold references to a function's values, and release those of the previous event. In Python 3.12 and earlier,
frame.f_locals does the same.

Objects that the program drops therefore live until the next event of the frame. They are deallocated while nothing is
recorded, so that their finalisers and closed generators produce no events. */
static void copy_locals(FrameInfo *frame)
{
#if LOCALS_ARE_COPIED
    if (!frame->code->is_optimized || frame->variable_count < frame->code->slot_count) {
        return;
    }
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        LocalSlot *slot = &frame->code->slots[i];
        PyObject *value = slot_value(frame_fast_locals(frame->frame), slot);
        Variable *variable = &frame->variables[i];
        if (variable->local_copy != value) {
            PyObject *before = variable->local_copy;
            Py_XINCREF(value);
            variable->local_copy = value;
            Py_XDECREF(before);
        }
    }
#endif
}

static int has_fast_values(FrameInfo *frame)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        if (locals[frame->code->slots[i].index] != NULL) {
            return 1;
        }
    }
    return 0;
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

static int collect(const ReprContext *context, FrameInfo *frame, Draft *draft)
{
    draft->item_count = 0;
    draft->are_owned = 0;
    draft->is_sorted = 1;
    CodeInfo *code = frame->code;
    /* snoop reads f_locals at each event. This appends the names bound since the previous event to the dict. If the
    code may read the dict, the engine reads f_locals too, so that the names have the same order. */
    if (code->is_optimized && !code->may_read_locals && !has_extra_names(frame->frame) &&
        frame->variable_count == code->slot_count) {
        return collect_fast_locals(frame, draft);
    }
    PyObject *mapping = frame_mapping(frame->frame);
    if (!code->is_optimized && mapping != NULL && PyDict_CheckExact(mapping) &&
        (code->slot_count == 0 || !has_fast_values(frame))) {
        int result = collect_mapping(frame, draft, mapping);
        if (result == 0 && !draft->is_sorted) {
            sort_by_rank(frame, draft);
        }
        return result;
    }
    return collect_in_python(context, frame, draft);
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
