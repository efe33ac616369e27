/* Module state: names and classes that all recorders of a process share. They do not depend on a program. */

#ifndef STATECODE_MODULE_STATE_H
#define STATECODE_MODULE_STATE_H

#include "python_internals.h"

typedef struct {
    PyTypeObject *recorder_type;
    PyTypeObject *abstract_meta, *counter, *default_dict, *deque; /* abc.ABCMeta, and classes of collections */
    PyTypeObject *module_spec;
    PyObject *shape, *dtype, *dunder_class, *dunder_getattr, *default_factory, *dunder_name, *dunder_spec,
        *dunder_loader; /* interned names */
    PyObject *object_class; /* the attribute __class__ of object; borrowed */
} ModuleState;

/* Return a class of a module, which is imported; NULL with an exception if there is no such class. */
static PyTypeObject *import_class(const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *found = module == NULL ? NULL : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    if (found != NULL && !PyType_Check(found)) {
        PyErr_Format(PyExc_TypeError, "%s.%s is not a class", module_name, name);
        Py_CLEAR(found);
    }
    return (PyTypeObject *)found;
}

/* Set all fields but `recorder_type` of a state that is filled with zeros. Return 0, or -1 with an exception. */
static int module_state_fill(ModuleState *state)
{
    struct { PyObject **target; const char *name; } names[] = {
        {&state->shape, "shape"}, {&state->dtype, "dtype"}, {&state->dunder_class, "__class__"},
        {&state->dunder_getattr, "__getattr__"}, {&state->default_factory, "default_factory"},
        {&state->dunder_name, "__name__"}, {&state->dunder_spec, "__spec__"}, {&state->dunder_loader, "__loader__"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        *names[i].target = PyUnicode_InternFromString(names[i].name);
        if (*names[i].target == NULL) {
            return -1;
        }
    }
    struct { PyTypeObject **target; const char *module, *name; } classes[] = {
        {&state->abstract_meta, "abc", "ABCMeta"}, {&state->counter, "collections", "Counter"},
        {&state->default_dict, "collections", "defaultdict"}, {&state->deque, "collections", "deque"},
        {&state->module_spec, "importlib.machinery", "ModuleSpec"}};
    for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
        *classes[i].target = import_class(classes[i].module, classes[i].name);
        if (*classes[i].target == NULL) {
            return -1;
        }
    }
    state->object_class = _PyType_Lookup(&PyBaseObject_Type, state->dunder_class);
    return 0;
}

static int module_state_traverse(ModuleState *state, visitproc visit, void *arg)
{
    Py_VISIT(state->recorder_type);
    Py_VISIT(state->abstract_meta);
    Py_VISIT(state->counter);
    Py_VISIT(state->default_dict);
    Py_VISIT(state->deque);
    Py_VISIT(state->module_spec);
    return 0;
}

static int module_state_clear(ModuleState *state)
{
    Py_CLEAR(state->recorder_type);
    Py_CLEAR(state->abstract_meta);
    Py_CLEAR(state->counter);
    Py_CLEAR(state->default_dict);
    Py_CLEAR(state->deque);
    Py_CLEAR(state->module_spec);
    Py_CLEAR(state->shape);
    Py_CLEAR(state->dtype);
    Py_CLEAR(state->dunder_class);
    Py_CLEAR(state->dunder_getattr);
    Py_CLEAR(state->default_factory);
    Py_CLEAR(state->dunder_name);
    Py_CLEAR(state->dunder_spec);
    Py_CLEAR(state->dunder_loader);
    return 0;
}

#endif
