/* Changes of the variables of a frame since its previous event: see `FrameInfo.update_variables` of snoop 0.6.1. */

#ifndef STATECODE_CHANGES_H
#define STATECODE_CHANGES_H

#include "unknown_arrays.h"

static void write_name(Text *text, PyObject *name, ChangeKind kind, Extra extra)
{
    if (kind == SIZE_OR_SHAPE && extra == LENGTH) {
        text_add_literal(text, "len(");
    }
    text_add_whole_str(text, name); /* escaped: a key of globals() may be any str */
    if (kind == SIZE_OR_SHAPE && extra == LENGTH) {
        text_add_char(text, ')');
    } else if (kind == SIZE_OR_SHAPE) {
        text_add_literal(text, ".shape");
    } else if (kind == DTYPE) {
        text_add_literal(text, ".dtype");
    }
}

typedef struct {
    size_t start, value; /* offsets in Draft.text: of the change and of its value */
} Change;

/* Begin a change. Return its offsets, for `drop_change` or `finish_change`. */
static Change begin_change(Draft *draft, PyObject *name, ChangeKind kind, Extra extra)
{
    Text *text = &draft->text;
    Change change = {text->length, 0};
    if (!draft->is_first) {
        text_add_char(text, ',');
    }
    text_add_literal(text, "[\"");
    write_name(text, name, kind, extra);
    text_add_literal(text, "\",\"");
    change.value = text->length;
    return change;
}

static void drop_change(Draft *draft, Change change)
{
    draft->text.length = change.start;
}

static int is_same_as_previous(Draft *draft, Change change, const PreviousText *previous)
{
    size_t length = draft->text.length - change.value;
    return previous->data != NULL && previous->length == length &&
           memcmp(previous->data, draft->text.data + change.value, length) == 0;
}

/* End a change, and store its text as `previous` for the next comparison. Return 0, or -1 if there is no memory. */
static int keep_change(Draft *draft, Change change, PreviousText *previous)
{
    previous->length = draft->text.length - change.value;
    previous->data = NULL;
    if (arena_grow((void **)&draft->pending, &draft->pending_capacity, draft->pending_count + 1,
                   sizeof(PendingText)) < 0) {
        return -1;
    }
    draft->pending[draft->pending_count++] = (PendingText){previous, change.value};
    /* Not counted: `[`, and a `,` before it. The change is `["n","v` here: the inner `,` counts for the last `"`. */
    size_t punctuation = draft->is_first ? 1 : 2;
    draft->text_bytes += draft->text.length - change.start - punctuation;
    text_add_literal(&draft->text, "\"]");
    draft->is_first = 0;
    return 0;
}

/* End a change that `begin_change` began: write it if the text is new, or collect it for a comprehension. Return 0, or
-1 if there is no memory.

`was_bound`: the text is compared with the previous one; else it is new. */
static int finish_change(FrameInfo *frame, Draft *draft, Variable *variable, ChangeKind kind, Change change,
                         int was_bound)
{
    if (frame->code->is_comprehension) {
        int result =
            collect_text(frame, variable, kind, draft->text.data + change.value, draft->text.length - change.value);
        drop_change(draft, change);
        return result;
    }
    if (was_bound && is_same_as_previous(draft, change, &variable->previous[kind])) {
        drop_change(draft, change);
        return 0;
    }
    return keep_change(draft, change, &variable->previous[kind]);
}

