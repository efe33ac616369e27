/* Signal handlers of the program during an event: they must not run inside Python code of the engine, where an exception
that they raise would be taken for a failed read. Only programs that may install a handler need this. */

#ifndef STATECODE_SIGNALS_H
#define STATECODE_SIGNALS_H

#include <signal.h>

#include "events.h"

/* Signals that a program handles itself, such as that of a timer. */
static const int HELD_SIGNALS[] = {SIGALRM, SIGVTALRM, SIGPROF, SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD};

/* Raise the exception of a handler in the program. The interpreter calls this between two instructions. */
static int raise_held_exception(void *argument)
{
    Recorder *recorder = argument;
    recorder->raise_is_pending = 0;
    if (recorder->raised[0] == NULL || PyThreadState_Get()->tracing) { /* inside an event: see `end_holding_signals` */
        return 0;
    }
    PyErr_Restore(recorder->raised[0], recorder->raised[1], recorder->raised[2]);
    memset(recorder->raised, 0, sizeof(recorder->raised));
    return -1;
}

/* Call the handlers of signals that have arrived. They are traced, as at any other time. */
static void call_handlers(Recorder *recorder)
{
    PyThreadState *thread = PyThreadState_Get();
    leave_tracing(thread);
    int result = PyErr_CheckSignals();
    enter_tracing(thread);
    if (result < 0) {
        for (int i = 0; i < 3; i++) {
            Py_CLEAR(recorder->raised[i]);
        }
        PyErr_Fetch(&recorder->raised[0], &recorder->raised[1], &recorder->raised[2]);
    }
}

/* Handle the signals that have arrived, and block others until `end_holding_signals`. A handler may wait for another
signal, and may read or change the signal mask; so it runs before they are blocked. */
static void begin_holding_signals(Recorder *recorder, sigset_t *previous)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof(HELD_SIGNALS) / sizeof(*HELD_SIGNALS); i++) {
        sigaddset(&held, HELD_SIGNALS[i]);
    }
    call_handlers(recorder);
    pthread_sigmask(SIG_BLOCK, &held, previous);
    call_handlers(recorder); /* of a signal that arrived in between */
}

static void end_holding_signals(Recorder *recorder, const sigset_t *previous)
{
    pthread_sigmask(SIG_SETMASK, previous, NULL);
    if (recorder->raised[0] != NULL && !recorder->raise_is_pending) {
        recorder->raise_is_pending = Py_AddPendingCall(raise_held_exception, recorder) == 0;
    }
}

#endif
