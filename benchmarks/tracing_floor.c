/* Lower bounds for engines: callbacks that only count events, and an exec that reads the clocks before and after.

   benchmarks/tracing.py compiles this file into a temporary folder. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <sys/resource.h>
#include <time.h>

/* Shared with the fork server: wall seconds, CPU seconds of this thread, number of events, number of page faults. */
static double *cells;
static struct timespec wall_started, cpu_started;
static long faults_before;

static double
seconds_since(clockid_t clock, struct timespec start)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)(now.tv_sec - start.tv_sec) + 1e-9 * (double)(now.tv_nsec - start.tv_nsec);
}

static long
page_faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static PyObject *
stop(PyObject *self, PyObject *unused)
{
    cells[1] = seconds_since(CLOCK_THREAD_CPUTIME_ID, cpu_started);
    cells[0] = seconds_since(CLOCK_MONOTONIC, wall_started);
    cells[3] = (double)(page_faults() - faults_before);
    Py_RETURN_NONE;
}

static PyObject *
timed_exec(PyObject *self, PyObject *args)
{
    PyObject *code, *globals;
    if (!PyArg_ParseTuple(args, "OO!", &code, &PyDict_Type, &globals))
        return NULL;
    faults_before = page_faults();
    clock_gettime(CLOCK_MONOTONIC, &wall_started);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu_started);
    PyObject *result = PyEval_EvalCode(code, globals, globals);
    stop(NULL, NULL);
    return result;
}

static PyObject *
share(PyObject *self, PyObject *memory)
{
    static Py_buffer buffer;   /* held until the process ends */
    if (PyObject_GetBuffer(memory, &buffer, PyBUF_WRITABLE) < 0)
        return NULL;
    cells = buffer.buf;
    Py_RETURN_NONE;
}

static int
trace(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    cells[2] += 1;
    return 0;
}

static PyObject *
settrace(PyObject *self, PyObject *on)
{
    PyEval_SetTrace(on == Py_True ? trace : NULL, NULL);
    Py_RETURN_NONE;
}

static PyObject *
event(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    cells[2] += 1;
    Py_RETURN_NONE;
}

/* Like `event`, but also get the frame object, from which a recorder reads variables. */
static PyObject *
event_with_frame(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    cells[2] += PyEval_GetFrame() != NULL;
    Py_RETURN_NONE;
}

static PyObject *
set_event_count(PyObject *self, PyObject *number)
{
    cells[2] = PyFloat_AsDouble(number);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"set_event_count", set_event_count, METH_O, "Set the number of events, as a float; for arms that count themselves."},
    {"share", share, METH_O, "Set the writable buffer for the results."},
    {"timed_exec", timed_exec, METH_VARARGS, "Execute code with the given globals and read the clocks before and after."},
    {"stop", stop, METH_NOARGS, "Read the clocks now, before the process exits inside timed_exec."},
    {"settrace", settrace, METH_O, "Start (True) or stop counting all trace events of this thread."},
    {"event", (PyCFunction)(void (*)(void))event, METH_FASTCALL, "Callback for sys.monitoring."},
    {"event_with_frame", (PyCFunction)(void (*)(void))event_with_frame, METH_FASTCALL, "Callback for sys.monitoring."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "tracing_floor", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit_tracing_floor(void)
{
    return PyModule_Create(&module);
}