/* Return the length that snoop would record for a value that is read in C, or -1 if it would record none. */
static long long recorded_length(const ReprContext *context, PyObject *value)
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
    if (type == &PyList_Type || type == &PyTuple_Type || type == &PyByteArray_Type) {
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

static int write_python_str(Draft *draft, PyObject *str)
{
    if (!PyUnicode_Check(str)) {
        PyErr_SetString(PyExc_TypeError, "statecode: the text of a value must be a str");
        return -1;
    }
    text_add_whole_str(&draft->text, str);
    return 0;
}

/* Write the change of a value that Python could not read. Return 0, or -1 if there is no memory. */
static int write_unreadable(FrameInfo *frame, Draft *draft, Variable *variable, PyObject *value, int was_bound)
{
    Change change = begin_change(draft, variable->name, VALUE, NO_EXTRA);
    write_failed_repr(&draft->text, value);
    variable->extra = NO_EXTRA;
    variable->size = -1;
    variable->previous[DTYPE].data = NULL;
    return finish_change(frame, draft, variable, VALUE, change, was_bound);
}

/* Read a value in Python with the functions that snoop calls, in the same order, and write its changes. Return 0, or -1
with an exception. */
static int describe_in_python(ReprContext *context, FrameInfo *frame, Draft *draft, Variable *variable, PyObject *value,
                              int was_bound)
{
    own_items(draft);
    int is_numpy = is_original_numpy(context, value);
    uint64_t version = is_numpy ? dict_version(PyModule_GetDict(value)) : 0;
    /* a tuple: text of the value; Extra; text of the extra or None; text of the dtype or None */
    PyObject *texts = read_in_python(context, context->describe, variable->name, value, NULL);
    refresh_context(context); /* a repr function may have been registered, which affects the next variable */
    if (texts == NULL) {
        return PyErr_Occurred() ? -1 : write_unreadable(frame, draft, variable, value, was_bound);
    }
    Extra extra = (Extra)PyLong_AsLong(PyTuple_GET_ITEM(texts, 1)), before = variable->extra;
    int result = 0, had_dtype = variable->previous[DTYPE].data != NULL;
    variable->extra = extra;
    for (int kind = VALUE; kind < CHANGE_KINDS && result == 0; kind++) {
        PyObject *text = PyTuple_GET_ITEM(texts, kind == VALUE ? 0 : kind + 1);
        if (text == Py_None) {
            continue;
        }
        int is_same_name = kind == VALUE || (kind == SIZE_OR_SHAPE ? extra == before : had_dtype);
        Change change = begin_change(draft, variable->name, (ChangeKind)kind, extra);
        result = write_python_str(draft, text);
        if (result == 0) {
            result = finish_change(frame, draft, variable, (ChangeKind)kind, change, was_bound && is_same_name);
        }
    }
    if (PyTuple_GET_ITEM(texts, 3) == Py_None) {
        variable->previous[DTYPE].data = NULL;
    }
    variable->size = -1;
    Py_DECREF(texts);
    if (result == 0 && is_numpy) {
        return snapshot_add(&variable->snapshot, ENTRY_MODULE, value, NULL, version) < 0 ? -1 : 0;
    }
    if (result == 0 && PyLong_CheckExact(value) && !context->program_counts_references) { /* its digits take long */
        return snapshot_add(&variable->snapshot, ENTRY_SCALAR, value, NULL, 0) < 0 ? -1 : 0;
    }
    return result;
}

/* Write the shape and the dtype of the array or scalar of numpy that was written last. Return 0, or -1 with an
exception. */
static int write_shape_and_dtype(const ReprContext *context, FrameInfo *frame, Draft *draft, Variable *variable,
                                 PyObject *value, int was_bound)
{
    const ScalarType *scalar = find_scalar_type(context, Py_TYPE(value));
    const CachedArray *array = context->arrays->found;
    int had_shape = was_bound && variable->extra == SHAPE, had_dtype = variable->previous[DTYPE].data != NULL;
    variable->extra = SHAPE;
    variable->size = -1;
    Change change = begin_change(draft, variable->name, SIZE_OR_SHAPE, SHAPE);
    if (scalar != NULL) {
        text_add_literal(&draft->text, "()");
    } else {
        text_add(&draft->text, array->texts[SIZE_OR_SHAPE].data, array->texts[SIZE_OR_SHAPE].length);
    }
    if (finish_change(frame, draft, variable, SIZE_OR_SHAPE, change, had_shape) < 0) {
        return -1;
    }
    change = begin_change(draft, variable->name, DTYPE, SHAPE);
    if (scalar != NULL) {
        text_add_whole_str(&draft->text, scalar->dtype);
    } else {
        text_add(&draft->text, array->texts[DTYPE].data, array->texts[DTYPE].length);
    }
    return finish_change(frame, draft, variable, DTYPE, change, was_bound && had_dtype);
}

static int update_variable(ReprContext *context, FrameInfo *frame, Draft *draft, Variable *variable, PyObject *value)
{
    int was_bound = variable->stamp != 0 && variable->stamp == frame->stamp - 1;
    variable->stamp = frame->stamp;
    if (was_bound && value_is_unchanged(context, &variable->snapshot, value)) {
        return 0;
    }
    Change change;
    for (int tries = 0;; tries++) {
        snapshot_clear(&variable->snapshot);
        change = begin_change(draft, variable->name, VALUE, NO_EXTRA);
        if (write_top_value(context, &draft->text, &variable->snapshot, value)) {
            break;
        }
        drop_change(draft, change);
        snapshot_clear(&variable->snapshot);
        own_items(draft);
        int is_known = read_unknown_array(context, tries);
        if (is_known <= 0) {
            return is_known < 0 ? -1 : describe_in_python(context, frame, draft, variable, value, was_bound);
        }
    }
    if (finish_change(frame, draft, variable, VALUE, change, was_bound) < 0) {
        return -1;
    }
    if (is_array(context, Py_TYPE(value)) || is_numpy_scalar(context, value)) {
        return write_shape_and_dtype(context, frame, draft, variable, value, was_bound);
    }
    long long length = recorded_length(context, value);
    if (length >= 0) {
        int had_length = was_bound && variable->extra == LENGTH;
        variable->extra = LENGTH;
        if (!had_length || variable->size != length || frame->code->is_comprehension) {
            change = begin_change(draft, variable->name, SIZE_OR_SHAPE, LENGTH);
            text_add_number(&draft->text, length);
            if (finish_change(frame, draft, variable, SIZE_OR_SHAPE, change, had_length) < 0) {
                return -1;
            }
        }
        variable->size = length;
    } else {
        variable->extra = NO_EXTRA;
    }
    variable->previous[DTYPE].data = NULL;
    return 0;
}

/* Write the collected texts of a comprehension: `x`: `1, 2, ..., 9`. */
static int write_collected(FrameInfo *frame, Draft *draft)
{
    for (size_t i = 0; i < frame->collected_count; i++) {
        Collected *all = &frame->collected[i];
        Change change = begin_change(draft, all->name, all->kind, all->extra);
        for (int k = 0; k < all->count; k++) {
            if (k) {
                text_add_literal(&draft->text, ", ");
            }
            text_add(&draft->text, all->texts[k].data, all->texts[k].length);
        }
        if (keep_change(draft, change, &draft->unused) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Write the changes since the previous event of the frame. Return 0, or -1 with an exception.

`is_end`: the frame is exited, or an exception passes through it. */
static int update_variables(ReprContext *context, FrameInfo *frame, Draft *draft, int is_end)
{
    refresh_context(context);
    frame->stamp++;
    int result = collect(context, frame, draft);
    for (size_t i = 0; i < draft->item_count && result == 0; i++) {
        result =
            update_variable(context, frame, draft, &frame->variables[draft->items[i].variable], draft->items[i].value);
    }
    release_items(draft);
    if (result == 0 && frame->code->is_comprehension && is_end) {
        result = write_collected(frame, draft);
    }
    return result;
}

/* Write the changes with full values. The Python function `list_changes` receives the number of the frame, names and
values in turn, and `is_exited`; it returns names and texts in turn. If it raises, no change is written. */
static int update_full(const ReprContext *context, PyObject *list_changes, FrameInfo *frame, Draft *draft,
                       int is_exited)
{
    int result = collect(context, frame, draft);
    PyObject *variables = PyList_New(0);
    for (size_t i = 0; i < draft->item_count && result == 0 && variables != NULL; i++) {
        result = PyList_Append(variables, frame->variables[draft->items[i].variable].name);
        result = result < 0 ? result : PyList_Append(variables, draft->items[i].value);
    }
    release_items(draft);
    /* a tuple: code of the program can find it, but cannot change it */
    PyObject *shown = result < 0 || variables == NULL ? NULL : PyList_AsTuple(variables);
    PyObject *changes = NULL, *number = PyLong_FromLong(frame->number);
    int is_unreadable = 0;
    if (shown != NULL && number != NULL) {
        changes = read_in_python(context, list_changes, number, shown, is_exited ? Py_True : Py_False);
        is_unreadable = changes == NULL && !PyErr_Occurred();
    }
    Py_XDECREF(shown);
    Py_XDECREF(variables);
    Py_XDECREF(number);
    for (Py_ssize_t i = 0; changes != NULL && i + 1 < PyList_GET_SIZE(changes); i += 2) {
        size_t start = draft->text.length;
        text_add_literal(&draft->text, "[\"");
        result = result < 0 ? result : write_python_str(draft, PyList_GET_ITEM(changes, i));
        text_add_literal(&draft->text, "\",\"");
        result = result < 0 ? result : write_python_str(draft, PyList_GET_ITEM(changes, i + 1));
        text_add_literal(&draft->text, "\"");
        draft->text_bytes += draft->text.length - start - 2; /* counted as in `keep_change` */
        text_add_literal(&draft->text, "],");
    }
    draft->text.length -= changes != NULL && PyList_GET_SIZE(changes) > 1; /* without the last comma */
    Py_XDECREF(changes);
    return changes == NULL && !is_unreadable ? -1 : result;
}

#endif
