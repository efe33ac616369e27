/* Which variables are new, or read differently than at the frame's previous event.

Follows `FrameInfo.update_variables` of snoop 0.6.1. */

#ifndef STATECODE_CHANGES_H
#define STATECODE_CHANGES_H

#include "variables.h"

static void write_name(Text *text, PyObject *name, Reading reading, Extra extra)
{
    if (reading == SIZE_OR_SHAPE && extra == LENGTH) {
        text_add_literal(text, "len(");
    }
    text_add_whole_str(text, name); /* escaped: globals() takes any text for a name */
    if (reading == SIZE_OR_SHAPE && extra == LENGTH) {
        text_add_char(text, ')');
    } else if (reading == SIZE_OR_SHAPE) {
        text_add_literal(text, ".shape");
    } else if (reading == DTYPE) {
        text_add_literal(text, ".dtype");
    }
}

/* Begin a change; what it returns takes it back with `drop_change`, or ends it with `keep_change`. */
typedef struct {
    size_t start, value;
} Change;

static Change begin_change(Draft *draft, PyObject *name, Reading reading, Extra extra)
{
    Text *text = &draft->text;
    Change change = {text->length, 0};
    if (!draft->is_first) {
        text_add_char(text, ',');
    }
    text_add_literal(text, "[\"");
    write_name(text, name, reading, extra);
    text_add_literal(text, "\",\"");
    change.value = text->length;
    return change;
}

static void drop_change(Draft *draft, Change change)
{
    draft->text.length = change.start;
}

static int is_known(Draft *draft, Change change, const Known *known)
{
    size_t length = draft->text.length - change.value;
    return known->data != NULL && known->length == length &&
           memcmp(known->data, draft->text.data + change.value, length) == 0;
}

static int keep_change(Draft *draft, Change change, Known *known)
{
    known->length = draft->text.length - change.value;
    known->data = NULL;
    if (arena_grow((void **)&draft->placed, &draft->placed_capacity, draft->placed_count + 1, sizeof(Placed)) < 0) {
        return -1;
    }
    draft->placed[draft->placed_count++] = (Placed){known, change.value};
    draft->texts_bytes += draft->text.length - change.start - (draft->is_first ? 1 : 2); /* of `["n","v`: `"n"` and `"v"` */
    text_add_literal(&draft->text, "\"]");
    draft->is_first = 0;
    return 0;
}

/* A comprehension does not write changes but collects them until its result. */
static int collect_text(FrameInfo *frame, Variable *variable, Reading reading, const char *data, size_t length)
{
    int at = variable->collected[reading];
    Extra extra = reading == SIZE_OR_SHAPE ? variable->extra : NO_EXTRA;
    if (at >= 0 && frame->collected[at].extra != extra) { /* it had a length, now it has a shape, or the other way round */
        at = 0;
        while ((size_t)at < frame->collected_count && (frame->collected[at].name != variable->name ||
                                                       frame->collected[at].reading != reading ||
                                                       frame->collected[at].extra != extra)) {
            at++;
        }
        at = (size_t)at < frame->collected_count ? at : -1;
        variable->collected[reading] = at;
    }
    if (at < 0) {
        if (arena_grow((void **)&frame->collected, &frame->collected_capacity, frame->collected_count + 1, sizeof(Collected)) < 0) {
            return -1;
        }
        at = variable->collected[reading] = (int)frame->collected_count++;
        memset(&frame->collected[at], 0, sizeof(Collected));
        frame->collected[at].name = variable->name;
        frame->collected[at].reading = reading;
        frame->collected[at].extra = extra;
    }
    Collected *all = &frame->collected[at];
    if (all->count > 0) {
        Known *last = &all->texts[all->count - 1];
        if (last->length == length && memcmp(last->data, data, length) == 0) {
            return 0;
        }
    }
    char *copy = arena_get(length ? length : 1);
    if (copy == NULL) {
        return -1;
    }
    memcpy(copy, data, length);
    all->texts[all->count++] = (Known){copy, length};
    if (all->count > MOST_COLLECTED) {
        const int half = (MOST_COLLECTED - 1) / 2;
        for (int i = half; i < all->count - half; i++) {
            if (memcmp(all->texts[i].data, "...", 3) != 0 || i != half) {
                arena_give_back((void *)all->texts[i].data, all->texts[i].length ? all->texts[i].length : 1);
            }
        }
        all->texts[half] = (Known){"...", 3};
        memmove(&all->texts[half + 1], &all->texts[all->count - half], (size_t)half * sizeof(Known));
        all->count = MOST_COLLECTED;
    }
    return 0;
}

