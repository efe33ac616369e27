/* CPython internals that the engine uses beyond the public C API, for the versions 3.10 to 3.13. */

#ifndef STATECODE_PYTHON_INTERNALS_H
#define STATECODE_PYTHON_INTERNALS_H

#define PY_SSIZE_T_CLEAN
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* ma_version_tag: deprecated, without a replacement */
#endif
#include <Python.h>

#if PY_VERSION_HEX < 0x030A0000 || PY_VERSION_HEX >= 0x030E0000 || defined(Py_GIL_DISABLED) || defined(PYPY_VERSION)
#error "statecode's native engine supports CPython 3.10 to 3.13 with a GIL"
#endif

#include <frameobject.h>
#if PY_VERSION_HEX >= 0x030B0000
#define Py_BUILD_CORE 1
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#endif

/* Return the code object that a frame runs; borrowed. */
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

/* Return the array of fast locals, cells and free variables of a frame; entries may be NULL. */
static inline PyObject **frame_fast_locals(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return frame->f_frame->localsplus;
#else
    return frame->f_localsplus;
#endif
}

/* Return the place of the namespace of a module or class body, or of the dict that locals() returned. */
static inline PyObject **frame_namespace_slot(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return &frame->f_frame->f_locals;
#else
    return &frame->f_locals;
#endif
}

/* Return the namespace of a module or class body; borrowed, NULL if there is none. */
static inline PyObject *frame_namespace(PyFrameObject *frame) { return *frame_namespace_slot(frame); }

/* Return the dict of a function's frame that may contain other names than the variables of its code, such as names
created by exec; borrowed, NULL if there is none. In Python 3.12 and earlier it is the dict that locals() returned. It
also contains copies of variables, which may be old. */
static inline PyObject *frame_extra_names(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return frame->f_extra_locals;
#else
    return frame_namespace(frame);
#endif
}

/* In Python 3.12 and earlier, the interpreter copies the fast locals into the dict f_locals for a Python trace
function. The dict holds the values until the next event. The engine does not: the program could observe both. */
#define LOCALS_ARE_COPIED (PY_VERSION_HEX < 0x030D0000)

/* Return frame.f_lasti in bytes. */
static inline int last_instruction(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030B0000
    return PyFrame_GetLasti(frame);
#else
    return frame->f_lasti < 0 ? -1 : frame->f_lasti * (int)sizeof(_Py_CODEUNIT);
#endif
}

/* Return code.co_code as compiled; a new reference to bytes. */
static inline PyObject *code_instructions(PyCodeObject *code)
{
#if PY_VERSION_HEX >= 0x030B0000
    return PyCode_GetCode(code);
#else
    Py_INCREF(code->co_code);
    return code->co_code;
#endif
}

/* A slot of `frame_fast_locals`. Slots follow the order of co_varnames + co_cellvars + co_freevars. */
typedef struct {
    PyObject *name;                       /* borrowed from the code object */
    int index;                            /* in frame_fast_locals */
    int is_cell, is_free, is_hidden;      /* hidden: the variable of a comprehension in the code of a module or class */
    int later_duplicate;                  /* number of a later slot of the same name; 0: there is none */
    int is_duplicate;                     /* there is an earlier slot of the same name */
} LocalSlot;

/* Return the value of a slot; borrowed, NULL if the variable is unbound. */
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
    LocalSlot slot = {.name = PyTuple_GET_ITEM(code->co_localsplusnames, i), .index = i};
    slot.is_cell = (kind & (CO_FAST_CELL | CO_FAST_FREE)) != 0;
    slot.is_free = (kind & CO_FAST_FREE) != 0;
#ifdef CO_FAST_HIDDEN
    slot.is_hidden = (kind & CO_FAST_HIDDEN) != 0;
#endif
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

