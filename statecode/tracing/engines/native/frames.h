/* Threads, the frames that run in them and their numbers, and how long values live after their frames. */

#ifndef STATECODE_FRAMES_H
#define STATECODE_FRAMES_H

#include "codes.h"

static ThreadInfo *find_thread(Recorder *recorder)
{
    uint64_t id = PyThreadState_GetID(PyThreadState_Get());
    if (recorder->current != NULL && recorder->current->id == id) {
        return recorder->current;
    }
    for (size_t i = 0; i < recorder->thread_count; i++) {
        if (recorder->threads[i]->id == id) {
            return recorder->current = recorder->threads[i];
        }
    }
    if (arena_grow((void **)&recorder->threads, &recorder->thread_capacity, recorder->thread_count + 1, sizeof(ThreadInfo *)) < 0) {
        return NULL;
    }
    ThreadInfo *thread = arena_get(sizeof(ThreadInfo));
    if (thread == NULL) {
        return NULL;
    }
    memset(thread, 0, sizeof(*thread));
    thread->id = id;
    thread->number = -1; /* until its first event is written */
    thread->depth = -1;
    if (arena_grow((void **)&thread->draft.text.data, &thread->draft.text.capacity, 2048, 1) < 0 ||
        arena_grow((void **)&thread->draft.items, &thread->draft.item_capacity, 32, sizeof(Item)) < 0 ||
        arena_grow((void **)&thread->draft.placed, &thread->draft.placed_capacity, 32, sizeof(Placed)) < 0) {
        return NULL;
    }
    recorder->threads[recorder->thread_count++] = thread;
    return recorder->current = thread;
}

static void free_variables(FrameInfo *frame)
{
    for (size_t i = 0; i < frame->variable_count; i++) {
        Py_XDECREF(frame->variables[i].copied);
        Py_DECREF(frame->variables[i].name);
    }
    arena_give_back(frame->variables, frame->variable_capacity * sizeof(Variable));
    frame->variables = NULL;
    frame->variable_count = frame->variable_capacity = 0;
}

enum { MOST_LOOKED_AT = 64 };

static int is_quiet(const ModuleState *module, PyObject *value, int level);

static int are_quiet(const ModuleState *module, PyObject **items, Py_ssize_t count, int level)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!is_quiet(module, items[i], level)) {
            return 0;
        }
    }
    return 1;
}

/* Whether nobody notices when a value ends: it holds nothing but builtin values. */
static int is_quiet(const ModuleState *module, PyObject *value, int level)
{
    PyTypeObject *type = Py_TYPE(value);
    if (is_leaf(value) || type == &PyRange_Type) {
        return 1;
    }
    if (level == 0) {
        return 0;
    }
    if (type == &PyList_Type || type == &PyTuple_Type) {
        return Py_SIZE(value) <= MOST_LOOKED_AT &&
               are_quiet(module, type == &PyList_Type ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item,
                         Py_SIZE(value), level - 1);
    }
    if (type == &PyDict_Type || type == module->default_dict) {
        PyObject *key, *item;
        Py_ssize_t position = 0;
        int quiet = PyDict_GET_SIZE(value) <= MOST_LOOKED_AT;
        while (quiet && PyDict_Next(value, &position, &key, &item)) {
            quiet = is_quiet(module, key, level - 1) && is_quiet(module, item, level - 1);
        }
        return quiet;
    }
    if (type == &PySet_Type) {
        PyObject *key;
        Py_ssize_t position = 0;
        int quiet = PySet_GET_SIZE(value) <= MOST_LOOKED_AT && ((PySetObject *)value)->weakreflist == NULL;
        while (quiet && (key = next_in_set((PySetObject *)value, &position)) != NULL) {
            quiet = is_quiet(module, key, level - 1);
        }
        return quiet;
    }
    return 0;
}

/* How many references to a value end with a frame that was left: the variables that have it, each with its copy. */
static Py_ssize_t references_of(FrameInfo *frame, PyObject *value)
{
    PyObject **locals = fast_locals_of(frame->frame);
    Py_ssize_t references = 0;
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        references += (locals[frame->code->slots[i].index] == value) + (frame->variables[i].copied == value);
    }
    return references;
}

/* Whether a frame may be the last to hold something, once its caller has gone on: what it returned, and what the caller
had for the call alone, have ended by then. */
static int is_worth_holding(FrameInfo *frame)
{
    PyObject **locals = fast_locals_of(frame->frame);
    if (!frame->code->is_optimized || frame->variable_count < frame->code->slot_count) {
        return 1;
    }
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        PyObject *value = locals[frame->code->slots[i].index];
        if (value != NULL && !is_leaf(value)) {
            return 1;
        }
    }
    return 0;
}

/* Whether something ends with a frame that was left, and the program may notice. */
static int ends_something(const ModuleState *module, FrameInfo *frame)
{
    PyObject **locals = fast_locals_of(frame->frame);
    if (!frame->code->is_optimized || frame->variable_count < frame->code->slot_count) {
        return 1;
    }
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        PyObject *value = locals[frame->code->slots[i].index];
        if (value == NULL || is_leaf(value)) {
            continue;
        }
        if (frame->code->slots[i].is_cell && PyCell_Check(value)) { /* a closure may have it as well */
            PyObject *inside = PyCell_GET(value);
            if (Py_REFCNT(value) <= 1 && inside != NULL && !is_quiet(module, inside, LEVELS) &&
                Py_REFCNT(inside) <= 1 + (frame->variables[i].copied == inside)) {
                return 1;
            }
        } else if (Py_REFCNT(value) <= references_of(frame, value) && !is_quiet(module, value, LEVELS)) {
            return 1;
        }
    }
    return 0;
}

