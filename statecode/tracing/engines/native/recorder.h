/* The state of one recorder. */

#ifndef STATECODE_RECORDER_H
#define STATECODE_RECORDER_H

#include "changes.h"
#include "record_format.h"
#include "stdout_position.h"

enum { IS_RETURN_VALUE = 1, IS_YIELD_VALUE = 2, IS_RETURN_CONST = 4, IS_RESUME = 8, IS_SKIPPED = 16 }; /* of opcodes */

#define RESUMABLE (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)

typedef struct {
    uint64_t id;                          /* PyThreadState_GetID */
    int number, depth;
    int is_started;                       /* the trace function was installed in the thread */
    int is_recording;                     /* an event is being written; code of the program may call the recorder */
    FrameInfo *stack;                     /* running frames, the innermost last */
    size_t count, capacity;
    Draft draft;
    Snapshot snapshot;                    /* of return values */
} ThreadInfo;

typedef struct {
    PyFrameObject *frame;
    int number;
} NumberedFrame;

typedef struct {
    PyObject_HEAD
    /* the channel and the limits */
    Py_buffer channel;
    char *start;
    size_t end, capacity, bytes_left;
    long long event_count, event_limit;
    int is_open;
    /* the program */
    PyObject *filename;                   /* code objects of this file are added at their first call; NULL: none are */
    CodeInfo **codes;                     /* hash table by address of the code object */
    size_t code_mask;
    int code_count, code_entries;         /* counts; equal code objects are two entries with one number */
    PyCodeObject *program;                /* the first code object; borrowed from the table */
    /* threads and frames */
    ThreadInfo **threads;
    size_t thread_count, thread_capacity;
    ThreadInfo *current;
    NumberedFrame *suspended;             /* hash table: numbers of generator frames by address */
    size_t suspended_count, suspended_mask;
    int frame_count, numbered_threads;
    int was_put_back;                     /* the program took the tracer off a thread, and put it back later */
    PyObject *last_frame;                 /* owned: the frame that the last event ended, see `imitate_snoop`; or NULL */
    /* reading of values */
    ReprContext context;
    PyObject *list_changes;               /* reads the variables of an event as full values; NULL: C reads them */
    PyObject *represent, *exception_text, *release, *stdout_tell, *limit_reached, *stdout_buffer;
    int is_stdout_readable;               /* see stdout_position.h */
    int stdout_descriptor;                /* >= 0: its position is read at each event; see `open` in recorder_type.h */
    long long last_position;
    unsigned char opcode_flags[256];
    PyObject *failure;                    /* str, or NULL */
    int holds_signals, raise_is_pending;  /* see signals.h */
    PyObject *raised[3];                  /* type, value and traceback of an exception that a signal handler raised */
} Recorder;

#endif
