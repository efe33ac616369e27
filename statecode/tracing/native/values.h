/* How a value reads: cheap_repr 0.5 as snoop 0.6.1 sets it up, for values that are read without calling the program.

Alongside its text a value leaves a `Shadow`: what was seen of it, in the order in which it was seen. As long as the
same things stand there, the text is the same, and need not be made again. The shadow holds references to immutable
builtin values alone: of anything else the program might notice that it lives on. */

#ifndef STATECODE_VALUES_H
#define STATECODE_VALUES_H

#include "text.h"
#include "type_facts.h"

enum { LIST_PARTS = 6, SET_PARTS = 6, DICT_PARTS = 4, COUNTER_PARTS = 5, STRING_PARTS = 100, TARGET_LENGTH = 100, LEVELS = 3 };
enum { LONGEST_HELD = 1024, MOST_BITS = 12000, MOST_SEGMENTS = 128 };

typedef enum { SEEN_LEAF, SEEN_SEQUENCE, SEEN_BOTH_ENDS, SEEN_SET, SEEN_DICT, SEEN_FUNCTION, SEEN_BUILTIN, SEEN_MODULE,
               SEEN_CLASS, SEEN_INSTANCE, SEEN_GENERATOR } SeenKind;

typedef struct {
    PyObject *value;       /* held where it is a leaf, else only compared */
    PyTypeObject *type;    /* only compared */
    PyObject *name;        /* held: the qualified name in the text; a dict's default factory is only compared */
    uint64_t version;      /* a size, or the state of a class or of a module's names */
    unsigned short left, right; /* how many items were seen from the start and from the end */
    unsigned char kind;
} Seen;

typedef struct {
    Seen *seen;
    size_t count, capacity;
    int is_partial; /* something was read that is not noted: the value must be read again */
} Shadow;

static PyTypeObject *counter_type, *default_dict_type, *deque_type;
static unsigned int counter_version;
static PyObject *str_default_factory;
static int instances_may_have_shape = 1;

static void shadow_clear(Shadow *shadow)
{
    for (size_t i = 0; i < shadow->count; i++) {
        if (shadow->seen[i].kind == SEEN_LEAF) {
            Py_DECREF(shadow->seen[i].value);
        } else if (shadow->seen[i].kind != SEEN_DICT) {
            Py_XDECREF(shadow->seen[i].name);
        }
    }
    shadow->count = 0;
    shadow->is_partial = 0;
}

static void shadow_free(Shadow *shadow)
{
    shadow_clear(shadow);
    arena_give_back(shadow->seen, shadow->capacity * sizeof(Seen));
    shadow->seen = NULL;
    shadow->capacity = 0;
}

/* Note a thing seen; its index, or -1 where there is no memory. */
static Py_ssize_t shadow_add(Shadow *shadow, SeenKind kind, PyObject *value, PyObject *name, uint64_t version)
{
    if (arena_grow((void **)&shadow->seen, &shadow->capacity, shadow->count + 1, sizeof(Seen)) < 0) {
        return -1;
    }
    Seen *seen = &shadow->seen[shadow->count];
    *seen = (Seen){value, Py_TYPE(value), name, version, 0, 0, (unsigned char)kind};
    if (kind == SEEN_LEAF) {
        Py_INCREF(value);
    } else if (kind != SEEN_DICT) {
        Py_XINCREF(name);
    }
    return (Py_ssize_t)shadow->count++;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

/* All of these: 1 written, 0 it cannot be read here, and nothing of the program's was called. */

static int write_value(Text *text, Shadow *shadow, PyObject *value, int level, int is_key);

static int write_str(Text *text, PyObject *value)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(value);
#if PY_VERSION_HEX < 0x030C0000
    if (!PyUnicode_IS_READY(value)) {
        return 0;
    }
#endif
    Py_ssize_t head = length, tail = length;
    if (length > STRING_PARTS) {
        head = (STRING_PARTS - 3) / 2;
        tail = length - (STRING_PARTS - 3 - head);
    }
    if (PyUnicode_IS_ASCII(value)) {
        const unsigned char *bytes = PyUnicode_1BYTE_DATA(value);
        int single = memchr(bytes, '\'', (size_t)head) != NULL || memchr(bytes + tail, '\'', (size_t)(length - tail)) != NULL;
        int twofold = memchr(bytes, '"', (size_t)head) != NULL || memchr(bytes + tail, '"', (size_t)(length - tail)) != NULL;
        char quote = single && !twofold ? '"' : '\'';
        text_add_code_point(text, (Py_UCS4)quote);
        text_add_ascii_repr(text, bytes, head, quote);
        if (tail != length || head != length) {
            text_add_literal(text, "...");
            text_add_ascii_repr(text, bytes + tail, length - tail, quote);
        }
        text_add_code_point(text, (Py_UCS4)quote);
        return 1;
    }
    PyObject *shown = value, *repr;
    if (head != length) {
        PyObject *left = PyUnicode_Substring(value, 0, head), *right = PyUnicode_Substring(value, tail, length);
        shown = left != NULL && right != NULL ? PyUnicode_FromFormat("%U...%U", left, right) : NULL;
        Py_XDECREF(left);
        Py_XDECREF(right);
    } else {
        Py_INCREF(shown);
    }
    repr = shown == NULL ? NULL : PyObject_Repr(shown);
    Py_XDECREF(shown);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    text_add_whole_str(text, repr);
    Py_DECREF(repr);
    return 1;
}