/* Return the slot with the number `i`. An argument that is also a cell is in co_varnames and in co_cellvars: its slot
has the position of the argument and the index of the cell. The number of the cell has a slot without a name. */
static inline LocalSlot local_slot(PyCodeObject *code, int i)
{
    int cells = (int)PyTuple_GET_SIZE(code->co_cellvars);
    if (i < code->co_nlocals) {
        int cell = cell_of_argument(code, i);
        int index = cell < 0 ? i : code->co_nlocals + cell;
        LocalSlot slot = {.name = PyTuple_GET_ITEM(code->co_varnames, i), .index = index, .is_cell = cell >= 0};
        return slot;
    }
    int cell = i - code->co_nlocals;
    LocalSlot slot = {.index = i, .is_cell = 1, .is_free = cell >= cells};
    if (cell < cells) {
        int is_argument = code->co_cell2arg != NULL && code->co_cell2arg[cell] != CO_CELL_NOT_AN_ARG;
        slot.name = is_argument ? NULL : PyTuple_GET_ITEM(code->co_cellvars, cell);
    } else {
        slot.name = PyTuple_GET_ITEM(code->co_freevars, cell - cells);
    }
    return slot;
}
#endif

/* The levels of recursion that are left to a thread. */
typedef struct {
    int python, c;
} LevelsLeft;

/* Set the levels of recursion that are left to a thread, and return the previous ones. Undo with
`restore_levels_left(thread, previous, levels)`. Python 3.12 and later count the levels of C code separately. */
static inline LevelsLeft set_levels_left(PyThreadState *thread, LevelsLeft levels)
{
#if PY_VERSION_HEX >= 0x030C0000
    LevelsLeft previous = {thread->py_recursion_remaining, thread->c_recursion_remaining};
    thread->py_recursion_remaining = levels.python;
    thread->c_recursion_remaining = levels.c;
#elif PY_VERSION_HEX >= 0x030B0000
    LevelsLeft previous = {thread->recursion_remaining, 0};
    thread->recursion_remaining = levels.python;
#else
    LevelsLeft previous = {Py_GetRecursionLimit() - thread->recursion_depth, 0};
    thread->recursion_depth = Py_GetRecursionLimit() - levels.python;
#endif
    return previous;
}

/* A limit that was set in the meantime, by sys.setrecursionlimit(), keeps its effect. */
static inline void restore_levels_left(PyThreadState *thread, LevelsLeft previous, LevelsLeft levels)
{
#if PY_VERSION_HEX >= 0x030C0000
    thread->py_recursion_remaining += previous.python - levels.python;
    thread->c_recursion_remaining += previous.c - levels.c;
#elif PY_VERSION_HEX >= 0x030B0000
    thread->recursion_remaining += previous.python - levels.python;
#else
    thread->recursion_depth += levels.python - previous.python;
#endif
}

/* Let events of a thread call its trace function again, during a call of the trace function. */
static inline void leave_tracing(PyThreadState *thread)
{
#if PY_VERSION_HEX >= 0x030B0000
    PyThreadState_LeaveTracing(thread);
#else
    thread->tracing--;
    thread->cframe->use_tracing = thread->c_tracefunc != NULL || thread->c_profilefunc != NULL;
#endif
}

/* End the effect of `leave_tracing`. */
static inline void enter_tracing(PyThreadState *thread)
{
#if PY_VERSION_HEX >= 0x030B0000
    PyThreadState_EnterTracing(thread);
#else
    thread->tracing++;
    thread->cframe->use_tracing = 0;
#endif
}

/* Return the `__dict__` of an instance, which is not created; borrowed, NULL if there is none. */
static inline PyObject *instance_dict(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030B0000
    if (Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        PyObject *dict = ((PyObject **)object)[-3]; /* MANAGED_DICT_OFFSET */
        return (uintptr_t)dict & 1 ? NULL : dict;   /* 3.12: the values without a dict, whose names are interned */
    }
#endif
    PyObject **dict = _PyObject_GetDictPtr(object);
    return dict == NULL ? NULL : *dict;
}

/* Look up an attribute. Return 1 and set `*value` to a new reference if it exists; 0 if not; -1 with an exception. */
static inline int find_attribute(PyObject *object, PyObject *name, PyObject **value)
{
#if PY_VERSION_HEX >= 0x030D0000
    return PyObject_GetOptionalAttr(object, name, value);
#else
    return _PyObject_LookupAttr(object, name, value);
#endif
}

static inline uint64_t dict_version(PyObject *dict) { return ((PyDictObject *)dict)->ma_version_tag; }

/* Return a number that identifies one state of one class; 0 if the class has none. */
static inline unsigned int class_version(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030C0000
    return type->tp_version_tag;
#else
    return (type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG) ? type->tp_version_tag : 0;
#endif
}

#endif
