/* What the engine needs of CPython beyond its public interface, for each version from 3.10 to 3.13. */

#ifndef STATECODE_PYTHON_INTERNALS_H
#define STATECODE_PYTHON_INTERNALS_H

#define PY_SSIZE_T_CLEAN
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* ma_version_tag: still kept, and all we have */
#endif
#include <Python.h>

#if PY_VERSION_HEX < 0x030A0000 || PY_VERSION_HEX >= 0x030E0000 || defined(Py_GIL_DISABLED) || defined(PYPY_VERSION)
#error "statecode's native engine knows CPython 3.10 to 3.13 with a GIL"
#endif

#include <frameobject.h>
#if PY_VERSION_HEX >= 0x030B0000
#define Py_BUILD_CORE 1
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#endif

/* The code that a frame runs; borrowed. */
static inline PyCodeObject *frame_code(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return (PyCodeObject *)frame->f_frame->f_executable;
#elif PY_VERSION_HEX >= 0x030B0000
    return frame->f_frame->f_code;
#else
    return frame->f_code;
#endif
}

/* The fast locals, then cells and free variables; entries may be NULL. */
static inline PyObject **frame_fast_locals(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return frame->f_frame->localsplus;
#else
    return frame->f_localsplus;
#endif
}

/* Whether a frame that was left still has its values: when it is cleared, its slots may be left dangling. */
static inline int has_values(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return frame->f_frame->owner == FRAME_OWNED_BY_FRAME_OBJECT && frame->f_frame->stacktop >= frame_code(frame)->co_nlocalsplus;
#else
    return 1; /* they are set to NULL */
#endif
}

/* The mapping that module and class bodies keep their names in; borrowed, NULL in functions that never needed one. */
static inline PyObject *frame_mapping(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return frame->f_frame->f_locals;
#else
    return frame->f_locals;
#endif
}

/* Whether a function's frame may have names that are no variables of its code, as exec and locals() make them. */
static inline int has_extra_names(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return frame->f_extra_locals != NULL;
#else
    return frame_mapping(frame) != NULL;
#endif
}

/* Until 3.12 a Python trace function has frame.f_locals made into a dict, which holds values until the next event. */
#define LOCALS_ARE_COPIED (PY_VERSION_HEX < 0x030D0000)

/* frame.f_lasti, in bytes. */
static inline int last_instruction(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return PyFrame_GetLasti(frame);
#else
    return frame->f_lasti < 0 ? -1 : frame->f_lasti * (int)sizeof(_Py_CODEUNIT);
#endif
}

/* code.co_code as the compiler wrote it; a new reference to bytes. */
static inline PyObject *code_instructions(PyCodeObject *code)
{
#if PY_VERSION_HEX >= 0x030B0000
    return PyCode_GetCode(code);
#else
    Py_INCREF(code->co_code);
    return code->co_code;
#endif
}

/* The slots of frame_fast_locals, in the order in which the names stand in co_varnames + co_cellvars + co_freevars. */
typedef struct {
    PyObject *name; /* borrowed from the code object */
    int index;      /* in frame_fast_locals */
    int is_cell;
    int later_duplicate;       /* number of a later slot of the same name, 0: there is none */
    int is_duplicate;  /* there is an earlier slot of the same name */
} LocalSlot;

/* What a slot holds; borrowed, NULL where the variable is unbound. */
static inline PyObject *slot_value(PyObject **fast_locals, const LocalSlot *slot)
{
    PyObject *value = fast_locals[slot->index];
    return value != NULL && slot->is_cell && PyCell_Check(value) ? PyCell_GET(value) : value;
}

#if PY_VERSION_HEX >= 0x030B0000
static inline int local_slot_count(PyCodeObject *code) { return code->co_nlocalsplus; }

static inline LocalSlot local_slot(PyCodeObject *code, int i)
{
    int kind = _PyLocals_GetKind(code->co_localspluskinds, i);
    LocalSlot slot = {PyTuple_GET_ITEM(code->co_localsplusnames, i), i, (kind & (CO_FAST_CELL | CO_FAST_FREE)) != 0, 0, 0};
    return slot;
}
#else
static inline int cell_of_argument(PyCodeObject *code, int argument)
{
    if (code->co_cell2arg != NULL) {
        for (int cell = 0; cell < PyTuple_GET_SIZE(code->co_cellvars); cell++) {
            if (code->co_cell2arg[cell] == argument) {
                return cell;
            }
        }
    }
    return -1;
}

static inline int local_slot_count(PyCodeObject *code)
{
    return (int)(code->co_nlocals + PyTuple_GET_SIZE(code->co_cellvars) + PyTuple_GET_SIZE(code->co_freevars));
}

/* An argument that is a cell stands in both tuples: the variable has its place and the cell its value. */
static inline LocalSlot local_slot(PyCodeObject *code, int i)
{
    int cells = (int)PyTuple_GET_SIZE(code->co_cellvars);
    if (i < code->co_nlocals) {
        int cell = cell_of_argument(code, i);
        LocalSlot slot = {PyTuple_GET_ITEM(code->co_varnames, i), cell < 0 ? i : code->co_nlocals + cell, cell >= 0, 0, 0};
        return slot;
    }
    int cell = i - code->co_nlocals;
    LocalSlot slot = {NULL, i, 1, 0, 0};
    if (cell < cells) {
        int is_argument = code->co_cell2arg != NULL && code->co_cell2arg[cell] != CO_CELL_NOT_AN_ARG;
        slot.name = is_argument ? NULL : PyTuple_GET_ITEM(code->co_cellvars, cell);
    } else {
        slot.name = PyTuple_GET_ITEM(code->co_freevars, cell - cells);
    }
    return slot;
}
#endif

/* Give Python code that we call room on the stack where the program has used up its own; undone by `extend_recursion_limit(-n)`. */
static inline void extend_recursion_limit(PyThreadState *thread, int levels)
{
#if PY_VERSION_HEX >= 0x030C0000
    thread->py_recursion_remaining += levels;
    thread->c_recursion_remaining += levels;
#elif PY_VERSION_HEX >= 0x030B0000
    thread->recursion_remaining += levels;
#else
    thread->recursion_depth -= levels;
#endif
}

/* Look up an attribute; 1 found, 0 there is none, -1 error. */
static inline int find_attribute(PyObject *object, PyObject *name, PyObject **value)
{
#if PY_VERSION_HEX >= 0x030D0000
    return PyObject_GetOptionalAttr(object, name, value);
#else
    return _PyObject_LookupAttr(object, name, value);
#endif
}

static inline uint64_t dict_version(PyObject *dict) { return ((PyDictObject *)dict)->ma_version_tag; }

/* A number that no other state of any class has, 0 where there is none. */
static inline unsigned int class_version(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030C0000
    return type->tp_version_tag;
#else
    return (type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG) ? type->tp_version_tag : 0;
#endif
}

#endif