static int write_bytes(Text *text, PyObject *value)
{
    const unsigned char *bytes = (unsigned char *)PyBytes_AS_STRING(value);
    Py_ssize_t length = PyBytes_GET_SIZE(value), head = length, tail = length;
    if (length > STRING_PARTS) {
        head = (STRING_PARTS - 3) / 2;
        tail = length - (STRING_PARTS - 3 - head);
    }
    int single = memchr(bytes, '\'', (size_t)head) != NULL || memchr(bytes + tail, '\'', (size_t)(length - tail)) != NULL;
    int twofold = memchr(bytes, '"', (size_t)head) != NULL || memchr(bytes + tail, '"', (size_t)(length - tail)) != NULL;
    char quote = single && !twofold ? '"' : '\'';
    text_add_char(text, 'b');
    text_add_code_point(text, (Py_UCS4)quote);
    text_add_ascii_repr(text, bytes, head, quote);
    if (head != length) {
        text_add_literal(text, "...");
        text_add_ascii_repr(text, bytes + tail, length - tail, quote);
    }
    text_add_code_point(text, (Py_UCS4)quote);
    return 1;
}

static int write_int(Text *text, PyObject *value)
{
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (!overflow) {
        text_add_number(text, number);
        return 1;
    }
    if (_PyLong_NumBits(value) > MOST_BITS) {
        return 0; /* repr may refuse it */
    }
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    text_add(text, (const char *)PyUnicode_1BYTE_DATA(repr), (size_t)PyUnicode_GET_LENGTH(repr));
    Py_DECREF(repr);
    return 1;
}

