/* Threads, their frames, the numbers of frames, and the release of values after the end of a frame. */

#ifndef STATECODE_FRAMES_H
#define STATECODE_FRAMES_H

#include "finalisers.h"

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
    if (arena_grow((void **)&recorder->threads, &recorder->thread_capacity, recorder->thread_count + 1,
                   sizeof(ThreadInfo *)) < 0) {
        return NULL;
    }
    ThreadInfo *thread = arena_allocate(sizeof(ThreadInfo));
    if (thread == NULL) {
        return NULL;
    }
    memset(thread, 0, sizeof(*thread));
    thread->id = id;
    thread->number = -1; /* until the first event of the thread is written */
    thread->depth = -1;
    if (arena_grow((void **)&thread->draft.text.data, &thread->draft.text.capacity, 2048, 1) < 0 ||
        arena_grow((void **)&thread->draft.items, &thread->draft.item_capacity, 32, sizeof(Item)) < 0 ||
        arena_grow((void **)&thread->draft.pending, &thread->draft.pending_capacity, 32, sizeof(PendingText)) < 0) {
        return NULL;
    }
    recorder->threads[recorder->thread_count++] = thread;
    return recorder->current = thread;
}

static void free_variables(FrameInfo *frame)
{
    for (size_t i = 0; i < frame->variable_count; i++) {
        Py_XDECREF(frame->variables[i].local_copy);
        Py_DECREF(frame->variables[i].name);
    }
    arena_free(frame->variables, frame->variable_capacity * sizeof(Variable));
    frame->variables = NULL;
    frame->variable_count = frame->variable_capacity = 0;
}

/* Release the last exited frame and its values. Return 0, or -1 with an exception.

snoop also holds an exited frame until the next event. The values are deallocated while nothing is recorded. If the
program may observe this, the release happens inside a Python frame of another module: warnings are then registered in
the namespace of that module. */
static int release_exited_frame(Recorder *recorder)
{
    if (recorder->exited.frame == NULL) {
        return 0;
    }
    FrameInfo exited = recorder->exited;
    recorder->exited.frame = NULL;
    int is_observable = (exited.code->code->co_flags & RESUMABLE) || !has_values(exited.frame) ||
                        frees_observable_values(recorder->context.module, &exited);
    free_variables(&exited);
    if (!is_observable) {
        Py_DECREF(exited.frame);
        return 0;
    }
    PyObject *last = PyList_New(1);
    if (last == NULL) {
        Py_DECREF(exited.frame);
        return -1;
    }
    PyList_SET_ITEM(last, 0, (PyObject *)exited.frame);
    PyObject *result = call_python(recorder->release, last, NULL);
    Py_DECREF(last);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static void exit_frame(Recorder *recorder, ThreadInfo *thread, size_t at)
{
    FrameInfo *frame = &thread->stack[at];
    for (size_t i = 0; i < frame->variable_count; i++) {
        snapshot_free(&frame->variables[i].snapshot);
    }
    for (size_t i = 0; i < frame->collected_count; i++) {
        Collected *all = &frame->collected[i];
        for (int k = 0; k < all->count; k++) {
            if (all->count < MAX_COLLECTED || k != (MAX_COLLECTED - 1) / 2) {
                arena_free((void *)all->texts[k].data, all->texts[k].length ? all->texts[k].length : 1);
            }
        }
    }
    arena_free(frame->collected, frame->collected_capacity * sizeof(Collected));
    FrameInfo exited = *frame;
    memmove(frame, frame + 1, (thread->count - at - 1) * sizeof(FrameInfo));
    thread->count--;
    if (recorder != NULL && may_hold_last_reference(&exited)) {
        FrameInfo other = recorder->exited; /* the frame of another thread, which ran while this event was written */
        Py_INCREF(exited.frame);
        recorder->exited = exited;
        if (other.frame != NULL) {
            free_variables(&other);
            Py_DECREF(other.frame);
        }
    } else {
        free_variables(&exited);
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

/* Return the FrameInfo of a frame; a new one for an unknown frame, as in snoop; NULL if there is no memory.

A frame that was exited while the program had switched tracing off still has a FrameInfo. A later frame at the same
address must not use this FrameInfo. */
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
    for (size_t at = hash_address(frame);; at++) {
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
    NumberedFrame *grown = arena_allocate(size * sizeof(*grown));
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
    arena_free(old, old_size * sizeof(*old));
    return 0;
}

/* Assign a number to a frame at its first event. The frame of a generator keeps its number when the generator resumes
after a yield. Return 0, or -1 if there is no memory. */
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
