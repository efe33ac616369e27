/* The Python type Recorder. */

#ifndef STATECODE_RECORDER_TYPE_H
#define STATECODE_RECORDER_TYPE_H

#include "dealloc.h"

#include <structmember.h>

#define CHANNEL_POPULATED_BYTES 16384 /* number of bytes that a short program uses */

static void set_reference(PyObject **target, PyObject *value)
{
    Py_INCREF(value);
    Py_XSETREF(*target, value);
}

static PyObject *recorder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"describe", "list_items", "represent", "exception_text", "release",
                            "find_numpy", "array_texts", "registry", "opcode_flags", NULL};
    PyObject *describe, *list_items, *represent, *exception_text, *release, *find_numpy, *array_texts, *registry;
    const char *opcode_flags;
    Py_ssize_t opcode_count;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOOOO!y#", names, &describe, &list_items, &represent,
                                     &exception_text, &release, &find_numpy, &array_texts, &PyDict_Type, &registry,
                                     &opcode_flags, &opcode_count)) {
        return NULL;
    }
    if (opcode_count != 256) {
        PyErr_SetString(PyExc_ValueError, "opcode_flags must have 256 bytes");
        return NULL;
    }
    Recorder *recorder = (Recorder *)type->tp_alloc(type, 0);
    if (recorder == NULL) {
        return NULL;
    }
    memcpy(recorder->opcode_flags, opcode_flags, 256);
    set_reference(&recorder->represent, represent);
    set_reference(&recorder->exception_text, exception_text);
    set_reference(&recorder->release, release);
    ReprContext *context = &recorder->context;
    context->module = PyType_GetModuleState(type);
    set_reference(&context->describe, describe);
    set_reference(&context->list_items, list_items);
    set_reference(&context->find_numpy, find_numpy);
    set_reference(&context->array_texts, array_texts);
    set_reference(&context->registry, registry);
    context->registry_size = -1;
    context->instances_may_have_shape = 1;
    _PyType_Lookup(context->module->counter, context->module->shape); /* assigns a version */
    context->counter_version = class_version(context->module->counter);
    return (PyObject *)recorder;
}

PyDoc_STRVAR(add_code_doc, "add_code(code, instances_may_have_shape=True, program_counts_references=False)\n--\n\n"
"Record the frames of a code object and of all code objects inside it, numbered in preorder.\n\n"
"`instances_may_have_shape`: each instance is checked for a `shape` and a `dtype`.\n"
"`program_counts_references`: snapshots hold no references, and all values are read at each event.");