/* Let go of the frame that was left last. Its values end here as with snoop, which holds it too: while nothing is
recorded, and below a frame that is not the program's, in whose module warnings then leave their traces. */
static int release_left(Recorder *recorder)
{
    if (recorder->left.frame == NULL) {
        return 0;
    }
    FrameInfo left = recorder->left;
    recorder->left.frame = NULL;
    int is_noticed = (left.code->code->co_flags & RESUMABLE) || !has_values(left.frame) || ends_something(recorder->context.module, &left);
    free_variables(&left);
    if (!is_noticed) {
        Py_DECREF(left.frame);
        return 0;
    }
    PyObject *last = PyList_New(1);
    if (last == NULL) {
        Py_DECREF(left.frame);
        return -1;
    }
    PyList_SET_ITEM(last, 0, (PyObject *)left.frame);
    PyObject *result = call_python(recorder->let_go, last, NULL);
    Py_DECREF(last);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static void leave_frame(Recorder *recorder, ThreadInfo *thread, size_t at)
{
    FrameInfo *frame = &thread->stack[at];
    for (size_t i = 0; i < frame->variable_count; i++) {
        shadow_free(&frame->variables[i].shadow);
    }
    for (size_t i = 0; i < frame->collected_count; i++) {
        Collected *all = &frame->collected[i];
        for (int k = 0; k < all->count; k++) {
            if (all->count < MOST_COLLECTED || k != (MOST_COLLECTED - 1) / 2) {
                arena_give_back((void *)all->texts[k].data, all->texts[k].length ? all->texts[k].length : 1);
            }
        }
    }
    arena_give_back(frame->collected, frame->collected_capacity * sizeof(Collected));
    FrameInfo left = *frame;
    memmove(frame, frame + 1, (thread->count - at - 1) * sizeof(FrameInfo));
    thread->count--;
    if (recorder != NULL && is_worth_holding(&left)) {
        FrameInfo other = recorder->left; /* another thread's, that ran while this event was written */
        Py_INCREF(left.frame);
        recorder->left = left;
        if (other.frame != NULL) {
            free_variables(&other);
            Py_DECREF(other.frame);
        }
    } else {
        free_variables(&left);
    }
}

static FrameInfo *enter_frame(ThreadInfo *thread, PyFrameObject *frame, CodeInfo *code)
{
    if (arena_grow((void **)&thread->stack, &thread->capacity, thread->count + 1, sizeof(FrameInfo)) < 0) {
        return NULL;
    }
    FrameInfo *info = &thread->stack[thread->count++];
    memset(info, 0, sizeof(*info));
    info->frame = frame;
    info->code = code;
    info->number = -1;
    info->last_line = PyFrame_GetLineNumber(frame);
    if (code->is_optimized && code->slot_count) {
        for (size_t i = 0; i < code->slot_count; i++) {
            if (new_variable(info, code->slots[i].name, (int)i) == NULL) {
                return NULL;
            }
        }
    }
    return info;
}

/* The record of a frame; one that is not known begins here, as in snoop. A frame that was left while the program had
turned tracing off has a record still, which is not that of a later frame at its address. */
static FrameInfo *find_frame(ThreadInfo *thread, PyFrameObject *frame, CodeInfo *code, int is_call)
{
    for (size_t at = thread->count; at-- > 0;) {
        FrameInfo *info = &thread->stack[at];
        if (info->frame == frame) {
            if (info->code == code && !(is_call && !(code->code->co_flags & RESUMABLE))) {
                return info;
            }
            info->frame = NULL;
        }
    }
    return enter_frame(thread, frame, code);
}

static NumberedFrame *find_suspended(Recorder *recorder, PyFrameObject *frame)
{
    for (size_t at = hash_of(frame);; at++) {
        NumberedFrame *entry = &recorder->suspended[at & recorder->suspended_mask];
        if (entry->frame == NULL || entry->frame == frame) {
            return entry;
        }
    }
}

static int grow_suspended(Recorder *recorder)
{
    NumberedFrame *old = recorder->suspended;
    size_t old_size = old == NULL ? 0 : recorder->suspended_mask + 1, size = old == NULL ? 64 : old_size * 2;
    NumberedFrame *grown = arena_get(size * sizeof(*grown));
    if (grown == NULL) {
        return -1;
    }
    memset(grown, 0, size * sizeof(*grown));
    recorder->suspended = grown;
    recorder->suspended_mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].frame != NULL) {
            *find_suspended(recorder, old[i].frame) = old[i];
        }
    }
    arena_give_back(old, old_size * sizeof(*old));
    return 0;
}

/* Number frames by first event. A generator's frame keeps its number as long as it is gone on with after a yield. */
static int number_frame(Recorder *recorder, FrameInfo *frame, int is_call)
{
    if (frame->number >= 0) {
        return 0;
    }
    if (!(frame->code->code->co_flags & RESUMABLE)) {
        frame->number = recorder->frame_count++;
        return 0;
    }
    if (recorder->suspended_count * 2 >= recorder->suspended_mask && grow_suspended(recorder) < 0) {
        return -1;
    }
    NumberedFrame *entry = find_suspended(recorder, frame->frame);
    int is_known = entry->frame != NULL && !(is_call && !is_after_yield(recorder, frame));
    recorder->suspended_count += entry->frame == NULL;
    if (!is_known) {
        *entry = (NumberedFrame){frame->frame, recorder->frame_count++};
    }
    frame->number = entry->number;
    return 0;
}

#endif