/* End what was begun with `begin_change`: written where it is new, collected where it is a comprehension's. */
static int settle(FrameInfo *frame, Draft *draft, Variable *variable, Reading reading, Change change, int was_there)
{
    if (frame->code->is_comprehension) {
        int result = collect_text(frame, variable, reading, draft->text.data + change.value, draft->text.length - change.value);
        drop_change(draft, change);
        return result;
    }
    if (was_there && is_known(draft, change, &variable->known[reading])) {
        drop_change(draft, change);
        return 0;
    }
    return keep_change(draft, change, &variable->known[reading]);
}

/* The length that snoop would add to a value that was read here, -1 where it adds none. */
static long long length_of(const ReprContext *context, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    long long length = -1;
    if (type == &PyLong_Type || type == &PyFloat_Type || value == Py_None || type == &PyBool_Type) {
        return -1;
    }
    if (type == &PyUnicode_Type) {
        length = PyUnicode_GET_LENGTH(value);
        return length < 50 ? -1 : length;
    }
    if (type == &PyBytes_Type) {
        length = PyBytes_GET_SIZE(value);
        return length < 50 ? -1 : length;
    }
    if (type == &PyList_Type || type == &PyTuple_Type) {
        length = Py_SIZE(value);
    } else if (PyDict_Check(value)) {
        length = PyDict_GET_SIZE(value);
    } else if (type == &PySet_Type || type == &PyFrozenSet_Type) {
        length = PySet_GET_SIZE(value);
    } else if (type == context->module->deque) {
        length = PyObject_Size(value);
    }
    return length == 0 ? -1 : length;
}

static int write_text_of(Draft *draft, PyObject *str)
{
    if (!PyUnicode_Check(str)) {
        PyErr_SetString(PyExc_TypeError, "statecode: a description is no text");
        return -1;
    }
    text_add_whole_str(&draft->text, str);
    return 0;
}

/* Have Python read a value, with the very functions that snoop would call, in its order. */
static int describe_by_python(ReprContext *context, FrameInfo *frame, Draft *draft, Variable *variable, PyObject *value, int was_there)
{
    hold_items(draft);
    PyObject *texts = call_python(context->describe, variable->name, value); /* value; extra, its text; dtype: each may be None */
    types_refresh(context); /* a class may have been suppressed: the next variable of this event reads differently */
    if (texts == NULL) {
        return -1;
    }
    Extra extra = (Extra)PyLong_AsLong(PyTuple_GET_ITEM(texts, 1)), before = variable->extra;
    int result = 0, had_dtype = variable->known[DTYPE].data != NULL;
    variable->extra = extra;
    for (int reading = VALUE; reading < READINGS && result == 0; reading++) {
        PyObject *text = PyTuple_GET_ITEM(texts, reading == VALUE ? 0 : reading + 1);
        if (text == Py_None) {
            continue;
        }
        int is_same_name = reading == VALUE || (reading == SIZE_OR_SHAPE ? extra == before : had_dtype);
        Change change = begin_change(draft, variable->name, (Reading)reading, extra);
        result = write_text_of(draft, text);
        if (result == 0) {
            result = settle(frame, draft, variable, (Reading)reading, change, was_there && is_same_name);
        }
    }
    if (PyTuple_GET_ITEM(texts, 3) == Py_None) {
        variable->known[DTYPE].data = NULL;
    }
    variable->size = -1;
    Py_DECREF(texts);
    return result;
}

