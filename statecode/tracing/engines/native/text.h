/* Text for the channel: ASCII. Strings are escaped as by json.JSONEncoder(ensure_ascii=True).

`characters` counts the characters before escaping, because snoop cuts values by characters. */

#ifndef STATECODE_TEXT_H
#define STATECODE_TEXT_H

#include "arena.h"
#include "python_internals.h"

typedef struct {
    char *data;
    size_t length, capacity;
    size_t characters;
    int failed; /* an allocation failed; the rest of the text is missing */
} Text;

static int text_reserve(Text *text, size_t more)
{
    if (text->length + more <= text->capacity) {
        return 1;
    }
    if (text->failed || arena_grow((void **)&text->data, &text->capacity, text->length + more, 1) < 0) {
        text->failed = 1;
        return 0;
    }
    return 1;
}

/* Add bytes that need no escaping. */
static inline void text_add(Text *text, const char *bytes, size_t count)
{
    if (text_reserve(text, count)) {
        memcpy(text->data + text->length, bytes, count);
        text->length += count;
        text->characters += count;
    }
}

#define text_add_literal(text, literal) text_add(text, literal, sizeof(literal) - 1)

static inline void text_add_char(Text *text, char character)
{
    if (text_reserve(text, 1)) {
        text->data[text->length++] = character;
        text->characters++;
    }
}

static void text_add_number(Text *text, long long number)
{
    char digits[24], *start = digits + sizeof(digits);
    unsigned long long rest = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    do {
        *--start = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0) {
        *--start = '-';
    }
    text_add(text, start, (size_t)(digits + sizeof(digits) - start));
}

static const char HEX_DIGITS[] = "0123456789abcdef";

static void text_add_unit(Text *text, unsigned int unit)
{
    char escape[6] = {'\\', 'u', HEX_DIGITS[unit >> 12 & 15], HEX_DIGITS[unit >> 8 & 15], HEX_DIGITS[unit >> 4 & 15],
                      HEX_DIGITS[unit & 15]};
    text_add(text, escape, 6);
}

static void text_add_code_point(Text *text, Py_UCS4 point)
{
    size_t characters = text->characters;
    if (point == '"' || point == '\\') {
        char escape[2] = {'\\', (char)point};
        text_add(text, escape, 2);
    } else if (point >= 0x20 && point < 0x7f) {
        text_add_char(text, (char)point);
    } else if (point == '\n') {
        text_add_literal(text, "\\n");
    } else if (point == '\r') {
        text_add_literal(text, "\\r");
    } else if (point == '\t') {
        text_add_literal(text, "\\t");
    } else if (point == '\f') {
        text_add_literal(text, "\\f");
    } else if (point == '\b') {
        text_add_literal(text, "\\b");
    } else if (point < 0x10000) {
        text_add_unit(text, point);
    } else {
        text_add_unit(text, 0xd800 + ((point - 0x10000) >> 10));
        text_add_unit(text, 0xdc00 + ((point - 0x10000) & 0x3ff));
    }
    text->characters = characters + 1;
}

/* Add the characters of a str from `start` on and before `end`, escaped. */
static void text_add_str(Text *text, PyObject *str, Py_ssize_t start, Py_ssize_t end)
{
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    for (Py_ssize_t i = start; i < end; i++) {
        text_add_code_point(text, PyUnicode_READ(kind, data, i));
    }
}

static inline void text_add_whole_str(Text *text, PyObject *str)
{
    text_add_str(text, str, 0, PyUnicode_GET_LENGTH(str));
}

/* Add the repr of bytes or of an ASCII str, escaped, without the quotes around it. The repr is in quotes `quote`. */
static void text_add_ascii_repr(Text *text, const unsigned char *bytes, Py_ssize_t count, char quote)
{
    if (!text_reserve(text, (size_t)count * 6)) {
        return;
    }
    char *to = text->data + text->length;
    size_t characters = text->characters;
    for (Py_ssize_t i = 0; i < count; i++) {
        unsigned char byte = bytes[i];
        if (byte >= 0x20 && byte < 0x7f && byte != '\\' && byte != '"' && byte != '\'') {
            *to++ = (char)byte;
            characters++;
        } else if (byte == '\\' || byte == '\n' || byte == '\r' || byte == '\t') {
            *to++ = '\\', *to++ = '\\';
            if (byte == '\\') {
                *to++ = '\\', *to++ = '\\';
            } else {
                *to++ = byte == '\n' ? 'n' : byte == '\r' ? 'r' : 't';
            }
            characters += 2;
        } else if (byte == '"') {
            *to++ = '\\', *to++ = '"';
            characters++;
        } else if (byte == '\'') {
            if (quote == '\'') {
                *to++ = '\\', *to++ = '\\';
                characters++;
            }
            *to++ = '\'';
            characters++;
        } else {
            *to++ = '\\', *to++ = '\\', *to++ = 'x';
            *to++ = HEX_DIGITS[byte >> 4], *to++ = HEX_DIGITS[byte & 15];
            characters += 4;
        }
    }
    text->length = (size_t)(to - text->data);
    text->characters = characters;
}

static inline void text_clear(Text *text)
{
    text->length = text->characters = 0;
    text->failed = 0;
}

#endif
