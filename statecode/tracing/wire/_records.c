/* Read event records, as the engines write them, into columns.

The bytes may come from a program, so this file accepts only what it fully checks: lines of JSON as `record.encode` writes
them, without a space, with numbers and texts of the right kinds and within their ranges. For everything else it returns
None, and the Python code in `channel` and `validation` decides. What is accepted here, that code accepts with the same
result; a test compares the two on a million mutated channels, under ASan and UBSan.

Every read of a byte is preceded by a comparison with the end of the data. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#include "../engines/native/record_format.h"

enum { NUMBERS = FIELD_FUNCTION, MAX_DIGITS = 18, CACHED_TEXTS = 256 };

typedef struct {
    const unsigned char *at, *end;
    PyObject *cached[CACHED_TEXTS]; /* the last ASCII texts: names repeat */
    Py_UCS4 *characters;            /* of a text with escapes */
    size_t capacity;
} Reader;

typedef enum { DONE, REFUSED, FAILED } Result; /* FAILED: with an exception */

static int skip(Reader *reader, char expected)
{
    if (reader->at < reader->end && *reader->at == (unsigned char)expected) {
        reader->at++;
        return 1;
    }
    return 0;
}

static int skip_word(Reader *reader, const char *word, size_t length)
{
    if ((size_t)(reader->end - reader->at) >= length && memcmp(reader->at, word, length) == 0) {
        reader->at += length;
        return 1;
    }
    return 0;
}

/* Read an integer without superfluous zeros, of at most MAX_DIGITS digits. */
static int read_integer(Reader *reader, int64_t *number)
{
    int is_negative = skip(reader, '-');
    const unsigned char *start = reader->at;
    int64_t value = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        if (reader->at - start >= MAX_DIGITS) {
            return 0;
        }
        value = value * 10 + (*reader->at++ - '0');
    }
    Py_ssize_t digits = reader->at - start;
    if (digits == 0 || (*start == '0' && (digits > 1 || is_negative))) {
        return 0;
    }
    *number = is_negative ? -value : value;
    return 1;
}

static int hex_digit(unsigned char character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    character |= 0x20;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

/* Read four hexadecimal digits, after `\u`; -1 if there are none. */
static int32_t read_unit(Reader *reader)
{
    int32_t unit = 0;
    if (reader->end - reader->at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(*reader->at++);
        if (digit < 0) {
            return -1;
        }
        unit = unit << 4 | digit;
    }
    return unit;
}

/* Read the rest of an escape, after the backslash; -1 if it is none, or a lone surrogate. */
static int32_t read_escape(Reader *reader)
{
    if (reader->at >= reader->end) {
        return -1;
    }
    switch (*reader->at++) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'f':
        return '\f';
    case 'b':
        return '\b';
    case 'u':
        break;
    default:
        return -1;
    }
    int32_t unit = read_unit(reader);
    if (unit < 0xd800 || unit > 0xdfff) {
        return unit;
    }
    int32_t second = unit < 0xdc00 && skip_word(reader, "\\u", 2) ? read_unit(reader) : -1;
    return second < 0xdc00 || second > 0xdfff ? -1 : 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
}

/* Return a new str of ASCII characters; the last ones are kept, and returned again. */
static PyObject *ascii_text(Reader *reader, const unsigned char *start, size_t length)
{
    PyObject **cached = NULL;
    if (length > 0 && length < 32) {
        size_t hash = length * 31 + start[0] * 7 + start[length - 1] * 3 + start[length / 2];
        cached = &reader->cached[hash % CACHED_TEXTS];
        if (*cached != NULL && (size_t)PyUnicode_GET_LENGTH(*cached) == length &&
            memcmp(PyUnicode_1BYTE_DATA(*cached), start, length) == 0) {
            return Py_NewRef(*cached);
        }
    }
    PyObject *text = PyUnicode_New((Py_ssize_t)length, 127);
    if (text == NULL) {
        return NULL;
    }
    memcpy(PyUnicode_1BYTE_DATA(text), start, length);
    if (cached != NULL) {
        Py_XSETREF(*cached, Py_NewRef(text));
    }
    return text;
}

