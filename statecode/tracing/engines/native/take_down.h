/* What becomes of a recorder in a process that goes on: all that it holds is given back.

In a process that runs one program and ends, nothing of this happens. */

#ifndef STATECODE_TAKE_DOWN_H
#define STATECODE_TAKE_DOWN_H

#include "events.h"

static void free_text(Text *text) { arena_give_back(text->data, text->capacity); }

static void free_code(CodeInfo *info)
{
    arena_give_back(info->slots, (size_t)local_slot_count(info->code) * sizeof(LocalSlot));
    free_text(&info->function);
    Py_XDECREF(info->instructions);
    Py_DECREF(info->code);
    arena_give_back(info, sizeof(*info));
}

static void free_thread(ThreadInfo *thread)
{
    while (thread->count) {
        leave_frame(NULL, thread, thread->count - 1);
    }
    release_items(&thread->draft);
    arena_give_back(thread->stack, thread->capacity * sizeof(FrameInfo));
    free_text(&thread->draft.text);
    arena_give_back(thread->draft.items, thread->draft.item_capacity * sizeof(Item));
    arena_give_back(thread->draft.placed, thread->draft.placed_capacity * sizeof(Placed));
    shadow_free(&thread->shadow);
    arena_give_back(thread, sizeof(*thread));
}

static void free_tables(Recorder *recorder)
{
    for (size_t i = 0; i < recorder->thread_count; i++) {
        free_thread(recorder->threads[i]);
    }
    arena_give_back(recorder->threads, recorder->thread_capacity * sizeof(ThreadInfo *));
    if (recorder->suspended != NULL) {
        arena_give_back(recorder->suspended, (recorder->suspended_mask + 1) * sizeof(NumberedFrame));
    }
    if (recorder->codes != NULL) {
        for (size_t at = 0; at <= recorder->code_mask; at++) {
            if (recorder->codes[at] != NULL) {
                free_code(recorder->codes[at]);
            }
        }
        arena_give_back(recorder->codes, (recorder->code_mask + 1) * sizeof(CodeInfo *));
    }
}

static void recorder_dealloc(Recorder *recorder)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    recorder->is_open = 0;
    if (recorder->left.frame != NULL) {
        free_variables(&recorder->left);
        Py_CLEAR(recorder->left.frame);
    }
    free_tables(recorder);
    arena_give_back(recorder->context.known, KNOWN_TYPES * sizeof(KnownType));
    if (recorder->start != NULL) {
        PyBuffer_Release(&recorder->channel);
    }
    PyObject *held[] = {recorder->context.registry, recorder->context.suppressed, recorder->context.describe,
                        recorder->context.list_items, recorder->filename, recorder->list_changes, recorder->represent, recorder->exception_text,
                        recorder->let_go, recorder->tell, recorder->limit_reached, recorder->stdout_buffer, recorder->failure};
    for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++) {
        Py_XDECREF(held[i]);
    }
    PyErr_Restore(type, value, traceback);
    PyTypeObject *own_type = Py_TYPE(recorder);
    own_type->tp_free((PyObject *)recorder);
    Py_DECREF(own_type);
}

#endif
