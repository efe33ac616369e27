/* Recording of trace events: each event of the interpreter becomes one line of JSON on the channel.

The code follows the branches of `Tracer.trace` of snoop 0.6.1 and of `Recorder` in snoop/recorder.py. */

#ifndef STATECODE_EVENTS_H
#define STATECODE_EVENTS_H

#include "exceptions.h"
#include "snoop_effects.h"

static int call_kind(Recorder *recorder, FrameInfo *frame)
{
    if (frame->code->is_comprehension) {
        return COMPREHENSION;
    }
    if (!(frame->code->code->co_flags & CO_GENERATOR)) {
        return CALL;
    }
    return is_after_yield(recorder, frame) ? REENTER_GENERATOR : START_GENERATOR;
}

/* Return the kind of a return event. Set `*has_value` to 0 if the frame ends by an exception: the interpreter then
reports the value None. */
static int return_kind(Recorder *recorder, FrameInfo *frame, PyObject *value, int *has_value)
{
    int flags = opcode_flags_at(recorder, frame->code, last_instruction(frame->frame));
    int kind = frame->code->is_comprehension ? COMPREHENSION_RESULT :
               flags & (IS_YIELD_VALUE | IS_RESUME) ? YIELD : RETURN;
    *has_value = value != Py_None || (flags & (IS_RETURN_VALUE | IS_YIELD_VALUE | IS_RETURN_CONST));
    return !*has_value && kind == YIELD ? RETURN : kind;
}

static int represent_in_python(Recorder *recorder, Draft *draft, PyObject *value)
{
    PyObject *text = read_in_python(&recorder->context, recorder->represent, value, NULL, NULL);
    if (text == NULL) {
        write_failed_repr(&draft->text, value);
        return PyErr_Occurred() ? -1 : 0;
    }
    int result = write_python_str(draft, text);
    Py_DECREF(text);
    return result;
}

static int write_return_value(Recorder *recorder, ThreadInfo *thread, PyObject *value)
{
    Text *text = &thread->draft.text;
    size_t start = text->length;
    refresh_context(&recorder->context);
    text_add_char(text, '"');
    int is_written = 0, is_known = recorder->list_changes == NULL;
    for (int tries = 0; is_known > 0 && !is_written; tries++) {
        text->length = start + 1;
        snapshot_clear(&thread->snapshot);
        is_written = write_top_value(&recorder->context, text, &thread->snapshot, value);
        is_known = is_written ? 1 : read_unknown_array(&recorder->context, tries);
    }
    if (is_known < 0) {
        snapshot_clear(&thread->snapshot);
        return -1;
    }
    if (!is_written) {
        text->length = start + 1;
        snapshot_clear(&thread->snapshot);
        if (represent_in_python(recorder, &thread->draft, value) < 0) {
            return -1;
        }
    }
    snapshot_clear(&thread->snapshot);
    text_add_char(text, '"');
    thread->draft.text_bytes += text->length - start;
    return 0;
}

static long long stdout_position(Recorder *recorder)
{
    if (recorder->is_stdout_readable) {
        long long position = read_position(recorder->stdout_buffer, recorder->stdout_descriptor);
        if (position >= 0) {
            return recorder->last_position = position;
        }
    }
    PyObject *position = call_python(recorder->stdout_tell, NULL, NULL, NULL);
    if (position != NULL) {
        recorder->last_position = PyLong_AsLongLong(position);
        Py_DECREF(position);
    }
    PyErr_Clear(); /* of tell(), if the program closed stdout */
    return recorder->last_position;
}

/* End the recording at a limit, and call `limit_reached`. Return -1; without an exception if `limit_reached` returned,
because a limit is not a failure. */
static int stop_at_limit(Recorder *recorder, const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    recorder->is_open = 0;
    Py_XDECREF(text == NULL ? NULL : call_python(recorder->limit_reached, text, NULL, NULL));
    Py_XDECREF(text);
    return -1;
}

/* Append the finished JSON line to the channel. Later values are compared with the texts on the channel. Return 0, or
-1: with an exception if there is no memory, without one at a limit. */
static int commit_line(Recorder *recorder, Draft *draft)
{
    Text *text = &draft->text;
    size_t cost = EVENT_BYTES + draft->text_bytes;
    if (text->failed) {
        PyErr_NoMemory();
        return -1;
    }
    if (cost > recorder->bytes_left || text->length > recorder->capacity - recorder->end) {
        return stop_at_limit(recorder, LIMIT_TRACE_BYTES);
    }
    char *written = recorder->start + recorder->end;
    memcpy(written, text->data, text->length);
    for (size_t i = 0; i < draft->pending_count; i++) {
        draft->pending[i].previous->data = written + draft->pending[i].start;
    }
    recorder->bytes_left -= cost;
    recorder->end += text->length;
    recorder->event_count++;
    uint64_t length = recorder->end - HEADER_BYTES;
    memcpy(recorder->start, &length, HEADER_BYTES);
    return 0;
}

/* write_event writes the numbers, and then the other fields in this order */
_Static_assert(FIELD_FUNCTION == 6 && FIELD_CHANGES == 7 && FIELD_VALUE == 8 && FIELD_DETAIL == 9 &&
               FIELD_STDOUT_END == 10 && FIELD_COUNT == 11, "the order of fields has changed");

