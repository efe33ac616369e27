/* From the interpreter's trace events to lines on the channel.

Follows, branch by branch, `Tracer.trace` of snoop 0.6.1 and `Recorder` in snoop_recorder.py. */

#ifndef STATECODE_EVENTS_H
#define STATECODE_EVENTS_H

#include "stdout_position.h"
#include "variables.h"

enum { CALL, START, REENTER, LINE, RETURN, YIELD, EXCEPTION, COMPREHENSION, RESULT }; /* places in records.EventKind */
enum { IS_RETURN_VALUE = 1, IS_YIELD_VALUE = 2, IS_RETURN_CONST = 4, IS_RESUME = 8, IS_SKIPPED = 16 }; /* of opcodes */
enum { EVENT_BYTES = 64, HEADER_BYTES = 8 }; /* what an event costs beside its texts; the committed length */

#define RESUMABLE (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)

typedef struct {
    uint64_t id;               /* PyThreadState_GetID */
    int number, depth;
    FrameInfo *stack;          /* frames that are being run, the innermost last */
    size_t count, capacity;
    Draft draft;
    Shadow shadow;             /* of values that are returned */
} ThreadInfo;

typedef struct {
    PyFrameObject *frame;
    int number;
} NumberedFrame;

typedef struct {
    PyObject_HEAD
    /* where events go */
    Py_buffer channel;
    char *start;
    size_t end, capacity, texts_left;
    long long event_count, event_limit;
    int is_open;
    int is_guest;              /* the process goes on when the recording ends, and interrupts are not ours */
    /* the program */
    PyObject *filename;        /* the code objects of this file are added when they are called; NULL: of none */
    CodeInfo **codes;          /* hash table by address of the code object */
    size_t code_mask;
    int code_count;
    /* what runs */
    ThreadInfo **threads;
    size_t thread_count, thread_capacity;
    ThreadInfo *current;
    NumberedFrame *suspended;  /* numbers of generators' frames by address; hash table */
    size_t suspended_count, suspended_mask;
    int frame_count, numbered_threads;
    FrameInfo left;            /* the frame of the last event, if that was its end; `frame` is held then, or NULL */
    /* Python's part */
    int stdout_descriptor;     /* asked for its place at each event; -1: not asked */
    PyObject *list_changes;    /* reads all variables of an event where values are wanted whole; else NULL */
    PyObject *represent, *exception_text, *let_go, *tell, *limit_reached, *stdout_buffer;
    int is_stdout_readable;    /* see stdout_position.h */
    long long last_position;
    unsigned char opcodes[256];
    PyObject *failure;         /* str, or NULL */
} Recorder;

/* ---- code objects ----------------------------------------------------------------------------------------------- */

static inline size_t hash_of(const void *address) { return ((uintptr_t)address >> 4) * 0x9E3779B97F4A7C15ULL >> 20; }

static inline CodeInfo *find_code(Recorder *recorder, PyCodeObject *code)
{
    for (size_t at = hash_of(code);; at++) {
        CodeInfo *info = recorder->codes[at & recorder->code_mask];
        if (info == NULL || info->code == code) {
            return info;
        }
    }
}

static int is_named(PyCodeObject *code, const char *name) { return PyUnicode_CompareWithASCIIString(code->co_name, name) == 0; }

static int asks_for_locals(PyCodeObject *code)
{
    static const char *const functions[] = {"locals", "vars", "exec", "eval", "dir", "f_locals", "_getframe", "currentframe"};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_names); i++) {
        for (size_t k = 0; k < sizeof(functions) / sizeof(*functions); k++) {
            if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_names, i), functions[k]) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* Since 3.12 the variable of a comprehension may have the name of a free variable of the function around it. */
static void find_twins(CodeInfo *code)
{
    for (size_t i = 0; i < code->slot_count; i++) {
        for (size_t other = i + 1; PY_VERSION_HEX >= 0x030C0000 && other < code->slot_count; other++) {
            if (code->slots[i].name == code->slots[other].name) {
                code->slots[i].twin = (int)other;
                code->slots[other].is_second = 1;
            }
        }
    }
}

