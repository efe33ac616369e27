/* Texts of the variables of a comprehension. They are recorded together, when the comprehension ends. */

#ifndef STATECODE_COMPREHENSIONS_H
#define STATECODE_COMPREHENSIONS_H

#include "variables.h"

/* Append a text to the collected texts of a variable, unless it equals the last one. Return 0, or -1 if there is no
memory. */
static int collect_text(FrameInfo *frame, Variable *variable, ChangeKind kind, const char *data, size_t length)
{
    int at = variable->collected[kind];
    Extra extra = kind == SIZE_OR_SHAPE ? variable->extra : NO_EXTRA;
    if (at >= 0 && frame->collected[at].extra != extra) { /* a length before, a shape now, or the reverse */
        at = 0;
        while ((size_t)at < frame->collected_count && (frame->collected[at].name != variable->name ||
                                                       frame->collected[at].kind != kind ||
                                                       frame->collected[at].extra != extra)) {
            at++;
        }
        at = (size_t)at < frame->collected_count ? at : -1;
        variable->collected[kind] = at;
    }
    if (at < 0) {
        if (arena_grow((void **)&frame->collected, &frame->collected_capacity, frame->collected_count + 1,
                       sizeof(Collected)) < 0) {
            return -1;
        }
        at = variable->collected[kind] = (int)frame->collected_count++;
        memset(&frame->collected[at], 0, sizeof(Collected));
        frame->collected[at].name = variable->name;
        frame->collected[at].kind = kind;
        frame->collected[at].extra = extra;
    }
    Collected *all = &frame->collected[at];
    if (all->count > 0) {
        PreviousText *last = &all->texts[all->count - 1];
        if (last->length == length && memcmp(last->data, data, length) == 0) {
            return 0;
        }
    }
    char *copy = arena_allocate(length ? length : 1);
    if (copy == NULL) {
        return -1;
    }
    memcpy(copy, data, length);
    all->texts[all->count++] = (PreviousText){copy, length};
    if (all->count > MAX_COLLECTED) {
        const int half = (MAX_COLLECTED - 1) / 2;
        for (int i = half; i < all->count - half; i++) {
            if (memcmp(all->texts[i].data, "...", 3) != 0 || i != half) {
                arena_free((void *)all->texts[i].data, all->texts[i].length ? all->texts[i].length : 1);
            }
        }
        all->texts[half] = (PreviousText){"...", 3};
        memmove(&all->texts[half + 1], &all->texts[all->count - half], (size_t)half * sizeof(PreviousText));
        all->count = MAX_COLLECTED;
    }
    return 0;
}

#endif