/* Read the characters of a text with escapes, after the quote. */
static Result read_escaped(Reader *reader, PyObject **text)
{
    size_t length = 0;
    while (reader->at < reader->end && *reader->at != '"') {
        int32_t character = *reader->at++;
        if (character == '\\') {
            character = read_escape(reader);
        } else if (character < 0x20 || character > 0x7f) {
            return REFUSED;
        }
        if (character < 0) {
            return REFUSED;
        }
        if (length == reader->capacity) {
            size_t capacity = reader->capacity ? reader->capacity * 2 : 256;
            Py_UCS4 *characters = PyMem_Realloc(reader->characters, capacity * sizeof(Py_UCS4));
            if (characters == NULL) {
                PyErr_NoMemory();
                return FAILED;
            }
            reader->characters = characters;
            reader->capacity = capacity;
        }
        reader->characters[length++] = (Py_UCS4)character;
    }
    if (!skip(reader, '"')) {
        return REFUSED;
    }
    *text = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, reader->characters, (Py_ssize_t)length);
    return *text == NULL ? FAILED : DONE;
}

static Result read_text(Reader *reader, PyObject **text)
{
    if (!skip(reader, '"')) {
        return REFUSED;
    }
    const unsigned char *start = reader->at, *at = start;
    while (at < reader->end && *at >= 0x20 && *at <= 0x7f && *at != '"' && *at != '\\') {
        at++;
    }
    if (at >= reader->end || (*at != '"' && *at != '\\')) {
        return REFUSED;
    }
    if (*at == '\\') {
        return read_escaped(reader, text);
    }
    reader->at = at + 1;
    *text = ascii_text(reader, start, (size_t)(at - start));
    return *text == NULL ? FAILED : DONE;
}

/* Read a text and append it to a list. With `is_optional`, null is None. */
static Result append_text(Reader *reader, PyObject *list, int is_optional)
{
    PyObject *text = NULL;
    if (is_optional && skip_word(reader, "null", 4)) {
        return PyList_Append(list, Py_None) < 0 ? FAILED : DONE;
    }
    Result result = read_text(reader, &text);
    if (result == DONE && PyList_Append(list, text) < 0) {
        result = FAILED;
    }
    Py_XDECREF(text);
    return result;
}

typedef struct {
    PyObject *numbers[NUMBERS], *change_count, *stdout_end; /* bytes: int32, and int64 for stdout_end */
    PyObject *function, *change_name, *change_value, *value, *detail; /* lists */
} Columns;

static int create_columns(Columns *columns, Py_ssize_t rows)
{
    memset(columns, 0, sizeof(*columns));
    int is_complete = 1;
    for (int i = 0; i < NUMBERS; i++) {
        is_complete &= (columns->numbers[i] = PyBytes_FromStringAndSize(NULL, rows * 4)) != NULL;
    }
    PyObject **lists[] = {&columns->function, &columns->change_name, &columns->change_value, &columns->value,
                          &columns->detail};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        is_complete &= (*lists[i] = PyList_New(0)) != NULL;
    }
    is_complete &= (columns->change_count = PyBytes_FromStringAndSize(NULL, rows * 4)) != NULL;
    is_complete &= (columns->stdout_end = PyBytes_FromStringAndSize(NULL, rows * 8)) != NULL;
    return is_complete;
}

static void release_columns(Columns *columns)
{
    for (int i = 0; i < NUMBERS; i++) {
        Py_XDECREF(columns->numbers[i]);
    }
    Py_XDECREF(columns->change_count);
    Py_XDECREF(columns->stdout_end);
    Py_XDECREF(columns->function);
    Py_XDECREF(columns->change_name);
    Py_XDECREF(columns->change_value);
    Py_XDECREF(columns->value);
    Py_XDECREF(columns->detail);
}

/* Read the changes of an event, and return their number in `count`. */
static Result read_changes(Reader *reader, Columns *columns, int32_t *count)
{
    *count = 0;
    if (!skip(reader, '[')) {
        return REFUSED;
    }
    if (skip(reader, ']')) {
        return DONE;
    }
    do {
        if (!skip(reader, '[')) {
            return REFUSED;
        }
        Result result = append_text(reader, columns->change_name, 0);
        if (result == DONE) {
            result = skip(reader, ',') ? append_text(reader, columns->change_value, 0) : REFUSED;
        }
        if (result != DONE) {
            return result;
        }
        if (!skip(reader, ']') || ++*count == INT32_MAX) {
            return REFUSED;
        }
    } while (skip(reader, ','));
    return skip(reader, ']') ? DONE : REFUSED;
}

static int is_in_range(int field, int64_t number, Py_ssize_t row)
{
    if (field == FIELD_KIND) {
        return number >= 0 && number < KIND_COUNT;
    }
    if (field == FIELD_DEPTH) { /* a depth counts calls, and each call was an event */
        return number >= -(row + 1) && number <= row + 1 && number >= INT32_MIN && number <= INT32_MAX;
    }
    return number >= 0 && number <= INT32_MAX;
}

_Static_assert(FIELD_FUNCTION == 6 && FIELD_CHANGES == 7 && FIELD_VALUE == 8 && FIELD_DETAIL == 9 &&
               FIELD_STDOUT_END == 10 && FIELD_COUNT == 11, "the order of fields has changed");

