/* Deallocation of a recorder. Only in-process recording needs it: a child that runs one program exits without it. */

#ifndef STATECODE_DEALLOC_H
#define STATECODE_DEALLOC_H

#include "trace_function.h"

static void free_text(Text *text) { arena_free(text->data, text->capacity); }

static void free_code(CodeInfo *info)
{
    arena_free(info->slots, (size_t)local_slot_count(info->code) * sizeof(LocalSlot));
    free_text(&info->function);
    Py_XDECREF(info->instructions);
    Py_DECREF(info->code);
    arena_free(info, sizeof(*info));
}

static void free_thread(ThreadInfo *thread)
{
    while (thread->count) {
        exit_frame(thread, thread->count - 1);
    }
    release_items(&thread->draft);
    arena_free(thread->stack, thread->capacity * sizeof(FrameInfo));
    free_text(&thread->draft.text);
    arena_free(thread->draft.items, thread->draft.item_capacity * sizeof(Item));
    arena_free(thread->draft.pending, thread->draft.pending_capacity * sizeof(PendingText));
    snapshot_free(&thread->snapshot);
    arena_free(thread, sizeof(*thread));
}

static void free_tables(Recorder *recorder)
{
    for (size_t i = 0; i < recorder->thread_count; i++) {
        free_thread(recorder->threads[i]);
    }
    arena_free(recorder->threads, recorder->thread_capacity * sizeof(ThreadInfo *));
    if (recorder->suspended != NULL) {
        arena_free(recorder->suspended, (recorder->suspended_mask + 1) * sizeof(NumberedFrame));
    }
    if (recorder->codes != NULL) {
        for (size_t at = 0; at <= recorder->code_mask; at++) {
            if (recorder->codes[at] != NULL) {
                free_code(recorder->codes[at]);
            }
        }
        arena_free(recorder->codes, (recorder->code_mask + 1) * sizeof(CodeInfo *));
    }
}

static void recorder_dealloc(Recorder *recorder)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    recorder->is_open = 0;
    free_tables(recorder);
    free_arrays(recorder->context.arrays);
    arena_free(recorder->context.cached_classes, CACHED_CLASSES * sizeof(CachedClass));
    if (recorder->start != NULL) {
        PyBuffer_Release(&recorder->channel);
    }
    PyObject *owned[] = {
        recorder->context.registry, recorder->context.describe, recorder->context.list_items,
        recorder->context.list_refreshed, recorder->context.find_numpy, recorder->context.array_texts,
        recorder->last_frame, recorder->filename, recorder->list_changes, recorder->represent,
        recorder->exception_text, recorder->release, recorder->raised[0], recorder->raised[1], recorder->raised[2],
        recorder->stdout_tell, recorder->limit_reached, recorder->stdout_buffer, recorder->failure};
    for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++) {
        Py_XDECREF(owned[i]);
    }
    PyErr_Restore(type, value, traceback);
    PyTypeObject *own_type = Py_TYPE(recorder);
    own_type->tp_free((PyObject *)recorder);
    Py_DECREF(own_type);
}

#endif
