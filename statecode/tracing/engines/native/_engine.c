/* The native engine: records what snoop would be told, as lines on the trace channel, from a C trace function.

The parts, each a header that this file alone includes, every one on top of those above it:
    python_internals.h        what differs between versions of CPython
    module_state.h            names and classes that all recorders use
    arena.h, text.h           memory of our own, and JSON text in it
    type_facts.h, shadow.h    which classes' instances read plainly; what was seen of a value
    leaves.h, repr_writer.h, containers.h, values.h how values read
    unchanged.h               whether they still read so
    variables.h, changes.h    the variables of a frame, and what changed in them
    stdout_position.h         how much was printed
    recorder.h, codes.h, frames.h, events.h         from trace events to lines on the channel
    take_down.h               the end of a recorder in a process that goes on
Values that the program itself would have to read (its own __repr__, arrays, ...) go to Python: see tracer.py. */

#include "take_down.h"

#include <structmember.h>

#define CHANNEL_TOUCHED_BYTES 16384 /* what a short program records */
#define INTERFACE 5 /* raised with every change that Python code has to know of; see __init__.py */

/* Record nothing more, and say why; -1 with the exception where it is the program's: Ctrl-C. */
static int fail(Recorder *recorder)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    recorder->is_open = 0;
    PyObject *text = PyUnicode_FromFormat("%s: %S", type == NULL ? "?" : ((PyTypeObject *)type)->tp_name, value);
    if (text == NULL) {
        PyErr_Clear();
        text = PyUnicode_FromString("an exception that cannot be written");
    }
    PyErr_Clear();
    Py_XSETREF(recorder->failure, text);
    PyEval_SetTrace(NULL, NULL);
    PyErr_Clear();
    if (recorder->is_guest && type == PyExc_KeyboardInterrupt) {
        PyErr_Restore(type, value, traceback);
        return -1;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return 0;
}

static int trace(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    Recorder *recorder = (Recorder *)self;
    int result = 0;
    if (!recorder->is_guest && what != PyTrace_CALL && frame->f_trace == NULL) {
        return 0; /* it was called while the program had turned tracing off: a trace function in Python gets no more of it */
    }
    Py_INCREF(self); /* the thread's reference may end in here */
    if (recorder->is_open && what <= PyTrace_RETURN && record_event(recorder, frame, what, arg) < 0 &&
        (recorder->is_open || PyErr_Occurred())) {
        result = fail(recorder);
    }
    if (recorder->is_guest && !recorder->is_open && result == 0) {
        PyEval_SetTrace(NULL, NULL);
    }
    Py_DECREF(self);
    return result;
}

/* Called as a Python trace function where a thread starts: from there on the C function is called instead. */
static PyObject *recorder_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {"call", "exception", "line", "return"}; /* places are the PyTrace_ numbers */
    PyObject *frame, *event, *arg;
    if (!PyArg_ParseTuple(args, "O!UO", &PyFrame_Type, &frame, &event, &arg)) {
        return NULL;
    }
    for (int what = 0; what < 4; what++) {
        if (PyUnicode_CompareWithASCIIString(event, names[what]) == 0) {
            if (what == PyTrace_CALL && ((Recorder *)self)->is_open) {
                PyEval_SetTrace(trace, self);
            }
            if (trace(self, (PyFrameObject *)frame, what, arg) < 0) {
                return NULL;
            }
        }
    }
    Py_INCREF(self);
    return self;
}

static void take(PyObject **place, PyObject *value)
{
    Py_INCREF(value);
    Py_XSETREF(*place, value);
}

static PyObject *recorder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"describe", "list_items", "represent", "exception_text", "let_go", "registry", "suppressed", "opcodes",
                            NULL};
    PyObject *describe, *list_items, *represent, *exception_text, *let_go, *registry, *suppressed;
    const char *opcodes;
    Py_ssize_t opcode_count;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOO!O!y#", names, &describe, &list_items, &represent, &exception_text,
                                     &let_go, &PyDict_Type, &registry, &PySet_Type, &suppressed, &opcodes, &opcode_count)) {
        return NULL;
    }
    if (opcode_count != 256) {
        PyErr_SetString(PyExc_ValueError, "opcodes: 256 bytes");
        return NULL;
    }
    Recorder *recorder = (Recorder *)type->tp_alloc(type, 0);
    if (recorder == NULL) {
        return NULL;
    }
    memcpy(recorder->opcodes, opcodes, 256);
    take(&recorder->represent, represent);
    take(&recorder->exception_text, exception_text);
    take(&recorder->let_go, let_go);
    ReprContext *context = &recorder->context;
    context->module = PyType_GetModuleState(type);
    take(&context->describe, describe);
    take(&context->list_items, list_items);
    take(&context->registry, registry);
    take(&context->suppressed, suppressed);
    context->registered = context->failed = -1;
    context->instances_may_have_shape = 1;
    _PyType_Lookup(context->module->counter, context->module->shape); /* gives it a version */
    context->counter_version = class_version(context->module->counter);
    return (PyObject *)recorder;
}

