/* Reprs of objects with a default repr, and the selection of the write function by the type of a value. Values are read
here only if this runs no code of the program. */

#ifndef STATECODE_VALUES_H
#define STATECODE_VALUES_H

#include "mappings.h"

static PyObject *qualified_name(PyTypeObject *type)
{
    return type->tp_flags & Py_TPFLAGS_HEAPTYPE ? ((PyHeapTypeObject *)type)->ht_qualname : NULL;
}

static int has_default_repr(const ReprContext *context, PyObject *value, int facts)
{
    return (facts & DEFAULT_INSTANCE_REPR) &&
           !((facts & INSTANCE_DICT) && context->instances_may_have_shape && has_shape(context, value));
}

/* Return 1 if the repr of a module runs no code of the program, such as the repr of its name or of its loader. */
static int module_has_default_repr(const ModuleState *module, PyObject *value)
{
    PyObject *names = PyModule_GetDict(value);
    if (!has_plain_keys(names)) {
        return 0;
    }
    PyObject *name = PyDict_GetItemWithError(names, module->dunder_name);
    PyObject *spec = PyDict_GetItemWithError(names, module->dunder_spec);
    PyObject *loader = PyDict_GetItemWithError(names, module->dunder_loader);
    int is_plain = (name == NULL || PyUnicode_CheckExact(name)) &&
                   ((spec != NULL && Py_TYPE(spec) == module->module_spec) ||
                    ((spec == NULL || spec == Py_None) && (loader == NULL || loader == Py_None))) &&
                   PyDict_GetItemWithError(names, module->shape) == NULL &&
                   PyDict_GetItemWithError(names, module->dtype) == NULL &&
                   PyDict_GetItemWithError(names, module->dunder_getattr) == NULL && !PyErr_Occurred();
    PyErr_Clear();
    return is_plain;
}

static int is_module_numpy(PyObject *value)
{
    const char *name = PyModule_GetName(value);
    if (name == NULL) {
        PyErr_Clear();
    }
    return name != NULL && strcmp(name, "numpy") == 0;
}

static int write_object(Writer *writer, PyObject *value, int is_key)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyFunction_Type) {
        PyFunctionObject *function = (PyFunctionObject *)value;
        return (function->func_dict == NULL || PyDict_GET_SIZE(function->func_dict) == 0) &&
               PyUnicode_CheckExact(function->func_qualname) &&
               snapshot_add(snapshot, ENTRY_FUNCTION, value, function->func_qualname, 0) >= 0 &&
               write_repr(text, value, 1);
    }
    if (type == &PyCFunction_Type) {
        PyCFunctionObject *function = (PyCFunctionObject *)value;
        return snapshot_add(snapshot, ENTRY_BUILTIN, value, NULL,
                            (uint64_t)(uintptr_t)function->m_ml ^ (uintptr_t)function->m_self) >= 0 &&
               (function->m_self == NULL || PyModule_Check(function->m_self) || PyType_CheckExact(function->m_self) ||
                (Py_TYPE(Py_TYPE(function->m_self)) == &PyType_Type &&
                 !(Py_TYPE(function->m_self)->tp_flags & Py_TPFLAGS_HEAPTYPE))) &&
               write_repr(text, value, 0);
    }
    if (type == &PyGen_Type) {
        return PyUnicode_CheckExact(((PyGenObject *)value)->gi_qualname) &&
               snapshot_add(snapshot, ENTRY_GENERATOR, value, ((PyGenObject *)value)->gi_qualname, 0) >= 0 &&
               write_repr(text, value, 1);
    }
    if (type == &PyModule_Type) {
        writer->context->has_seen_numpy |= is_module_numpy(value);
        return module_has_default_repr(writer->context->module, value) &&
               snapshot_add(snapshot, ENTRY_MODULE, value, NULL, dict_version(PyModule_GetDict(value))) >= 0 &&
               write_repr(text, value, 1);
    }
    if (PyType_Check(value)) {
        return (class_facts(writer->context, (PyTypeObject *)value) & DEFAULT_CLASS_REPR) &&
               snapshot_add(snapshot, ENTRY_CLASS, value, qualified_name((PyTypeObject *)value),
                          class_version((PyTypeObject *)value)) >= 0 && write_repr(text, value, 0);
    }
    writer->context->has_seen_numpy |= is_type_of_numpy(type);
    int facts = class_facts(writer->context, type);
    return has_default_repr(writer->context, value, facts) && (!is_key || (facts & DEFAULT_HASH)) &&
           snapshot_add(snapshot, ENTRY_INSTANCE, value, qualified_name(type), class_version(type)) >= 0 &&
           write_repr(text, value, 1);
}

static int write_at(Writer *writer, PyObject *value, int level, int is_key, int is_top)
{
    Text *text = writer->text;
    Snapshot *snapshot = writer->snapshot;
    if (is_scalar(value)) {
        /* a long text is not held, because `+=` would copy a held text each time; it is read again instead */
        int is_held = !(is_top && ((PyUnicode_CheckExact(value) && PyUnicode_GET_LENGTH(value) > MAX_HELD_LENGTH) ||
                                   (PyBytes_CheckExact(value) && PyBytes_GET_SIZE(value) > MAX_HELD_LENGTH)));
        if (writer->context->program_counts_references) { /* the program could count a reference of the engine */
            snapshot->is_partial = 1;
            return write_scalar(text, value);
        }
        return (!is_held || snapshot_add(snapshot, ENTRY_SCALAR, value, NULL, 0) >= 0) && write_scalar(text, value);
    }
    PyTypeObject *type = Py_TYPE(value);
    const ModuleState *module = writer->context->module;
    if (type == &PyList_Type || type == &PyTuple_Type) {
        return write_sequence(writer, value, level, is_top);
    }
    if (type == &PyDict_Type) {
        Py_ssize_t at = snapshot_add(snapshot, ENTRY_DICT, value, NULL, (uint64_t)PyDict_GET_SIZE(value));
        return at >= 0 && write_items(writer, at, value, level, is_top, DICT_PARTS);
    }
    if (type == &PySet_Type || type == &PyFrozenSet_Type) {
        return write_set(writer, value, level, is_top);
    }
    if (type == module->default_dict) {
        return write_default_dict(writer, value, level, is_top);
    }
    if (type == module->counter) {
        return write_counter(writer, value, level, is_top);
    }
    if (type == module->deque) {
        return write_deque(writer, value, level, is_top);
    }
    if (type == &PyByteArray_Type) {
        snapshot->is_partial = 1;
        return write_bytearray(text, value);
    }
    if (is_array(writer->context, type)) {
        return write_array(writer->context, text, snapshot, value);
    }
    if (is_numpy_scalar(writer->context, value)) {
        return write_numpy_scalar(writer->context, text, snapshot, value);
    }
    return write_object(writer, value, is_key);
}

static int write_value(Writer *writer, PyObject *value, int level, int is_key)
{
    return write_at(writer, value, level, is_key, 0);
}

/* Write a variable's value or a return value. Return 1; or 0 if the value cannot be read in C: then `text` and
`snapshot` have no valid content. */
static int write_top_value(ReprContext *context, Text *text, Snapshot *snapshot, PyObject *value)
{
    Writer writer = {context, text, snapshot};
    size_t characters = text->characters;
    return write_at(&writer, value, MAX_LEVELS, 0, 1) && !text->failed &&
           text->characters - characters <= (size_t)MAX_CHARACTERS;
}

#endif