static int write_float(Text *text, PyObject *value)
{
    char *repr = PyOS_double_to_string(PyFloat_AS_DOUBLE(value), 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    text_add(text, repr, strlen(repr));
    PyMem_Free(repr);
    return 1;
}

/* Write the interpreter's own repr, which calls nothing of the program's; cut as cheap_repr cuts, unless `whole`. */
static int write_repr(Text *text, PyObject *value, int whole)
{
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(repr);
    if (whole || length <= STRING_PARTS) {
        text_add_whole_str(text, repr);
    } else {
        Py_ssize_t head = (STRING_PARTS - 3) / 2;
        text_add_str(text, repr, 0, head);
        text_add_literal(text, "...");
        text_add_str(text, repr, length - (STRING_PARTS - 3 - head), length);
    }
    Py_DECREF(repr);
    return 1;
}

/* ---- containers ------------------------------------------------------------------------------------------------- */

static int write_ends(Text *text, Shadow *shadow, PyObject *value, PyObject **items, Py_ssize_t size, int level)
{
    Text part = {0};
    struct { size_t start, end; } left[MOST_SEGMENTS], right[MOST_SEGMENTS];
    Py_ssize_t shown = 0, on_left = 0, on_right = 0;
    size_t total = 3 + 2;
    int cut = 0;
    Py_ssize_t at = shadow_add(shadow, SEEN_BOTH_ENDS, value, NULL, (uint64_t)size);
    while (at >= 0 && shown < size && !cut) {
        int to_left = shown % 2 == 0;
        if (on_left == MOST_SEGMENTS || on_right == MOST_SEGMENTS) {
            at = -1;
            break;
        }
        size_t start = part.length, characters = part.characters;
        if (!write_value(&part, shadow, items[to_left ? on_left : size - 1 - on_right], level - 1, 0)) {
            at = -1;
            break;
        }
        if (to_left) {
            left[on_left].start = start, left[on_left++].end = part.length;
        } else {
            right[on_right].start = start, right[on_right++].end = part.length;
        }
        total += part.characters - characters + 2;
        shown++;
        cut = shown >= LIST_PARTS && shown < size && total >= TARGET_LENGTH;
    }
    if (at >= 0) {
        shadow->seen[at].left = (unsigned short)on_left;
        shadow->seen[at].right = (unsigned short)on_right;
        for (Py_ssize_t i = 0; i < on_left; i++) {
            if (i) {
                text_add_literal(text, ", ");
            }
            text_add(text, part.data + left[i].start, left[i].end - left[i].start);
        }
        if (cut) {
            text_add_literal(text, ", ...");
        }
        for (Py_ssize_t i = on_right; i-- > 0;) {
            text_add_literal(text, ", ");
            text_add(text, part.data + right[i].start, right[i].end - right[i].start);
        }
    }
    int failed = part.failed;
    arena_give_back(part.data, part.capacity);
    return at >= 0 && !failed;
}

static int write_sequence(Text *text, Shadow *shadow, PyObject *value, int level, int is_top)
{
    int is_list = PyList_Check(value);
    Py_ssize_t size = is_list ? PyList_GET_SIZE(value) : PyTuple_GET_SIZE(value);
    PyObject **items = is_list ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item;
    if (!is_list && size == 1) {
        Py_ssize_t at = shadow_add(shadow, SEEN_SEQUENCE, value, NULL, 1);
        if (at < 0) {
            return 0;
        }
        shadow->seen[at].left = 1;
        text_add_char(text, '(');
        if (!write_value(text, shadow, items[0], level, 0)) {
            return 0;
        }
        text_add_literal(text, ",)");
        return 1;
    }
    text_add_char(text, is_list ? '[' : '(');
    if (size > 0 && level <= 0) {
        if (shadow_add(shadow, SEEN_SEQUENCE, value, NULL, (uint64_t)size) < 0) {
            return 0;
        }
        text_add_literal(text, "...");
    } else if (size > LIST_PARTS && is_top) {
        if (!write_ends(text, shadow, value, items, size, level)) {
            return 0;
        }
    } else {
        Py_ssize_t left = size > LIST_PARTS ? LIST_PARTS - LIST_PARTS / 2 : size;
        Py_ssize_t right = size > LIST_PARTS ? LIST_PARTS / 2 : 0;
        Py_ssize_t at = shadow_add(shadow, SEEN_SEQUENCE, value, NULL, (uint64_t)size);
        if (at < 0) {
            return 0;
        }
        shadow->seen[at].left = (unsigned short)left;
        shadow->seen[at].right = (unsigned short)right;
        for (Py_ssize_t i = 0; i < left + right; i++) {
            if (i) {
                text_add_literal(text, ", ");
            }
            if (i == left) {
                text_add_literal(text, "..., ");
            }
            if (!write_value(text, shadow, items[i < left ? i : size - right + i - left], level - 1, 0)) {
                return 0;
            }
        }
    }
    text_add_char(text, is_list ? ']' : ')');
    return 1;
}

/* The next key of a set, as its iterator gives them; NULL at the end. */
static inline PyObject *next_in_set(PySetObject *set, Py_ssize_t *position)
{
    while (*position <= set->mask) {
        setentry *entry = &set->table[(*position)++];
        if (entry->key != NULL && entry->hash != -1) { /* -1: a key that was removed */
            return entry->key;
        }
    }
    return NULL;
}

static int write_set(Text *text, Shadow *shadow, PyObject *value, int level, int is_top)
{
    Py_ssize_t size = PySet_GET_SIZE(value), position = 0, shown = 0;
    int is_frozen = PyFrozenSet_CheckExact(value), cut = 0;
    Py_ssize_t at = shadow_add(shadow, SEEN_SET, value, NULL, (uint64_t)size);
    if (at < 0) {
        return 0;
    }
    if (size == 0) {
        text_add(text, is_frozen ? "frozenset()" : "set()", is_frozen ? 11 : 5);
        return 1;
    }
    text_add(text, is_frozen ? "frozenset({" : "{", is_frozen ? 11 : 1);
    size_t total = 3 + (is_frozen ? 11 + 2 : 2);
    if (level <= 0) {
        text_add_literal(text, "...");
    }
    while (level > 0 && shown < size && !cut) {
        size_t characters = text->characters;
        PyObject *key = next_in_set((PySetObject *)value, &position);
        if (shown) {
            text_add_literal(text, ", ");
            characters += 2;
        }
        if (key == NULL || !write_value(text, shadow, key, level - 1, 1)) {
            return 0;
        }
        total += text->characters - characters + 2;
        shown++;
        cut = shown >= SET_PARTS && shown < size && (!is_top || total >= TARGET_LENGTH);
    }
    if (cut) {
        text_add_literal(text, ", ...");
    }
    shadow->seen[at].left = (unsigned short)shown;
    text_add(text, is_frozen ? "})" : "}", is_frozen ? 2 : 1);
    return shown < 65535;
}

/* Write `{key: value, ...}` of a dict, or of a builtin kind of dict, whose helper allows so many parts. */
static int write_items(Text *text, Shadow *shadow, Py_ssize_t at, PyObject *value, int level, int is_top, int parts)
{
    Py_ssize_t size = PyDict_GET_SIZE(value), position = 0, shown = 0;
    PyObject *key, *item;
    size_t total = 3 + 2;
    int cut = 0;
    text_add_char(text, '{');
    if (size > 0 && level <= 0) {
        text_add_literal(text, "...");
    }
    while (level > 0 && shown < size && !cut) {
        size_t characters = text->characters;
        if (!PyDict_Next(value, &position, &key, &item)) {
            return 0;
        }
        if (shown) {
            text_add_literal(text, ", ");
            characters += 2;
        }
        if (!write_value(text, shadow, key, level - 1, 1)) {
            return 0;
        }
        text_add_literal(text, ": ");
        if (!write_value(text, shadow, item, level - 1, 0)) {
            return 0;
        }
        total += text->characters - characters + 2;
        shown++;
        cut = shown >= parts && shown < size && (!is_top || total >= TARGET_LENGTH);
    }
    if (cut) {
        text_add_literal(text, ", ...");
    }
    shadow->seen[at].left = (unsigned short)shown;
    text_add_char(text, '}');
    return shown < 65535;
}

static int write_default_dict(Text *text, Shadow *shadow, PyObject *value, int level, int is_top)
{
    PyObject *factory = PyObject_GetAttr(value, str_default_factory);
    if (factory == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(factory); /* the dict has it */
    int is_class = PyType_CheckExact(factory);
    if (factory != Py_None && !is_class && !PyFunction_Check(factory)) {
        return 0;
    }
    Py_ssize_t at = shadow_add(shadow, SEEN_DICT, value, factory, (uint64_t)PyDict_GET_SIZE(value));
    text_add_literal(text, "defaultdict(");
    if (at < 0 || !write_repr(text, factory, 1)) {
        return 0;
    }
    text_add_literal(text, ", ");
    if (!write_items(text, shadow, at, value, level, is_top, DICT_PARTS)) {
        return 0;
    }
    text_add_char(text, ')');
    return 1;
}

static int write_counter(Text *text, Shadow *shadow, PyObject *value, int level, int is_top)
{
    Py_ssize_t size = PyDict_GET_SIZE(value);
    Py_ssize_t at = shadow_add(shadow, SEEN_DICT, value, NULL, (uint64_t)size);
    if (at < 0 || class_version(counter_type) != counter_version) {
        return 0;
    }
    text_add_literal(text, "Counter(");
    if (size > COUNTER_PARTS) {
        text_add_number(text, size);
        text_add_literal(text, " keys");
    } else if (size > 0 && !write_items(text, shadow, at, value, level, is_top, COUNTER_PARTS)) {
        return 0;
    }
    text_add_char(text, ')');
    return 1;
}

static int write_deque(Text *text, Shadow *shadow, PyObject *value, int level, int is_top)
{
    Py_ssize_t size = PyObject_Size(value), shown = 0;
    PyObject *items = PyObject_GetIter(value), *item;
    size_t total = 3 + 7 + 2;
    int cut = 0, result = size >= 0 && items != NULL;
    shadow->is_partial = 1;
    text_add_literal(text, "deque([");
    if (size > 0 && level <= 0) {
        text_add_literal(text, "...");
    }
    while (result && level > 0 && shown < size && !cut && (item = PyIter_Next(items)) != NULL) {
        size_t characters = text->characters;
        if (shown) {
            text_add_literal(text, ", ");
            characters += 2;
        }
        result = write_value(text, shadow, item, level - 1, 0);
        Py_DECREF(item);
        total += text->characters - characters + 2;
        shown++;
        cut = shown >= LIST_PARTS && shown < size && (!is_top || total >= TARGET_LENGTH);
    }
    if (cut) {
        text_add_literal(text, ", ...");
    }
    text_add_literal(text, "])");
    Py_XDECREF(items);
    PyErr_Clear();
    return result;
}

/* ---- things with a name ----------------------------------------------------------------------------------------- */

static PyObject *qualified_name(PyTypeObject *type)
{
    return type->tp_flags & Py_TPFLAGS_HEAPTYPE ? ((PyHeapTypeObject *)type)->ht_qualname : NULL;
}

/* Whether an instance may have a shape or dtype of its own, which snoop would add. */
static int has_shape(PyObject *value)
{
    PyObject *found = NULL, *names[2] = {types.shape, types.dtype};
    for (int i = 0; i < 2; i++) {
        if (find_attribute(value, names[i], &found) != 0) {
            PyErr_Clear();
            Py_XDECREF(found);
            return 1;
        }
    }
    return 0;
}

static int is_plain_instance(PyObject *value, int facts)
{
    return (facts & PLAIN_INSTANCES) && !((facts & OWN_ATTRIBUTES) && instances_may_have_shape && has_shape(value));
}

static int is_plain_module(PyObject *value)
{
    PyObject *names = PyModule_GetDict(value);
    return Py_TYPE(value) == &PyModule_Type && PyDict_GetItemWithError(names, types.shape) == NULL &&
           PyDict_GetItemWithError(names, types.dtype) == NULL &&
           PyDict_GetItemWithError(names, types.dunder_getattr) == NULL && !PyErr_Occurred();
}

static int write_named(Text *text, Shadow *shadow, PyObject *value, int is_key)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyFunction_Type) {
        PyFunctionObject *function = (PyFunctionObject *)value;
        return (function->func_dict == NULL || PyDict_GET_SIZE(function->func_dict) == 0) &&
               shadow_add(shadow, SEEN_FUNCTION, value, function->func_qualname, 0) >= 0 && write_repr(text, value, 1);
    }
    if (type == &PyCFunction_Type) {
        PyCFunctionObject *function = (PyCFunctionObject *)value;
        return shadow_add(shadow, SEEN_BUILTIN, value, NULL, (uint64_t)(uintptr_t)function->m_ml ^ (uintptr_t)function->m_self) >= 0 &&
               (function->m_self == NULL || PyModule_Check(function->m_self) || PyType_CheckExact(function->m_self) ||
                (Py_TYPE(Py_TYPE(function->m_self)) == &PyType_Type && !(Py_TYPE(function->m_self)->tp_flags & Py_TPFLAGS_HEAPTYPE))) &&
               write_repr(text, value, 0);
    }
    if (type == &PyGen_Type) {
        return shadow_add(shadow, SEEN_GENERATOR, value, ((PyGenObject *)value)->gi_qualname, 0) >= 0 &&
               write_repr(text, value, 1);
    }
    if (type == &PyModule_Type) {
        return is_plain_module(value) &&
               shadow_add(shadow, SEEN_MODULE, value, NULL, dict_version(PyModule_GetDict(value))) >= 0 &&
               write_repr(text, value, 1);
    }
    if (PyType_Check(value)) {
        return (facts_of((PyTypeObject *)value) & PLAIN_CLASS) &&
               shadow_add(shadow, SEEN_CLASS, value, qualified_name((PyTypeObject *)value),
                          class_version((PyTypeObject *)value)) >= 0 && write_repr(text, value, 0);
    }
    int facts = facts_of(type);
    return is_plain_instance(value, facts) && (!is_key || (facts & DEFAULT_HASH)) &&
           shadow_add(shadow, SEEN_INSTANCE, value, qualified_name(type), class_version(type)) >= 0 &&
           write_repr(text, value, 1);
}