static CodeInfo *new_code(PyCodeObject *code, int number)
{
    CodeInfo *info = arena_get(sizeof(CodeInfo));
    if (info == NULL) {
        return NULL;
    }
    memset(info, 0, sizeof(*info));
    Py_INCREF(code);
    info->code = code;
    info->number = number;
    info->is_comprehension = is_named(code, "<listcomp>") || is_named(code, "<dictcomp>") || is_named(code, "<setcomp>");
    info->is_generator_expression = is_named(code, "<genexpr>");
    info->is_optimized = (code->co_flags & CO_OPTIMIZED) != 0;
    info->asks_for_locals = LOCALS_ARE_COPIED && asks_for_locals(code);
    size_t count = (size_t)local_slot_count(code);
    info->slots = count ? arena_get(count * sizeof(LocalSlot)) : NULL;
    if (count && info->slots == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        LocalSlot slot = local_slot(code, (int)i);
        if (slot.name != NULL) {
            info->slots[info->slot_count++] = slot;
        }
    }
    find_twins(info);
    text_add_whole_str(&info->function, code->co_name);
    text_add_char(&info->function, ':');
    text_add_number(&info->function, code->co_firstlineno);
    return info->function.failed ? NULL : info;
}

static int grow_codes(Recorder *recorder)
{
    size_t size = recorder->codes == NULL ? 64 : (recorder->code_mask + 1) * 2;
    CodeInfo **codes = arena_get(size * sizeof(*codes)), **old = recorder->codes;
    if (codes == NULL) {
        return -1;
    }
    memset(codes, 0, size * sizeof(*codes));
    size_t old_size = old == NULL ? 0 : recorder->code_mask + 1;
    recorder->codes = codes;
    recorder->code_mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i] != NULL) {
            size_t at = hash_of(old[i]->code);
            while (codes[at & recorder->code_mask] != NULL) {
                at++;
            }
            codes[at & recorder->code_mask] = old[i];
        }
    }
    arena_give_back(old, old_size * sizeof(*codes));
    return 0;
}

/* Add a code object and all those inside, numbered in preorder. */
static int add_code(Recorder *recorder, PyCodeObject *code)
{
    if ((size_t)recorder->code_count * 2 >= recorder->code_mask && grow_codes(recorder) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    int number = recorder->code_count++;
    size_t at = hash_of(code);
    while (recorder->codes[at & recorder->code_mask] != NULL && recorder->codes[at & recorder->code_mask]->code != code) {
        at++;
    }
    if (recorder->codes[at & recorder->code_mask] == NULL) {
        CodeInfo *info = new_code(code, number);
        if (info == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        recorder->codes[at & recorder->code_mask] = info;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(constant) && add_code(recorder, (PyCodeObject *)constant) < 0) {
            return -1;
        }
    }
    return 0;
}

/* What sort of instruction stands at a place, as snoop looks it up: -1 is the last byte. */
static int opcode_at(Recorder *recorder, CodeInfo *code, Py_ssize_t place)
{
    if (code->instructions == NULL) {
        code->instructions = instructions_of(code->code);
        if (code->instructions == NULL) {
            PyErr_Clear();
            return 0;
        }
    }
    Py_ssize_t size = PyBytes_GET_SIZE(code->instructions);
    place += place < 0 ? size : 0;
    return place < 0 || place >= size ? 0 : recorder->opcodes[(unsigned char)PyBytes_AS_STRING(code->instructions)[place]];
}

/* `Event.is_yield_value`: whether a frame goes on after a yield. It walks bytes and not instructions, as snoop does. */
static int is_after_yield(Recorder *recorder, FrameInfo *frame)
{
    for (Py_ssize_t place = last_instruction(frame->frame); place >= 0; place--) {
        int sort = opcode_at(recorder, frame->code, place);
        if (!(sort & IS_SKIPPED)) {
            return (sort & IS_YIELD_VALUE) != 0;
        }
    }
    return 0;
}

/* ---- frames and threads ----------------------------------------------------------------------------------------- */

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

/* Let go of the frame that was left last. Its values end here as with snoop, which holds it too: while nothing is
recorded, and below a frame that is not the program's, in whose module warnings then leave their traces. */
static int release_left(Recorder *recorder)
{
    if (recorder->left.frame == NULL) {
        return 0;
    }
    FrameInfo left = recorder->left;
    recorder->left.frame = NULL;
    free_variables(&left);
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

enum { MOST_LOOKED_AT = 64 };

static int is_quiet(PyObject *value, int level);

static int are_quiet(PyObject **items, Py_ssize_t count, int level)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!is_quiet(items[i], level)) {
            return 0;
        }
    }
    return 1;
}