static int write_event(Recorder *recorder, ThreadInfo *thread, FrameInfo *frame, int event, PyObject *arg)
{
    Draft *draft = &thread->draft;
    Text *text = &draft->text;
    int has_value = 0, kind = LINE, is_end = event == PyTrace_RETURN || event == PyTrace_EXCEPTION;
    int line = PyFrame_GetLineNumber(frame->frame), depth = thread->depth;
    if (line < 0) { /* the end of a taken except* has no line since Python 3.12 */
        line = frame->last_line;
    }
    if (event == PyTrace_CALL) {
        kind = call_kind(recorder, frame);
    } else if (event == PyTrace_RETURN) {
        kind = return_kind(recorder, frame, arg, &has_value);
    } else if (event == PyTrace_EXCEPTION) {
        kind = EXCEPTION;
    }
    int last_line = frame->last_line,
        is_updated = is_end || !frame->code->is_generator_expression || recorder->list_changes;
    frame->last_line = is_updated ? line : last_line;
    draft->pending_count = draft->text_bytes = 0;
    draft->is_first = 1;
    text_clear(text);
    if (number_frame(recorder, frame, event == PyTrace_CALL) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    if (thread->number < 0) {
        thread->number = recorder->numbered_threads++;
    }
    const int numbers[FIELD_FUNCTION] = {[FIELD_KIND] = kind,           [FIELD_LINE] = line,
                                         [FIELD_FROM_LINE] = last_line, [FIELD_DEPTH] = depth,
                                         [FIELD_FRAME] = frame->number, [FIELD_THREAD] = thread->number};
    text_add_char(text, '[');
    for (size_t i = 0; i < FIELD_FUNCTION; i++) {
        text_add_number(text, numbers[i]);
        text_add_char(text, ',');
    }
    text_add_char(text, '"');
    text_add(text, frame->code->function.data, frame->code->function.length);
    text_add_literal(text, "\",[");
    if (recorder->list_changes != NULL) {
        if (update_full(&recorder->context, recorder->list_changes, frame, draft,
                        event == PyTrace_RETURN && kind != YIELD) < 0) {
            return -1;
        }
    } else if (is_updated && update_variables(&recorder->context, frame, draft, is_end) < 0) {
        return -1;
    }
    text_add_literal(text, "],");
    if (recorder->event_count >= recorder->event_limit) {
        return stop_at_limit(recorder, LIMIT_EVENTS);
    }
    if (event == PyTrace_EXCEPTION) {
        if (write_exception(recorder, frame, draft, arg) < 0) {
            return -1;
        }
    } else if (has_value) {
        if (write_return_value(recorder, thread, arg) < 0) {
            return -1;
        }
        text_add_literal(text, ",null");
    } else {
        text_add_literal(text, "null,null");
    }
    text_add_char(text, ',');
    text_add_number(text, stdout_position(recorder));
    text_add_literal(text, "]\n");
    return commit_line(recorder, draft);
}

static int is_same_text(PyObject *one, PyObject *other) { return one == other || PyUnicode_Compare(one, other) == 0; }

/* Return a new entry for a code object that equals one of the program's, such as a copy made by code.replace() or
marshal. Return NULL if it equals none. snoop traces such copies too, because it keeps code objects in a set. */
static CodeInfo *find_equal_code(Recorder *recorder, PyCodeObject *code)
{
    if (recorder->program == NULL || !is_same_text(recorder->program->co_filename, code->co_filename)) {
        return NULL;
    }
    for (size_t at = 0; at <= recorder->code_mask; at++) {
        CodeInfo *info = recorder->codes[at];
        if (info != NULL && info->code->co_firstlineno == code->co_firstlineno &&
            is_same_text(info->code->co_name, code->co_name) &&
            PyObject_RichCompareBool((PyObject *)info->code, (PyObject *)code, Py_EQ) == 1) {
            return insert_code(recorder, code, info->number);
        }
        PyErr_Clear();
    }
    return NULL;
}

/* Return a new entry for a code object at its first call; NULL if the code object does not belong to the program. */
static CodeInfo *find_called_code(Recorder *recorder, PyCodeObject *code)
{
    if (recorder->filename == NULL) {
        return find_equal_code(recorder, code);
    }
    if ((code->co_filename != recorder->filename && PyUnicode_Compare(code->co_filename, recorder->filename) != 0) ||
        add_code(recorder, code) < 0) {
        return NULL;
    }
    return find_code(recorder, code);
}

/* Record one event of a frame; ignore frames of other code than the program's. Return 0, or -1: with an exception if
recording failed, without one if the recording ended. */
static int record_event(Recorder *recorder, PyFrameObject *frame, int event, PyObject *arg)
{
    CodeInfo *code = find_code(recorder, frame_code(frame));
    if (code == NULL && event == PyTrace_CALL) {
        code = find_called_code(recorder, frame_code(frame));
    }
    if (code == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    ThreadInfo *thread = find_thread(recorder);
    if (thread != NULL && thread->is_recording) {
        return 0;
    }
    FrameInfo *info = thread == NULL ? NULL : find_frame(recorder, thread, frame, code, event == PyTrace_CALL);
    if (info == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (recorder->context.list_refreshed != NULL && begin_as_snoop(recorder, frame, event) < 0) {
        return -1;
    }
    if (event == PyTrace_CALL && !recorder->context.is_in_process && frame->f_trace == NULL) {
        Py_INCREF(recorder); /* the frame keeps this trace function if the program sets another for new frames */
        frame->f_trace = (PyObject *)recorder;
    }
    thread->depth += event == PyTrace_CALL;
    thread->is_recording = 1;
    int result = write_event(recorder, thread, info, event, arg == NULL ? Py_None : arg);
    thread->is_recording = 0;
    if (recorder->context.list_refreshed != NULL) {
        end_as_snoop(frame);
    }
    if (event == PyTrace_RETURN) {
        exit_frame(thread, (size_t)(info - thread->stack));
        thread->depth--;
    }
    return result;
}

#endif