static int write_leaf(Text *text, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyLong_Type) {
        return write_int(text, value);
    }
    if (type == &PyUnicode_Type) {
        return write_str(text, value);
    }
    if (value == Py_None) {
        text_add_literal(text, "None");
        return 1;
    }
    if (type == &PyBool_Type) {
        text_add(text, value == Py_True ? "True" : "False", value == Py_True ? 4 : 5);
        return 1;
    }
    if (type == &PyFloat_Type) {
        return write_float(text, value);
    }
    if (type == &PyBytes_Type) {
        return write_bytes(text, value);
    }
    return write_repr(text, value, 0); /* complex, range, ... */
}

static int is_leaf(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    return type == &PyLong_Type || type == &PyUnicode_Type || value == Py_None || type == &PyBool_Type ||
           type == &PyFloat_Type || type == &PyBytes_Type || type == &PyComplex_Type || value == Py_Ellipsis ||
           value == Py_NotImplemented;
}

static int write_at(Text *text, Shadow *shadow, PyObject *value, int level, int is_key, int is_top)
{
    if (is_leaf(value)) {
        /* a long text that grows by += is copied each time if somebody else holds it: it is read anew instead */
        int is_held = !(is_top && ((PyUnicode_CheckExact(value) && PyUnicode_GET_LENGTH(value) > LONGEST_HELD) ||
                                   (PyBytes_CheckExact(value) && PyBytes_GET_SIZE(value) > LONGEST_HELD)));
        return (!is_held || shadow_add(shadow, SEEN_LEAF, value, NULL, 0) >= 0) && write_leaf(text, value);
    }
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyList_Type || type == &PyTuple_Type) {
        return write_sequence(text, shadow, value, level, is_top);
    }
    if (type == &PyDict_Type) {
        Py_ssize_t at = shadow_add(shadow, SEEN_DICT, value, NULL, (uint64_t)PyDict_GET_SIZE(value));
        return at >= 0 && write_items(text, shadow, at, value, level, is_top, DICT_PARTS);
    }
    if (type == &PySet_Type || type == &PyFrozenSet_Type) {
        return write_set(text, shadow, value, level, is_top);
    }
    if (type == default_dict_type) {
        return write_default_dict(text, shadow, value, level, is_top);
    }
    if (type == counter_type) {
        return write_counter(text, shadow, value, level, is_top);
    }
    if (type == deque_type) {
        return write_deque(text, shadow, value, level, is_top);
    }
    return write_named(text, shadow, value, is_key);
}

