/* Code objects of the program: their numbers, a hash table by address, and their instructions as snoop reads them. */

#ifndef STATECODE_CODES_H
#define STATECODE_CODES_H

#include "recorder.h"

static inline size_t hash_address(const void *address)
{
    return ((uintptr_t)address >> 4) * 0x9E3779B97F4A7C15ULL >> 20;
}

static inline CodeInfo *find_code(Recorder *recorder, PyCodeObject *code)
{
    for (size_t at = hash_address(code);; at++) {
        CodeInfo *info = recorder->codes[at & recorder->code_mask];
        if (info == NULL || info->code == code) {
            return info;
        }
    }
}

static int has_name(PyCodeObject *code, const char *name)
{
    return PyUnicode_CompareWithASCIIString(code->co_name, name) == 0;
}

/* Mark slots of the same name. From Python 3.12 on, the variable of a comprehension may have the name of a free
variable of the function. */
static void find_duplicates(CodeInfo *code)
{
    for (size_t i = 0; i < code->slot_count; i++) {
        for (size_t other = i + 1; PY_VERSION_HEX >= 0x030C0000 && other < code->slot_count; other++) {
            if (code->slots[i].name == code->slots[other].name) {
                code->slots[i].later_duplicate = (int)other;
                code->slots[other].is_duplicate = 1;
            }
        }
    }
}

static CodeInfo *new_code(PyCodeObject *code, int number)
{
    CodeInfo *info = arena_allocate(sizeof(CodeInfo));
    if (info == NULL) {
        return NULL;
    }
    memset(info, 0, sizeof(*info));
    Py_INCREF(code);
    info->code = code;
    info->number = number;
    info->is_comprehension =
        has_name(code, "<listcomp>") || has_name(code, "<dictcomp>") || has_name(code, "<setcomp>");
    info->is_generator_expression = has_name(code, "<genexpr>");
    info->is_optimized = (code->co_flags & CO_OPTIMIZED) != 0;
    info->is_module = has_name(code, "<module>");
    size_t count = (size_t)local_slot_count(code);
    info->slots = count ? arena_allocate(count * sizeof(LocalSlot)) : NULL;
    if (count && info->slots == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        LocalSlot slot = local_slot(code, (int)i);
        if (slot.name != NULL) {
            info->slots[info->slot_count++] = slot;
        }
    }
    find_duplicates(info);
    text_add_whole_str(&info->function, code->co_name);
    text_add_char(&info->function, ':');
    text_add_number(&info->function, code->co_firstlineno);
    return info->function.failed ? NULL : info;
}

static int grow_codes(Recorder *recorder)
{
    size_t size = recorder->codes == NULL ? 64 : (recorder->code_mask + 1) * 2;
    CodeInfo **codes = arena_allocate(size * sizeof(*codes)), **old = recorder->codes;
    if (codes == NULL) {
        return -1;
    }
    memset(codes, 0, size * sizeof(*codes));
    size_t old_size = old == NULL ? 0 : recorder->code_mask + 1;
    recorder->codes = codes;
    recorder->code_mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i] != NULL) {
            size_t at = hash_address(old[i]->code);
            while (codes[at & recorder->code_mask] != NULL) {
                at++;
            }
            codes[at & recorder->code_mask] = old[i];
        }
    }
    arena_free(old, old_size * sizeof(*codes));
    return 0;
}

/* Insert a code object into the table if it is missing. Return its entry, or NULL with an exception. */
static CodeInfo *insert_code(Recorder *recorder, PyCodeObject *code, int number)
{
    if ((size_t)recorder->code_entries * 2 >= recorder->code_mask && grow_codes(recorder) < 0) {
        PyErr_NoMemory();
        return NULL;
    }
    size_t at = hash_address(code);
    while (recorder->codes[at & recorder->code_mask] != NULL &&
           recorder->codes[at & recorder->code_mask]->code != code) {
        at++;
    }
    CodeInfo **entry = &recorder->codes[at & recorder->code_mask];
    if (*entry == NULL) {
        *entry = new_code(code, number);
        recorder->code_entries++;
        if (*entry == NULL) {
            PyErr_NoMemory();
        }
    }
    return *entry;
}

/* Add a code object and all code objects inside it, numbered in preorder. Return 0, or -1 with an exception. */
static int add_code(Recorder *recorder, PyCodeObject *code)
{
    if (insert_code(recorder, code, recorder->code_count++) == NULL) {
        return -1;
    }
    recorder->program = recorder->program == NULL ? code : recorder->program;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(constant) && add_code(recorder, (PyCodeObject *)constant) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Return the flags of the opcode at an offset in bytes; 0 for an invalid offset. As in snoop, -1 is the last byte. */
static int opcode_flags_at(Recorder *recorder, CodeInfo *code, Py_ssize_t offset)
{
    if (code->instructions == NULL) {
        code->instructions = code_instructions(code->code);
        if (code->instructions == NULL) {
            PyErr_Clear();
            return 0;
        }
    }
    Py_ssize_t size = PyBytes_GET_SIZE(code->instructions);
    offset += offset < 0 ? size : 0;
    return offset < 0 || offset >= size
               ? 0
               : recorder->opcode_flags[(unsigned char)PyBytes_AS_STRING(code->instructions)[offset]];
}

/* Return 1 if a frame resumes after a yield. As in `Event.is_yield_value` of snoop, the search goes back over bytes,
not over instructions. */
static int is_after_yield(Recorder *recorder, FrameInfo *frame)
{
    for (Py_ssize_t offset = last_instruction(frame->frame); offset >= 0; offset--) {
        int flags = opcode_flags_at(recorder, frame->code, offset);
        if (!(flags & IS_SKIPPED)) {
            return (flags & IS_YIELD_VALUE) != 0;
        }
    }
    return 0;
}

#endif