PyDoc_STRVAR(add_code_doc, "add_code(code, instances_may_have_shape=True, references_are_counted=False)\n--\n\n"
"Record the frames of a code object and of all those inside it, numbered in preorder. Where the program counts\n"
"references none to its values are held, and all are read at each event.");

static PyObject *recorder_add_code(Recorder *self, PyObject *args)
{
    PyObject *code;
    if (!PyArg_ParseTuple(args, "O!|pp", &PyCode_Type, &code, &self->context.instances_may_have_shape,
                          &self->context.references_are_counted) ||
        add_code(self, (PyCodeObject *)code) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(open_doc, "open(channel, end, capacity, event_limit, trace_bytes, stdout, stdout_descriptor, limit_reached)\n--\n\n"
"Say where events go: into a writable buffer from `end` on, up to `capacity`.\n\n"
"`stdout` is a BufferedWriter. Its position is read from inside where `position_is_readable` says that this is known,\n"
"with a descriptor >= 0 from there and from the descriptor; with -2 its tell() is called at each event.\n"
"`limit_reached` gets the name of the limit; where it returns, the recording has ended.");

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
        PyErr_SetString(PyExc_RuntimeError, "the recorder is open already");
        return NULL;
    }
    if (PyObject_GetBuffer(channel, &self->channel, PyBUF_WRITABLE) < 0) {
        return NULL;
    }
    if (end < HEADER_BYTES || capacity < end || capacity > self->channel.len) {
        PyBuffer_Release(&self->channel);
        PyErr_SetString(PyExc_ValueError, "end and capacity do not lie in the channel");
        return NULL;
    }
    self->start = self->channel.buf;
    self->end = (size_t)end;
    self->capacity = (size_t)capacity;
    self->event_limit = event_limit;
    self->texts_left = (size_t)trace_bytes;
    take(&self->limit_reached, limit_reached);
    take(&self->stdout_buffer, stdout_buffer);
    self->is_stdout_readable = descriptor >= -1;
    self->stdout_descriptor = descriptor;
    self->tell = PyObject_GetAttrString(stdout_buffer, "tell");
    arena_begin();
    arena_touch(self->start, self->capacity < CHANNEL_TOUCHED_BYTES ? self->capacity : CHANNEL_TOUCHED_BYTES);
    self->context.known = arena_get(KNOWN_TYPES * sizeof(KnownType));
    if (self->tell == NULL || self->context.known == NULL || grow_codes(self) < 0 || grow_suspended(self) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    self->is_open = 1;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(read_whole_doc, "read_whole(changes, returned)\n--\n\n"
"Leave the reading of values to Python: `changes(frame, [name, value, ...], is_left)` gives [name, text, ...], and\n"
"`returned(value)` a text.");

static PyObject *recorder_read_whole(Recorder *self, PyObject *args)
{
    PyObject *changes, *returned;
    if (!PyArg_ParseTuple(args, "OO", &changes, &returned)) {
        return NULL;
    }
    take(&self->list_changes, changes);
    take(&self->represent, returned);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(be_guest_doc, "be_guest(filename)\n--\n\n"
"The process goes on when the recording ends. With a file's name all its code objects are recorded when they are called.");

static PyObject *recorder_be_guest(Recorder *self, PyObject *filename)
{
    self->is_guest = 1;
    if (PyUnicode_Check(filename)) {
        take(&self->filename, filename);
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(enter_doc, "enter(frame)\n--\n\nRecord a frame that runs already, as if it was called here.");

static PyObject *recorder_enter(Recorder *self, PyObject *frame)
{
    if (!PyFrame_Check(frame)) {
        PyErr_SetString(PyExc_TypeError, "enter: a frame");
        return NULL;
    }
    if (self->is_open && record_event(self, (PyFrameObject *)frame, PyTrace_CALL, Py_None) < 0 &&
        (self->is_open || PyErr_Occurred()) && fail(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(codes_doc, "codes()\n--\n\nThe code objects by their numbers, as exceptions name them.");

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

PyDoc_STRVAR(start_doc, "start()\n--\n\nTrace this thread.");

static PyObject *recorder_start(Recorder *self, PyObject *unused)
{
    PyEval_SetTrace(trace, (PyObject *)self);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(close_doc, "close()\n--\n\nRecord nothing more, in no thread.");

static PyObject *recorder_close(Recorder *self, PyObject *unused)
{
    self->is_open = 0;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(release_frames_doc, "release_frames()\n--\n\nLet go of the values of frames that are still being run.");

static PyObject *recorder_release_frames(Recorder *self, PyObject *unused)
{
    if (release_left(self) < 0) {
        return NULL;
    }
    for (size_t i = 0; i < self->thread_count; i++) {
        while (self->threads[i]->count) {
            leave_frame(NULL, self->threads[i], self->threads[i]->count - 1);
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef recorder_methods[] = {
    {"add_code", (PyCFunction)recorder_add_code, METH_VARARGS, add_code_doc},
    {"open", (PyCFunction)recorder_open, METH_VARARGS, open_doc},
    {"read_whole", (PyCFunction)recorder_read_whole, METH_VARARGS, read_whole_doc},
    {"be_guest", (PyCFunction)recorder_be_guest, METH_O, be_guest_doc},
    {"enter", (PyCFunction)recorder_enter, METH_O, enter_doc},
    {"codes", (PyCFunction)recorder_codes, METH_NOARGS, codes_doc},
    {"start", (PyCFunction)recorder_start, METH_NOARGS, start_doc},
    {"close", (PyCFunction)recorder_close, METH_NOARGS, close_doc},
    {"release_frames", (PyCFunction)recorder_release_frames, METH_NOARGS, release_frames_doc},
    {NULL},
};

static PyMemberDef recorder_members[] = {
    {"event_count", T_LONGLONG, offsetof(Recorder, event_count), READONLY, "Events recorded so far."},
    {"end", T_PYSSIZET, offsetof(Recorder, end), READONLY, "Where the channel's next line goes."},
    {"last_position", T_LONGLONG, offsetof(Recorder, last_position), READONLY, "Bytes of stdout at the last event."},
    {"failure", T_OBJECT, offsetof(Recorder, failure), READONLY, "Why recording stopped, None where it did not."},
    {NULL},
};

/* Threads that are traced hold a recorder, so that it goes when the last of them has noticed that it is closed. */
static PyType_Slot recorder_slots[] = {
    {Py_tp_doc, "Records the events of one program, or of a part of one."},
    {Py_tp_new, recorder_new},
    {Py_tp_dealloc, recorder_dealloc},
    {Py_tp_call, recorder_call},
    {Py_tp_methods, recorder_methods},
    {Py_tp_members, recorder_members},
    {0, NULL},
};

static PyType_Spec recorder_spec = {
    .name = "statecode.tracing.native._engine.Recorder",
    .basicsize = sizeof(Recorder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = recorder_slots,
};

PyDoc_STRVAR(position_is_readable_doc, "position_is_readable(buffered)\n--\n\n"
"Whether the engine knows the inside of this interpreter's BufferedWriter; writes some 40 KB into it to find out.");

static PyObject *module_position_is_readable(PyObject *module, PyObject *buffered)
{
    int result = position_is_readable(buffered);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(same_items_doc, "same_items(items, before)\n--\n\n"
"Whether a list has the very items that a tuple has, in the same places.");

static PyObject *module_same_items(PyObject *module, PyObject *args)
{
    PyObject *items, *before;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &items, &PyTuple_Type, &before)) {
        return NULL;
    }
    size_t size = (size_t)PyList_GET_SIZE(items) * sizeof(PyObject *);
    return PyBool_FromLong(PyList_GET_SIZE(items) == PyTuple_GET_SIZE(before) &&
                           (size == 0 || memcmp(((PyListObject *)items)->ob_item, ((PyTupleObject *)before)->ob_item, size) == 0));
}

static PyMethodDef module_methods[] = {
    {"same_items", module_same_items, METH_VARARGS, same_items_doc},
    {"position_is_readable", module_position_is_readable, METH_O, position_is_readable_doc},
    {NULL},
};

static int module_exec(PyObject *module)
{
    ModuleState *state = PyModule_GetState(module);
    if (module_state_fill(state) < 0) {
        return -1;
    }
    state->recorder_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &recorder_spec, NULL);
    return state->recorder_type == NULL || PyModule_AddType(module, state->recorder_type) < 0 ||
           PyModule_AddIntConstant(module, "INTERFACE", INTERFACE) < 0 ? -1 : 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    return module_state_traverse(PyModule_GetState(module), visit, arg);
}

static int module_clear(PyObject *module) { return module_state_clear(PyModule_GetState(module)); }

static void module_free(void *module) { module_clear(module); }

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_engine",
    .m_doc = "The native engine's recorder.",
    .m_size = sizeof(ModuleState),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__engine(void) { return PyModuleDef_Init(&module_definition); }