static int update_variable(ReprContext *context, FrameInfo *frame, Draft *draft, Variable *variable, PyObject *value)
{
    int was_there = variable->stamp != 0 && variable->stamp == frame->stamp - 1;
    variable->stamp = frame->stamp;
    if (was_there && !context->builtins_fail && value_is_unchanged(context, &variable->shadow, value)) {
        return 0;
    }
    shadow_clear(&variable->shadow);
    Change change = begin_change(draft, variable->name, VALUE, NO_EXTRA);
    if (!write_top_value(context, &draft->text, &variable->shadow, value)) {
        drop_change(draft, change);
        shadow_clear(&variable->shadow);
        return describe_by_python(context, frame, draft, variable, value, was_there);
    }
    if (settle(frame, draft, variable, VALUE, change, was_there) < 0) {
        return -1;
    }
    long long length = length_of(context, value);
    if (length >= 0) {
        int had_length = was_there && variable->extra == LENGTH;
        variable->extra = LENGTH;
        if (!had_length || variable->size != length || frame->code->is_comprehension) {
            change = begin_change(draft, variable->name, SIZE_OR_SHAPE, LENGTH);
            text_add_number(&draft->text, length);
            if (settle(frame, draft, variable, SIZE_OR_SHAPE, change, had_length) < 0) {
                return -1;
            }
        }
        variable->size = length;
    } else {
        variable->extra = NO_EXTRA;
    }
    variable->known[DTYPE].data = NULL;
    return 0;
}

/* Write what a comprehension collected: `x`: `1, 2, ..., 9`. */
static int write_collected(FrameInfo *frame, Draft *draft)
{
    for (size_t i = 0; i < frame->collected_count; i++) {
        Collected *all = &frame->collected[i];
        Change change = begin_change(draft, all->name, all->reading, all->extra);
        for (int k = 0; k < all->count; k++) {
            if (k) {
                text_add_literal(&draft->text, ", ");
            }
            text_add(&draft->text, all->texts[k].data, all->texts[k].length);
        }
        if (keep_change(draft, change, &draft->not_compared) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Write the changes since the frame's previous event; `is_end`: it is left, or an exception passes. -1: an exception. */
static int update_variables(ReprContext *context, FrameInfo *frame, Draft *draft, int is_end)
{
    types_refresh(context);
    frame->stamp++;
    int result = collect(context, frame, draft);
    for (size_t i = 0; i < draft->item_count && result == 0; i++) {
        result = update_variable(context, frame, draft, &frame->variables[draft->items[i].variable], draft->items[i].value);
    }
    release_items(draft);
    if (result == 0 && frame->code->is_comprehension && is_end) {
        result = write_collected(frame, draft);
    }
    return result;
}

/* The same for whole values: Python is given frame, variables, and whether the frame was left for good; it gives the
changes, as names and texts in turn. */
static int update_whole(const ReprContext *context, PyObject *list_changes, FrameInfo *frame, Draft *draft, int is_left)
{
    int result = collect(context, frame, draft);
    PyObject *variables = PyList_New(0);
    for (size_t i = 0; i < draft->item_count && result == 0 && variables != NULL; i++) {
        result = PyList_Append(variables, frame->variables[draft->items[i].variable].name);
        result = result < 0 ? result : PyList_Append(variables, draft->items[i].value);
    }
    release_items(draft);
    PyObject *changes = NULL, *number = PyLong_FromLong(frame->number);
    if (result == 0 && variables != NULL && number != NULL) {
        lend_stack(PyThreadState_Get(), STACK_LENT_TO_CHANGES);
        changes = PyObject_CallFunctionObjArgs(list_changes, number, variables, is_left ? Py_True : Py_False, NULL);
        lend_stack(PyThreadState_Get(), -STACK_LENT_TO_CHANGES);
    }
    Py_XDECREF(variables);
    Py_XDECREF(number);
    for (Py_ssize_t i = 0; changes != NULL && i + 1 < PyList_GET_SIZE(changes); i += 2) {
        size_t start = draft->text.length;
        text_add_literal(&draft->text, "[\"");
        result = result < 0 ? result : write_text_of(draft, PyList_GET_ITEM(changes, i));
        text_add_literal(&draft->text, "\",\"");
        result = result < 0 ? result : write_text_of(draft, PyList_GET_ITEM(changes, i + 1));
        text_add_literal(&draft->text, "\"");
        draft->texts_bytes += draft->text.length - start - 2; /* as `keep_change` counts them */
        text_add_literal(&draft->text, "],");
    }
    draft->text.length -= changes != NULL && PyList_GET_SIZE(changes) > 1; /* the last comma */
    Py_XDECREF(changes);
    return changes == NULL ? -1 : result;
}

#endif