static int write_value(Text *text, Shadow *shadow, PyObject *value, int level, int is_key)
{
    return write_at(text, shadow, value, level, is_key, 0);
}

/* Write a variable's value, or one that is returned; where it is 0, text and shadow hold rubbish. */
static int write_top_value(Text *text, Shadow *shadow, PyObject *value)
{
    return !types.builtins_fail && write_at(text, shadow, value, LEVELS, 0, 1) && !text->failed;
}

/* ---- looking again ---------------------------------------------------------------------------------------------- */

static int is_unchanged(const Seen **cursor, PyObject *value);

static int are_unchanged(const Seen **cursor, PyObject **items, Py_ssize_t size, const Seen *seen)
{
    if (seen->kind == SEEN_BOTH_ENDS) {
        for (Py_ssize_t i = 0; i < seen->left; i++) {
            if (!is_unchanged(cursor, items[i]) || (i < seen->right && !is_unchanged(cursor, items[size - 1 - i]))) {
                return 0;
            }
        }
        return 1;
    }
    for (Py_ssize_t i = 0; i < seen->left + seen->right; i++) {
        if (!is_unchanged(cursor, items[i < seen->left ? i : size - seen->right + i - seen->left])) {
            return 0;
        }
    }
    return 1;
}

static int set_is_unchanged(const Seen **cursor, PyObject *value, const Seen *seen)
{
    Py_ssize_t position = 0;
    for (int i = 0; i < seen->left; i++) {
        PyObject *key = next_in_set((PySetObject *)value, &position);
        if (key == NULL || !is_unchanged(cursor, key)) {
            return 0;
        }
    }
    return 1;
}