/* Whether nobody notices when a value ends: it holds nothing but builtin values. */
static int is_quiet(PyObject *value, int level)
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
               are_quiet(type == &PyList_Type ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item,
                         Py_SIZE(value), level - 1);
    }
    if (type == &PyDict_Type || type == default_dict_type) {
        PyObject *key, *item;
        Py_ssize_t position = 0;
        int quiet = PyDict_GET_SIZE(value) <= MOST_LOOKED_AT;
        while (quiet && PyDict_Next(value, &position, &key, &item)) {
            quiet = is_quiet(key, level - 1) && is_quiet(item, level - 1);
        }
        return quiet;
    }
    if (type == &PySet_Type) {
        PyObject *key;
        Py_ssize_t position = 0;
        int quiet = PySet_GET_SIZE(value) <= MOST_LOOKED_AT && ((PySetObject *)value)->weakreflist == NULL;
        while (quiet && (key = next_in_set((PySetObject *)value, &position)) != NULL) {
            quiet = is_quiet(key, level - 1);
        }
        return quiet;
    }
    return 0;
}

/* How many references to a value may end with a frame: the variables that have it, each with its copy, and until 3.10
that of the caller, who holds arguments until the call is over. */
static Py_ssize_t references_of(FrameInfo *frame, PyObject *value)
{
    PyObject **locals = fast_locals_of(frame->frame);
    Py_ssize_t references = PY_VERSION_HEX < 0x030B0000;
    for (size_t i = 0; i < frame->code->slot_count; i++) {
        references += (locals[frame->code->slots[i].index] == value) + (frame->variables[i].copied == value);
    }
    return references;
}

static int is_worth_holding(FrameInfo *frame)
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
            if (Py_REFCNT(value) <= 1 && inside != NULL && !is_quiet(inside, LEVELS) &&
                Py_REFCNT(inside) <= 1 + (frame->variables[i].copied == inside)) {
                return 1;
            }
        } else if (Py_REFCNT(value) <= references_of(frame, value) && !is_quiet(value, LEVELS)) {
            return 1;
        }
    }
    return 0;
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
        Py_INCREF(left.frame);
        recorder->left = left;
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

