/* How processes end that do not take their leave, so that a report can say it. Nobody but its parent learns how a
 * process ended, and then only once (wait(2)); so it is written down by whoever knows it:
 *
 *   the process itself   os._exit, os.abort, os.execv and kin: a word in the first page of its buffer file
 *   an observed parent   when it has waited for a child that a signal killed: the file <run directory>/<pid>.end
 *
 * exit(3), called by C code behind the interpreter's back, ends the session as the interpreter's own end does.
 * Source: Modules/posixmodule.c. docs/wire-format.md, "Buffer file".
 */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "session.h"
#include "sync.h"

typedef PyObject *(*fast_function)(PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*keyword_function)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

/* The originals; set by rw_ending_start() before the replacement can be called, immutable afterwards. */
static PyCFunction original_exit, original_abort, original_execv, original_execve, original_wait, original_wait3,
    original_wait4, original_waitpid, original_waitid;

#define FAST(function) ((fast_function)(void (*)(void))(function))
#define KEYWORD(function) ((keyword_function)(void (*)(void))(function))

/* ---- the process itself ---- */

/* os._exit(status): of anything but an int the original makes a TypeError. */
static PyObject *
on_exit_now(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    if (nargs + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) == 1 && PyLong_CheckExact(args[0])) {
        int overflow;
        long status = PyLong_AsLongAndOverflow(args[0], &overflow);
        rw_session_last_word(RW_WORD_EXIT, (uint32_t)status & 0xff);
    }
    PyObject *result = KEYWORD(original_exit)(module, args, nargs, names);
    rw_session_last_word(RW_WORD_NONE, 0);
    return result;
}

static PyObject *
on_abort(PyObject *module, PyObject *unused)
{
    rw_session_last_word(RW_WORD_SIGNAL, SIGABRT);
    return original_abort(module, unused);
}

/* The functions that replace the program come back only where they have failed. */
static PyObject *
on_execv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    rw_session_last_word(RW_WORD_EXEC, 0);
    PyObject *result = FAST(original_execv)(module, args, nargs);
    rw_session_last_word(RW_WORD_NONE, 0);
    return result;
}

static PyObject *
on_execve(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    rw_session_last_word(RW_WORD_EXEC, 0);
    PyObject *result = KEYWORD(original_execve)(module, args, nargs, names);
    rw_session_last_word(RW_WORD_NONE, 0);
    return result;
}

static void
at_libc_exit(void)
{
    rw_session_end("exit");
}

/* ---- its children ---- */

/* Keeps errno and a pending exception: neither is touched. */
static void
tell_killed(long pid, int signal)
{
    if (!atomic_load_explicit(&rw_on, memory_order_relaxed)) {
        return;
    }
    int saved = errno;
    char path[PATH_MAX];
    char text[16];
    int length = snprintf(text, sizeof(text), "%d\n", signal);
    if (snprintf(path, sizeof(path), "%s/%ld.end", rw_the_session.config.run_dir, pid) < (int)sizeof(path)) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0) {
            /* What cannot be written is not known then: the report says so. */
            ssize_t written = write(fd, text, (size_t)length);
            (void)written;
            close(fd);
        }
    }
    errno = saved;
}

/* An item of a tuple or structure sequence that is a small int; -1 where it is none. */
static long
number_at(PyObject *tuple, Py_ssize_t index)
{
    PyObject *item = index < PyTuple_GET_SIZE(tuple) ? PyTuple_GET_ITEM(tuple, index) : NULL;
    int overflow;
    return item != NULL && PyLong_CheckExact(item) ? PyLong_AsLongAndOverflow(item, &overflow) : -1;
}

/* `result` is (pid, status) or (pid, status, usage), NULL where the wait failed. */
static PyObject *
waited(PyObject *result)
{
    if (result != NULL && PyTuple_CheckExact(result)) {
        int status = (int)number_at(result, 1);
        if (number_at(result, 0) > 0 && WIFSIGNALED(status)) {
            tell_killed(number_at(result, 0), WTERMSIG(status));
        }
    }
    return result;
}

static PyObject *
on_wait(PyObject *module, PyObject *unused)
{
    return waited(original_wait(module, unused));
}

static PyObject *
on_wait3(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    return waited(KEYWORD(original_wait3)(module, args, nargs, names));
}

static PyObject *
on_wait4(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    return waited(KEYWORD(original_wait4)(module, args, nargs, names));
}

static PyObject *
on_waitpid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return waited(FAST(original_waitpid)(module, args, nargs));
}

/* waitid_result: si_pid, si_uid, si_signo, si_status, si_code. */
static PyObject *
on_waitid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *result = FAST(original_waitid)(module, args, nargs);
    if (result != NULL && PyTuple_Check(result)) {
        long code = number_at(result, 4);
        if (code == CLD_KILLED || code == CLD_DUMPED) {
            tell_killed(number_at(result, 0), (int)number_at(result, 3));
        }
    }
    return result;
}

/* ---- start of this part ---- */

#define CAST(function) ((PyCFunction)(void (*)(void))(function))

int
rw_ending_start(void)
{
    static const rw_patch patches[] = {
        {"_exit", METH_FASTCALL | METH_KEYWORDS, CAST(on_exit_now), &original_exit},
        {"abort", METH_NOARGS, on_abort, &original_abort},
        {"execv", METH_FASTCALL, CAST(on_execv), &original_execv},
        {"execve", METH_FASTCALL | METH_KEYWORDS, CAST(on_execve), &original_execve},
        {"wait", METH_NOARGS, on_wait, &original_wait},
        {"wait3", METH_FASTCALL | METH_KEYWORDS, CAST(on_wait3), &original_wait3},
        {"wait4", METH_FASTCALL | METH_KEYWORDS, CAST(on_wait4), &original_wait4},
        {"waitpid", METH_FASTCALL, CAST(on_waitpid), &original_waitpid},
        {"waitid", METH_FASTCALL, CAST(on_waitid), &original_waitid},
    };
    PyObject *posix = PyImport_ImportModule("posix");
    if (posix == NULL) {
        return -1;
    }
    int status = rw_patch_functions(PyModule_GetDict(posix), patches, Py_ARRAY_LENGTH(patches));
    Py_DECREF(posix);
    if (status == 0 && atexit(at_libc_exit) != 0) {
        PyErr_NoMemory();
        status = -1;
    }
    return status;
}
