/* Checks if a program can observe that the values of a frame are deallocated. */

#ifndef STATECODE_FINALISERS_H
#define STATECODE_FINALISERS_H

#include "codes.h"

enum { MAX_INSPECTED_ITEMS = 64 };

static int has_no_observable_finaliser(const ModuleState *module, PyObject *value, int level);

static int have_no_observable_finaliser(const ModuleState *module, PyObject **items, Py_ssize_t count, int level)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!has_no_observable_finaliser(module, items[i], level)) {
            return 0;
        }
    }
    return 1;
}

/* Return 1 if a program cannot observe the deallocation of a value, because the value is builtin and contains only
builtin values, in at most `level` nested levels. Return 0 if the program may observe it. */
static int has_no_observable_finaliser(const ModuleState *module, PyObject *value, int level)
{
    PyTypeObject *type = Py_TYPE(value);
    if (is_scalar(value) || type == &PyRange_Type) {
        return 1;
    }
    if (level == 0) {
        return 0;
    }
    if (type == &PyList_Type || type == &PyTuple_Type) {
        return Py_SIZE(value) <= MAX_INSPECTED_ITEMS &&
               have_no_observable_finaliser(
                   module, type == &PyList_Type ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item,
                   Py_SIZE(value), level - 1);
    }
    if (type == &PyDict_Type || type == module->default_dict) {
        PyObject *key, *item;
        Py_ssize_t position = 0;
        int is_unobservable = PyDict_GET_SIZE(value) <= MAX_INSPECTED_ITEMS;
        while (is_unobservable && PyDict_Next(value, &position, &key, &item)) {
            is_unobservable = has_no_observable_finaliser(module, key, level - 1) &&
                              has_no_observable_finaliser(module, item, level - 1);
        }
        return is_unobservable;
    }
    if (type == &PySet_Type) {
        PyObject *key;
        Py_ssize_t position = 0;
        int is_unobservable =
            PySet_GET_SIZE(value) <= MAX_INSPECTED_ITEMS && ((PySetObject *)value)->weakreflist == NULL;
        while (is_unobservable && (key = next_in_set((PySetObject *)value, &position)) != NULL) {
            is_unobservable = has_no_observable_finaliser(module, key, level - 1);
        }
        return is_unobservable;
    }
    return 0;
}

/* Return the number of references to a value that an exited frame holds: one for each of its variables with this value,
and one for each `local_copy`. */
static Py_ssize_t count_references(FrameInfo *frame, PyObject *value)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    Py_ssize_t references = 0;
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        references += (locals[frame->code->slots[i].index] == value) + (frame->variables[i].local_copy == value);
    }
    return references;
}

/* Return 1 if an exited frame may hold the last reference to a value when the caller continues. At that time, the call
has released its own references and the return value. */
static int may_hold_last_reference(FrameInfo *frame)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    if (!frame->code->is_optimized || frame->variable_count < frame->code->slot_count) {
        return 1;
    }
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        PyObject *value = locals[frame->code->slots[i].index];
        if (value != NULL && !is_scalar(value)) {
            return 1;
        }
    }
    return 0;
}

/* Return 1 if the release of an exited frame deallocates a value, and the program may observe this. */
static int frees_observable_values(const ModuleState *module, FrameInfo *frame)
{
    PyObject **locals = frame_fast_locals(frame->frame);
    if (!frame->code->is_optimized || frame->variable_count < frame->code->slot_count) {
        return 1;
    }
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        PyObject *value = locals[frame->code->slots[i].index];
        if (value == NULL || is_scalar(value)) {
            continue;
        }
        if (frame->code->slots[i].is_cell && PyCell_Check(value)) { /* a closure may refer to the cell as well */
            PyObject *inside = PyCell_GET(value);
            if (Py_REFCNT(value) <= 1 && inside != NULL && !has_no_observable_finaliser(module, inside, MAX_LEVELS) &&
                Py_REFCNT(inside) <= 1 + (frame->variables[i].local_copy == inside)) {
                return 1;
            }
        } else if (Py_REFCNT(value) <= count_references(frame, value) &&
                   !has_no_observable_finaliser(module, value, MAX_LEVELS)) {
            return 1;
        }
    }
    return 0;
}

#endif