/* The record of a frame; one that is not known begins here, as in snoop. */
static FrameInfo *find_frame(ThreadInfo *thread, PyFrameObject *frame, CodeInfo *code)
{
    for (size_t at = thread->count; at-- > 0;) {
        if (thread->stack[at].frame == frame) {
            return &thread->stack[at];
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

/* ---- what happened ---------------------------------------------------------------------------------------------- */

static int kind_of_call(Recorder *recorder, FrameInfo *frame)
{
    if (frame->code->is_comprehension) {
        return COMPREHENSION;
    }
    if (!(frame->code->code->co_flags & CO_GENERATOR)) {
        return CALL;
    }
    return is_after_yield(recorder, frame) ? REENTER : START;
}

/* The kind of a return, and whether it has a value: a frame that an exception ends returns None, but not there. */
static int kind_of_return(Recorder *recorder, FrameInfo *frame, PyObject *value, int *has_value)
{
    int sort = opcode_at(recorder, frame->code, last_instruction(frame->frame));
    int kind = frame->code->is_comprehension ? RESULT : sort & (IS_YIELD_VALUE | IS_RESUME) ? YIELD : RETURN;
    *has_value = value != Py_None || (sort & (IS_RETURN_VALUE | IS_YIELD_VALUE | IS_RETURN_CONST));
    return !*has_value && kind == YIELD ? RETURN : kind;
}

static int write_returned(Recorder *recorder, ThreadInfo *thread, PyObject *value)
{
    Text *text = &thread->draft.text;
    size_t start = text->length;
    types_refresh();
    text_add_char(text, '"');
    if (recorder->list_changes != NULL || !write_top_value(text, &thread->shadow, value)) {
        text->length = start + 1;
        PyObject *repr = call_python(recorder->represent, value, NULL);
        if (repr == NULL || write_text_of(&thread->draft, repr) < 0) {
            Py_XDECREF(repr);
            shadow_clear(&thread->shadow);
            return -1;
        }
        Py_DECREF(repr);
    }
    shadow_clear(&thread->shadow);
    text_add_char(text, '"');
    thread->draft.texts_bytes += text->length - start;
    return 0;
}

static int is_line_break(Py_UCS4 c) { return (c >= 10 && c <= 13) || (c >= 0x1c && c <= 0x1e) || c > 126; }

/* Write the text of an exception that reads as its class and its one text; 0 where it is not that simple. */
static int write_simple_exception(Text *text, PyObject *type, PyObject *value)
{
    PyObject *simple[] = {PyExc_ValueError, PyExc_IndexError, PyExc_StopIteration, PyExc_TypeError, PyExc_ZeroDivisionError,
                          PyExc_RuntimeError, PyExc_AssertionError, PyExc_Exception, PyExc_RecursionError, PyExc_OverflowError,
                          PyExc_GeneratorExit, PyExc_EOFError, PyExc_StopAsyncIteration};
    size_t known = 0;
    while (known < sizeof(simple) / sizeof(*simple) && type != simple[known]) {
        known++;
    }
    if (known == sizeof(simple) / sizeof(*simple) || (PyObject *)Py_TYPE(value) != type) {
        return 0;
    }
    PyBaseExceptionObject *exception = (PyBaseExceptionObject *)value;
    Py_ssize_t count = exception->args == NULL ? 2 : PyTuple_GET_SIZE(exception->args);
    PyObject *message = count == 1 ? PyTuple_GET_ITEM(exception->args, 0) : NULL;
    int is_number = message != NULL && (PyLong_CheckExact(message) || PyBool_Check(message) || message == Py_None);
    if (count > 1 || (message != NULL && !PyUnicode_CheckExact(message) && !is_number) ||
        (exception->dict != NULL && PyDict_GET_SIZE(exception->dict) > 0)) {
        return 0;
    }
    Py_ssize_t length = message == NULL || is_number ? 0 : PyUnicode_GET_LENGTH(message);
    for (Py_ssize_t i = 0; i < length; i++) {
        if (is_line_break(PyUnicode_READ_CHAR(message, i))) {
            return 0;
        }
    }
    const char *name = ((PyTypeObject *)type)->tp_name;
    text_add_literal(text, "!!! ");
    text_add(text, name, strlen(name));
    if (length) {
        text_add_literal(text, ": ");
        text_add_whole_str(text, message);
    } else if (is_number) {
        text_add_literal(text, ": ");
        return write_leaf(text, message);
    }
    return 1;
}

static int write_exception(Recorder *recorder, FrameInfo *frame, Draft *draft, PyObject *raised)
{
    Text *text = &draft->text;
    text_add_char(text, '"');
    text_add_number(text, frame->code->number);
    text_add_char(text, ':');
    text_add_number(text, last_instruction(frame->frame));
    text_add_literal(text, "\",");
    size_t start = text->length;
    text_add_char(text, '"');
    PyObject *type = PyTuple_GET_ITEM(raised, 0), *value = PyTuple_GET_ITEM(raised, 1);
    if (!write_simple_exception(text, type, value)) {
        text->length = start + 1;
        PyObject *lines = call_python(recorder->exception_text, type, value);
        if (lines == NULL || write_text_of(draft, lines) < 0) {
            Py_XDECREF(lines);
            return -1;
        }
        Py_DECREF(lines);
    }
    text_add_char(text, '"');
    draft->texts_bytes += text->length - start;
    return 0;
}

static long long stdout_position(Recorder *recorder)
{
    if (recorder->is_stdout_readable) {
        long long position = position_inside(recorder->stdout_buffer, recorder->stdout_descriptor);
        if (position >= 0) {
            return recorder->last_position = position;
        }
    }
    PyObject *position = call_python(recorder->tell, NULL, NULL);
    if (position != NULL) {
        recorder->last_position = PyLong_AsLongLong(position);
        Py_DECREF(position);
    }
    PyErr_Clear(); /* the program closed it */
    return recorder->last_position;
}

/* A limit is reached: where `limit_reached` returns, the recording has ended, which is no failure. */
static int limit(Recorder *recorder, const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    recorder->is_open = 0;
    Py_XDECREF(text == NULL ? NULL : call_python(recorder->limit_reached, text, NULL));
    Py_XDECREF(text);
    return -1;
}

/* Put the finished line on the channel; from there on what stands on it is what later values are compared with. */
static int commit(Recorder *recorder, Draft *draft)
{
    Text *text = &draft->text;
    size_t cost = EVENT_BYTES + draft->texts_bytes;
    if (text->failed) {
        PyErr_NoMemory();
        return -1;
    }
    if (cost > recorder->texts_left || text->length > recorder->capacity - recorder->end) {
        return limit(recorder, "trace_bytes");
    }
    char *place = recorder->start + recorder->end;
    memcpy(place, text->data, text->length);
    for (size_t i = 0; i < draft->placed_count; i++) {
        draft->placed[i].known->data = place + draft->placed[i].start;
    }
    recorder->texts_left -= cost;
    recorder->end += text->length;
    recorder->event_count++;
    uint64_t length = recorder->end - HEADER_BYTES;
    memcpy(recorder->start, &length, HEADER_BYTES);
    return 0;
}

static int write_event(Recorder *recorder, ThreadInfo *thread, FrameInfo *frame, int what, PyObject *arg)
{
    Draft *draft = &thread->draft;
    Text *text = &draft->text;
    int has_value = 0, kind = LINE, is_end = what == PyTrace_RETURN || what == PyTrace_EXCEPTION;
    int line = PyFrame_GetLineNumber(frame->frame), depth = thread->depth;
    if (what == PyTrace_CALL) {
        kind = kind_of_call(recorder, frame);
    } else if (what == PyTrace_RETURN) {
        kind = kind_of_return(recorder, frame, arg, &has_value);
    } else if (what == PyTrace_EXCEPTION) {
        kind = EXCEPTION;
    }
    int last_line = frame->last_line, is_updated = is_end || !frame->code->is_generator_expression || recorder->list_changes;
    frame->last_line = is_updated ? line : last_line;
    draft->placed_count = draft->texts_bytes = 0;
    draft->is_first = 1;
    text_clear(text);
    if (number_frame(recorder, frame, what == PyTrace_CALL) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    if (thread->number < 0) {
        thread->number = recorder->numbered_threads++;
    }
    const int numbers[] = {kind, line, last_line, depth, frame->number, thread->number};
    text_add_char(text, '[');
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        text_add_number(text, numbers[i]);
        text_add_char(text, ',');
    }
    text_add_char(text, '"');
    text_add(text, frame->code->function.data, frame->code->function.length);
    text_add_literal(text, "\",[");
    if (recorder->list_changes != NULL) {
        if (update_whole(recorder->list_changes, frame, draft, what == PyTrace_RETURN && kind != YIELD) < 0) {
            return -1;
        }
    } else if (is_updated && update_variables(frame, draft, is_end) < 0) {
        return -1;
    }
    text_add_literal(text, "],");
    if (recorder->event_count >= recorder->event_limit) {
        return limit(recorder, "events");
    }
    if (what == PyTrace_EXCEPTION) {
        if (write_exception(recorder, frame, draft, arg) < 0) {
            return -1;
        }
    } else if (has_value) {
        if (write_returned(recorder, thread, arg) < 0) {
            return -1;
        }
        text_add_literal(text, ",null");
    } else {
        text_add_literal(text, "null,null");
    }
    text_add_char(text, ',');
    text_add_number(text, stdout_position(recorder));
    text_add_literal(text, "]\n");
    return commit(recorder, draft);
}

/* Find out whether a code object that is called for the first time is one of ours. */
static CodeInfo *find_called_code(Recorder *recorder, PyCodeObject *code)
{
    if (recorder->filename == NULL ||
        (code->co_filename != recorder->filename && PyUnicode_Compare(code->co_filename, recorder->filename) != 0) ||
        add_code(recorder, code) < 0) {
        return NULL;
    }
    return find_code(recorder, code);
}

/* Record one event of a frame of the program; -1 with an exception where recording failed, without where it ended. */
static int record_event(Recorder *recorder, PyFrameObject *frame, int what, PyObject *arg)
{
    CodeInfo *code = find_code(recorder, code_of(frame));
    if (code == NULL && what == PyTrace_CALL) {
        code = find_called_code(recorder, code_of(frame));
    }
    if (code == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    ThreadInfo *thread = find_thread(recorder);
    FrameInfo *info = thread == NULL ? NULL : find_frame(thread, frame, code);
    if (info == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    copy_locals(info);
    if (release_left(recorder) < 0) {
        return -1;
    }
    thread->depth += what == PyTrace_CALL;
    int result = write_event(recorder, thread, info, what, arg == NULL ? Py_None : arg);
    if (what == PyTrace_RETURN) {
        leave_frame(recorder, thread, (size_t)(info - thread->stack));
        thread->depth--;
    }
    return result;
}

#endif