static int dict_is_unchanged(const Seen **cursor, PyObject *value, const Seen *seen)
{
    Py_ssize_t position = 0;
    PyObject *key, *item;
    if (seen->type == default_dict_type) {
        PyObject *factory = PyObject_GetAttr(value, str_default_factory);
        if (factory == NULL || factory != seen->name || PyFunction_Check(factory)) { /* a function may get another name */
            PyErr_Clear();
            Py_XDECREF(factory);
            return 0;
        }
        Py_DECREF(factory);
    }
    for (int i = 0; i < seen->left; i++) {
        if (!PyDict_Next(value, &position, &key, &item) || !is_unchanged(cursor, key) || !is_unchanged(cursor, item)) {
            return 0;
        }
    }
    return 1;
}

static int is_unchanged(const Seen **cursor, PyObject *value)
{
    const Seen *seen = (*cursor)++;
    if (seen->value != value) {
        return 0;
    }
    if (seen->kind == SEEN_LEAF) {
        return 1;
    }
    if (seen->type != Py_TYPE(value)) {
        return 0;
    }
    switch ((SeenKind)seen->kind) {
    case SEEN_SEQUENCE:
    case SEEN_BOTH_ENDS:
        if ((uint64_t)Py_SIZE(value) != seen->version) {
            return 0;
        }
        return are_unchanged(cursor, PyList_Check(value) ? ((PyListObject *)value)->ob_item : ((PyTupleObject *)value)->ob_item,
                             Py_SIZE(value), seen);
    case SEEN_SET:
        return (uint64_t)PySet_GET_SIZE(value) == seen->version && set_is_unchanged(cursor, value, seen);
    case SEEN_DICT:
        return (uint64_t)PyDict_GET_SIZE(value) == seen->version && dict_is_unchanged(cursor, value, seen);
    case SEEN_FUNCTION: {
        PyFunctionObject *function = (PyFunctionObject *)value;
        return function->func_qualname == seen->name &&
               (function->func_dict == NULL || PyDict_GET_SIZE(function->func_dict) == 0);
    }
    case SEEN_GENERATOR:
        return ((PyGenObject *)value)->gi_qualname == seen->name;
    case SEEN_BUILTIN: {
        PyCFunctionObject *function = (PyCFunctionObject *)value;
        return ((uint64_t)(uintptr_t)function->m_ml ^ (uintptr_t)function->m_self) == seen->version;
    }
    case SEEN_MODULE:
        return dict_version(PyModule_GetDict(value)) == seen->version;
    case SEEN_CLASS:
        return seen->version != 0 && class_version((PyTypeObject *)value) == seen->version &&
               qualified_name((PyTypeObject *)value) == seen->name;
    case SEEN_INSTANCE:
        return seen->version != 0 && class_version(Py_TYPE(value)) == seen->version &&
               qualified_name(Py_TYPE(value)) == seen->name &&
               !(instances_may_have_shape && (facts_of(Py_TYPE(value)) & OWN_ATTRIBUTES) && has_shape(value));
    default:
        return 0;
    }
}

/* Whether a value reads as it did when it left this shadow. */
static inline int value_is_unchanged(const Shadow *shadow, PyObject *value)
{
    const Seen *cursor = shadow->seen;
    return shadow->count > 0 && !shadow->is_partial && is_unchanged(&cursor, value);
}

#endif
