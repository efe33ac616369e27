/* What the engine keeps of a program that it records. */

#ifndef STATECODE_RECORDER_H
#define STATECODE_RECORDER_H

#include "changes.h"
#include "stdout_position.h"

enum { CALL, START, REENTER, LINE, RETURN, YIELD, EXCEPTION, COMPREHENSION, RESULT }; /* places in records.EventKind */
enum { IS_RETURN_VALUE = 1, IS_YIELD_VALUE = 2, IS_RETURN_CONST = 4, IS_RESUME = 8, IS_SKIPPED = 16 }; /* of opcode_flags */
enum { EVENT_BYTES = 64, HEADER_BYTES = 8 }; /* what an event costs beside its texts; the committed length */

#define RESUMABLE (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)

typedef struct {
    uint64_t id;               /* PyThreadState_GetID */
    int number, depth;
    FrameInfo *stack;          /* frames that are being run, the innermost last */
    size_t count, capacity;
    Draft draft;
    Snapshot snapshot;             /* of values that are returned */
} ThreadInfo;

typedef struct {
    PyFrameObject *frame;
    int number;
} NumberedFrame;

typedef struct {
    PyObject_HEAD
    /* where events go */
    Py_buffer channel;
    char *start;
    size_t end, capacity, bytes_left;
    long long event_count, event_limit;
    int is_open;
    int is_in_process;              /* the process goes on when the recording ends, and interrupts are not ours */
    /* the program */
    PyObject *filename;        /* the code objects of this file are added when they are called; NULL: of none */
    CodeInfo **codes;          /* hash table by address of the code object */
    size_t code_mask;
    int code_count, code_entries; /* an equal code object has the number of the first */
    PyCodeObject *program;     /* the first code object; the table holds it */
    /* what runs */
    ThreadInfo **threads;
    size_t thread_count, thread_capacity;
    ThreadInfo *current;
    NumberedFrame *suspended;  /* numbers of generators' frames by address; hash table */
    size_t suspended_count, suspended_mask;
    int frame_count, numbered_threads;
    FrameInfo exited;            /* the frame of the last event, if that was its end; `frame` is held then, or NULL */
    /* how its values are read */
    ReprContext context;
    /* Python's part */
    int stdout_descriptor;     /* asked for its place at each event; -1: not asked */
    PyObject *list_changes;    /* reads all variables of an event where values are wanted whole; else NULL */
    PyObject *represent, *exception_text, *release, *stdout_tell, *limit_reached, *stdout_buffer;
    int is_stdout_readable;    /* see stdout_position.h */
    long long last_position;
    unsigned char opcode_flags[256];
    PyObject *failure;         /* str, or NULL */
} Recorder;

#endif