static PyObject *recorder_add_code(Recorder *self, PyObject *args)
{
    PyObject *code;
    if (!PyArg_ParseTuple(args, "O!|pp", &PyCode_Type, &code, &self->context.instances_may_have_shape,
                          &self->context.program_counts_references) ||
        add_code(self, (PyCodeObject *)code) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(open_doc,
"open(channel, end, capacity, event_limit, trace_bytes, stdout, stdout_descriptor, limit_reached)\n--\n\n"
"Open a recorder on a writable buffer. Events are written from `end` on, up to `capacity`.\n\n"
"`stdout` is a BufferedWriter. `stdout_descriptor` selects how its position is read at each event: -1 from its fields\n"
"(requires `is_position_readable`); >= 0 from its fields and that descriptor; -2 by its tell().\n"
"`limit_reached` receives the name of the limit. If it returns, the recording has ended.\n\n"
"Raises:\n    RuntimeError: the recorder is already open.\n    ValueError: end or capacity is outside the channel.");

static PyObject *recorder_open(Recorder *self, PyObject *args)
{
    PyObject *channel, *stdout_buffer, *limit_reached;
    int descriptor;
    Py_ssize_t end, capacity;
    long long event_limit, trace_bytes;
    if (!PyArg_ParseTuple(args, "OnnLLOiO", &channel, &end, &capacity, &event_limit, &trace_bytes, &stdout_buffer,
                          &descriptor, &limit_reached)) {
        return NULL;
    }
    if (self->start != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the recorder is already open");
        return NULL;
    }
    if (PyObject_GetBuffer(channel, &self->channel, PyBUF_WRITABLE) < 0) {
        return NULL;
    }
    if (end < HEADER_BYTES || capacity < end || capacity > self->channel.len) {
        PyBuffer_Release(&self->channel);
        PyErr_SetString(PyExc_ValueError, "end or capacity is outside the channel");
        return NULL;
    }
    self->start = self->channel.buf;
    self->end = (size_t)end;
    self->capacity = (size_t)capacity;
    self->event_limit = event_limit;
    self->bytes_left = (size_t)trace_bytes;
    set_reference(&self->limit_reached, limit_reached);
    set_reference(&self->stdout_buffer, stdout_buffer);
    self->is_stdout_readable = descriptor >= -1;
    self->stdout_descriptor = descriptor;
    self->stdout_tell = PyObject_GetAttrString(stdout_buffer, "tell");
    arena_start();
    arena_populate(self->start, self->capacity < CHANNEL_POPULATED_BYTES ? self->capacity : CHANNEL_POPULATED_BYTES);
    self->context.cached_classes = arena_allocate(CACHED_CLASSES * sizeof(CachedClass));
    if (self->stdout_tell == NULL || self->context.cached_classes == NULL || grow_codes(self) < 0 ||
        grow_suspended(self) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    self->is_open = 1;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(use_full_values_doc, "use_full_values(changes, returned)\n--\n\n"
"Let Python read all values. `changes(frame_number, [name, value, ...], is_exited)` returns [name, text, ...], and\n"
"`returned(value)` returns the text of a return value.");

static PyObject *recorder_use_full_values(Recorder *self, PyObject *args)
{
    PyObject *changes, *returned;
    if (!PyArg_ParseTuple(args, "OO", &changes, &returned)) {
        return NULL;
    }
    set_reference(&self->list_changes, changes);
    set_reference(&self->represent, returned);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(imitate_snoop_doc, "imitate_snoop(list_refreshed)\n--\n\n"
"For comparisons only: refresh the dicts of f_locals, and keep values and frames alive, as snoop does.\n\n"
"`list_refreshed(frame)` returns the names and values of a frame in snoop's order.");

static PyObject *recorder_imitate_snoop(Recorder *self, PyObject *list_refreshed)
{
    set_reference(&self->context.list_refreshed, list_refreshed);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(record_in_process_doc, "record_in_process(filename)\n--\n\n"
"Record in a process that continues after the recording. All code objects of the file `filename` are recorded from\n"
"their first call on; None: only those of `add_code`.");

static PyObject *recorder_record_in_process(Recorder *self, PyObject *filename)
{
    self->context.is_in_process = 1;
    if (PyUnicode_Check(filename)) {
        set_reference(&self->filename, filename);
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(hold_signals_doc, "hold_signals()\n--\n\n"
"Block signals during each event. An exception that a handler raises then reaches the program.");

static PyObject *recorder_hold_signals(Recorder *self, PyObject *unused)
{
    self->holds_signals = 1;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(enter_doc, "enter(frame)\n--\n\nRecord a running frame as if it was called now.");

static PyObject *recorder_enter(Recorder *self, PyObject *frame)
{
    if (!PyFrame_Check(frame)) {
        PyErr_SetString(PyExc_TypeError, "enter() takes a frame");
        return NULL;
    }
    if (self->is_open && record_event(self, (PyFrameObject *)frame, PyTrace_CALL, Py_None) < 0 &&
        (self->is_open || PyErr_Occurred()) && stop_with_failure(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(codes_doc,
             "codes()\n--\n\nReturn a dict of the code objects by their numbers, which exceptions refer to.");

static PyObject *recorder_codes(Recorder *self, PyObject *unused)
{
    PyObject *codes = PyDict_New();
    for (size_t at = 0; codes != NULL && self->codes != NULL && at <= self->code_mask; at++) {
        CodeInfo *info = self->codes[at];
        PyObject *number = info == NULL ? NULL : PyLong_FromLong(info->number);
        if (info != NULL && (number == NULL || PyDict_SetItem(codes, number, (PyObject *)info->code) < 0)) {
            Py_CLEAR(codes);
        }
        Py_XDECREF(number);
    }
    return codes;
}

PyDoc_STRVAR(start_doc, "start()\n--\n\nStart to trace this thread.");

static PyObject *recorder_start(Recorder *self, PyObject *unused)
{
    ThreadInfo *thread = find_thread(self);
    if (thread == NULL) {
        return PyErr_NoMemory();
    }
    thread->is_started = 1;
    PyEval_SetTrace(trace_event, (PyObject *)self);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(is_in_place_doc, "is_in_place()\n--\n\n"
"Return True if this thread is traced, and no thread was without the tracer for a while.");

static PyObject *recorder_is_in_place(Recorder *self, PyObject *unused)
{
    PyThreadState *thread = PyThreadState_Get();
    return PyBool_FromLong(thread->c_tracefunc == trace_event && thread->c_traceobj == (PyObject *)self &&
                           !self->was_put_back);
}

PyDoc_STRVAR(was_lost_by_a_thread_doc, "was_lost_by_a_thread()\n--\n\n"
"Return True if a thread has ended in a recorded frame: the program took the tracer off this thread.");

static PyObject *recorder_was_lost_by_a_thread(Recorder *self, PyObject *unused)
{
    for (size_t i = 0; i < self->thread_count; i++) {
        PyThreadState *running = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
        while (running != NULL && PyThreadState_GetID(running) != self->threads[i]->id) {
            running = PyThreadState_Next(running);
        }
        if (running == NULL && self->threads[i]->count > 0) {
            Py_RETURN_TRUE;
        }
    }
    Py_RETURN_FALSE;
}

PyDoc_STRVAR(close_doc, "close()\n--\n\nStop recording in all threads.");

static PyObject *recorder_close(Recorder *self, PyObject *unused)
{
    self->is_open = 0;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(release_frames_doc, "release_frames()\n--\n\nRelease the values of frames that still run.");

static PyObject *recorder_release_frames(Recorder *self, PyObject *unused)
{
    if (release_last_frame(self) < 0) {
        return NULL;
    }
    for (size_t i = 0; i < self->thread_count; i++) {
        while (self->threads[i]->count) {
            exit_frame(self->threads[i], self->threads[i]->count - 1);
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef recorder_methods[] = {
    {"add_code", (PyCFunction)recorder_add_code, METH_VARARGS, add_code_doc},
    {"open", (PyCFunction)recorder_open, METH_VARARGS, open_doc},
    {"use_full_values", (PyCFunction)recorder_use_full_values, METH_VARARGS, use_full_values_doc},
    {"imitate_snoop", (PyCFunction)recorder_imitate_snoop, METH_O, imitate_snoop_doc},
    {"record_in_process", (PyCFunction)recorder_record_in_process, METH_O, record_in_process_doc},
    {"hold_signals", (PyCFunction)recorder_hold_signals, METH_NOARGS, hold_signals_doc},
    {"enter", (PyCFunction)recorder_enter, METH_O, enter_doc},
    {"codes", (PyCFunction)recorder_codes, METH_NOARGS, codes_doc},
    {"start", (PyCFunction)recorder_start, METH_NOARGS, start_doc},
    {"is_in_place", (PyCFunction)recorder_is_in_place, METH_NOARGS, is_in_place_doc},
    {"was_lost_by_a_thread", (PyCFunction)recorder_was_lost_by_a_thread, METH_NOARGS, was_lost_by_a_thread_doc},
    {"close", (PyCFunction)recorder_close, METH_NOARGS, close_doc},
    {"release_frames", (PyCFunction)recorder_release_frames, METH_NOARGS, release_frames_doc},
    {NULL},
};

static PyMemberDef recorder_members[] = {
    {"event_count", T_LONGLONG, offsetof(Recorder, event_count), READONLY, "Events recorded so far."},
    {"end", T_PYSSIZET, offsetof(Recorder, end), READONLY, "Offset of the next line in the channel."},
    {"last_position", T_LONGLONG, offsetof(Recorder, last_position), READONLY, "Bytes of stdout at the last event."},
    {"failure", T_OBJECT, offsetof(Recorder, failure), READONLY, "The error that stopped the recording, or None."},
    {NULL},
};

/* Each traced thread holds a reference to its recorder until the thread finds the recorder closed. */
static PyType_Slot recorder_slots[] = {
    {Py_tp_doc, "Recorder of the events of one program, or of a part of it."},
    {Py_tp_new, recorder_new},
    {Py_tp_dealloc, recorder_dealloc},
    {Py_tp_call, recorder_call},
    {Py_tp_methods, recorder_methods},
    {Py_tp_members, recorder_members},
    {0, NULL},
};

static PyType_Spec recorder_spec = {
    .name = "statecode.tracing.engines.native._engine.Recorder",
    .basicsize = sizeof(Recorder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = recorder_slots,
};

#endif
