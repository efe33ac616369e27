/* The native engine: a C trace function that writes the events of snoop 0.6.1 to the channel, one JSON line per event.

Each header includes the one before it in this list:
    python_internals.h        differences between versions of CPython
    arena.h, module_state.h, repr_context.h, text.h
                              memory; names and classes; settings of reprs; JSON text
    snapshots.h, scalars.h, array_cache.h, arrays.h, repr_writer.h, containers.h, mappings.h, values.h,
    unchanged.h               reprs of values, and their comparison with the previous event
    frame_info.h, python_calls.h, variables.h, comprehensions.h, unknown_arrays.h, changes.h
                              variables of a frame and their changes; calls of Python code
    stdout_position.h, record_format.h, recorder.h, codes.h
                              the position of stdout; format of the records; state of a recorder; code objects
    frames.h, exceptions.h, snoop_effects.h, events.h, signals.h
                              frames, threads, and lines on the channel; for comparisons, the effects of snoop; signal handlers
    trace_function.h, dealloc.h, recorder_type.h
                              the trace function and the Python type
Values whose repr runs code of the program, and values of other packages, are read in Python: see tracer.py
and array_reprs.py. */

#include "recorder_type.h"

#define INTERFACE 11 /* increase it with every change that affects Python code; see __init__.py */

PyDoc_STRVAR(is_position_readable_doc, "is_position_readable(buffered)\n--\n\n"
"Return True if the engine can read the position of this interpreter's BufferedWriter. Writes about 40 KB into it.");

static PyObject *module_is_position_readable(PyObject *module, PyObject *buffered)
{
    int result = is_position_readable(buffered);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(has_same_items_doc, "has_same_items(items, before)\n--\n\n"
"Return True if a list and a tuple have identical items in the same order.");

static PyObject *module_has_same_items(PyObject *module, PyObject *args)
{
    PyObject *items, *before;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &items, &PyTuple_Type, &before)) {
        return NULL;
    }
    size_t size = (size_t)PyList_GET_SIZE(items) * sizeof(PyObject *);
    return PyBool_FromLong(
        PyList_GET_SIZE(items) == PyTuple_GET_SIZE(before) &&
        (size == 0 || memcmp(((PyListObject *)items)->ob_item, ((PyTupleObject *)before)->ob_item, size) == 0));
}

static PyMethodDef module_methods[] = {
    {"has_same_items", module_has_same_items, METH_VARARGS, has_same_items_doc},
    {"is_position_readable", module_is_position_readable, METH_O, is_position_readable_doc},
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