static Result read_event(Reader *reader, Columns *columns, Py_ssize_t row)
{
    int64_t number;
    int32_t count = 0;
    if (!skip(reader, '[')) {
        return REFUSED;
    }
    for (int field = 0; field < NUMBERS; field++) {
        if (!read_integer(reader, &number) || !is_in_range(field, number, row) || !skip(reader, ',')) {
            return REFUSED;
        }
        int32_t narrow = (int32_t)number;
        memcpy(PyBytes_AS_STRING(columns->numbers[field]) + row * 4, &narrow, 4);
    }
    Result result = append_text(reader, columns->function, 0);
    if (result == DONE) {
        result = skip(reader, ',') ? read_changes(reader, columns, &count) : REFUSED;
    }
    if (result == DONE) {
        result = skip(reader, ',') ? append_text(reader, columns->value, 1) : REFUSED;
    }
    if (result == DONE) {
        result = skip(reader, ',') ? append_text(reader, columns->detail, 1) : REFUSED;
    }
    if (result != DONE) {
        return result;
    }
    if (!skip(reader, ',') || !read_integer(reader, &number) || number < 0 || !skip_word(reader, "]\n", 2)) {
        return REFUSED;
    }
    memcpy(PyBytes_AS_STRING(columns->change_count) + row * 4, &count, 4);
    memcpy(PyBytes_AS_STRING(columns->stdout_end) + row * 8, &number, 8);
    return DONE;
}

static Py_ssize_t count_lines(const unsigned char *at, const unsigned char *end)
{
    Py_ssize_t count = 0;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

static Result read_events(Reader *reader, Columns *columns, Py_ssize_t lines, Py_ssize_t *rows)
{
    for (*rows = 0; reader->at < reader->end && *reader->at != '{'; ++*rows) {
        Result result = *rows < lines ? read_event(reader, columns, *rows) : REFUSED;
        if (result != DONE) {
            return result;
        }
    }
    return DONE;
}

/* Return the columns as a tuple; NULL with an exception if there is no memory. */
static PyObject *columns_tuple(Columns *columns, Py_ssize_t rows, Py_ssize_t read)
{
    for (int i = 0; i < NUMBERS; i++) {
        if (_PyBytes_Resize(&columns->numbers[i], rows * 4) < 0) {
            return NULL;
        }
    }
    if (_PyBytes_Resize(&columns->change_count, rows * 4) < 0 || _PyBytes_Resize(&columns->stdout_end, rows * 8) < 0) {
        return NULL;
    }
    PyObject **numbers = columns->numbers;
    return Py_BuildValue("nOOOOOOOOOOOOO", read, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
                         columns->function, columns->change_count, columns->change_name, columns->change_value,
                         columns->value, columns->detail, columns->stdout_end);
}

static PyObject *read_columns(PyObject *module, PyObject *args)
{
    Py_buffer data;
    Py_ssize_t max_events, rows = 0;
    PyObject *found = NULL;
    if (!PyArg_ParseTuple(args, "y*n", &data, &max_events)) {
        return NULL;
    }
    Reader reader = {.at = data.buf, .end = (const unsigned char *)data.buf + data.len};
    Columns columns;
    memset(&columns, 0, sizeof(columns));
    Py_ssize_t lines = count_lines(reader.at, reader.end);
    lines = lines < max_events ? lines : max_events;
    Result result = create_columns(&columns, lines) ? read_events(&reader, &columns, lines, &rows) : FAILED;
    if (result == DONE) {
        found = columns_tuple(&columns, rows, reader.at - (const unsigned char *)data.buf);
    } else if (result == REFUSED) {
        found = Py_NewRef(Py_None);
    }
    release_columns(&columns);
    for (size_t i = 0; i < CACHED_TEXTS; i++) {
        Py_XDECREF(reader.cached[i]);
    }
    PyMem_Free(reader.characters);
    PyBuffer_Release(&data);
    return found;
}

static PyMethodDef METHODS[] = {
    {"read_columns", read_columns, METH_VARARGS,
     "read_columns(data, max_events)\n--\n\n"
     "Read event records up to an end record or the end of the data.\n\n"
     "Returns:\n"
     "    The number of bytes read; then the columns of `EventColumns` in their order, the numbers as bytes of int32,\n"
     "    and of int64 for stdout_end. None if the data contains anything else, or more than `max_events` events."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "statecode.tracing.wire._records", .m_size = 0, .m_methods = METHODS,
};

PyMODINIT_FUNC PyInit__records(void) { return PyModuleDef_Init(&MODULE); }
