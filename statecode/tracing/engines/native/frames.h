/* Threads, their frames, and the numbers of frames. */

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
        snapshot_free(&frame->variables[i].snapshot);
        Py_DECREF(frame->variables[i].name);
    }
    arena_free(frame->variables, frame->variable_capacity * sizeof(Variable));
}

/* Forget a frame of a thread's stack. */
static void exit_frame(ThreadInfo *thread, size_t at)
{
    FrameInfo *frame = &thread->stack[at];
    for (size_t i = 0; i < frame->collected_count; i++) {
        Collected *all = &frame->collected[i];
        for (int k = 0; k < all->count; k++) {
            if (all->count < MAX_COLLECTED || k != (MAX_COLLECTED - 1) / 2) {
                arena_free((void *)all->texts[k].data, all->texts[k].length ? all->texts[k].length : 1);
            }
        }
    }
    arena_free(frame->collected, frame->collected_capacity * sizeof(Collected));
    free_variables(frame);
    memmove(frame, frame + 1, (thread->count - at - 1) * sizeof(FrameInfo));
    thread->count--;
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

/* Return the FrameInfo of a frame; a new one for a called or an unknown frame; NULL if there is no memory.

A frame that was exited while the program had taken the tracer off still has a FrameInfo. It is above the frames that
still run, and it is found neither for a called frame at the same address nor after an event of a frame below it. */
static FrameInfo *find_frame(Recorder *recorder, ThreadInfo *thread, PyFrameObject *frame, CodeInfo *code, int is_call)
{
    for (size_t at = thread->count; !is_call && at-- > 0;) {
        if (thread->stack[at].frame == frame && thread->stack[at].code == code) {
            while (recorder->was_put_back && thread->count > at + 1) {
                exit_frame(thread, thread->count - 1);
            }
            return &thread->stack[at];
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
