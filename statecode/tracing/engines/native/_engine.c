/* The native engine: records what snoop would be told, as lines on the trace channel, from a C trace function.

The parts, each a header that this file alone includes, every one on top of those above it:
    python_internals.h        what differs between versions of CPython
    module_state.h            names and classes that all recorders use
    arena.h, text.h           memory of our own, and JSON text in it
    repr_context.h, snapshots.h    which classes' instances read plainly; what was seen of a value
    scalars.h, repr_writer.h, containers.h, values.h how values read
    unchanged.h               whether they still read so
    variables.h, changes.h    the variables of a frame, and what changed in them
    stdout_position.h         how much was printed
    recorder.h, codes.h, frames.h, events.h         from trace events to lines on the channel
    dealloc.h               the end of a recorder in a process that goes on
Values that the program itself would have to read (its own __repr__, arrays, ...) go to Python: see tracer.py. */

#include "recorder_type.h"

#define INTERFACE 6 /* raised with every change that Python code has to know of; see __init__.py */

PyDoc_STRVAR(is_position_readable_doc, "is_position_readable(buffered)\n--\n\n"
"Whether the engine knows the inside of this interpreter's BufferedWriter; writes some 40 KB into it to find out.");

static PyObject *module_is_position_readable(PyObject *module, PyObject *buffered)
{
    int result = is_position_readable(buffered);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(has_same_items_doc, "has_same_items(items, before)\n--\n\n"
"Whether a list has the very items that a tuple has, in the same places.");

static PyObject *module_has_same_items(PyObject *module, PyObject *args)
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
