/* The wire's constants. Made from wire/record.py by `python -m statecode.tracing.wire.make_header`; do not edit. */

#ifndef STATECODE_RECORD_FORMAT_H
#define STATECODE_RECORD_FORMAT_H

/* the kinds of events: a record contains the index */
enum {
    CALL,
    START_GENERATOR,
    REENTER_GENERATOR,
    LINE,
    RETURN,
    YIELD,
    EXCEPTION,
    COMPREHENSION,
    COMPREHENSION_RESULT,
    KIND_COUNT,
};

/* the fields of an event record, in order */
enum {
    FIELD_KIND,
    FIELD_LINE,
    FIELD_FROM_LINE,
    FIELD_DEPTH,
    FIELD_FRAME,
    FIELD_THREAD,
    FIELD_FUNCTION,
    FIELD_CHANGES,
    FIELD_VALUE,
    FIELD_DETAIL,
    FIELD_STDOUT_END,
    FIELD_COUNT,
};

/* bytes of the header, which holds the number of bytes of the lines; cost of an event without its texts */
enum {
    HEADER_BYTES = 8,
    EVENT_BYTES = 64,
};

/* names of the limits at which an engine stops */
#define LIMIT_EVENTS "events"
#define LIMIT_TRACE_BYTES "trace_bytes"

#endif
