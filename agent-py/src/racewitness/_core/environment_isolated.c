/* Pythons that ignore their environment (-I, -E, -S) cannot be observed. The program that starts one leaves word of it,
 * as other Pythons that are not observed do themselves (docs/dev/agent-environment.md). Source: Python/initconfig.c,
 * config_parse_cmdline. */
#include "compat.h"

#include "environment.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

enum { ARGUMENT_BYTES = PATH_MAX };

/* Text of argument `index`; false where there is none, or it is no text. No exception. */
static bool
argument_at(PyObject *arguments, Py_ssize_t index, char *text, size_t bytes)
{
    PyObject *item = index >= PySequence_Fast_GET_SIZE(arguments) ? NULL : PySequence_Fast_GET_ITEM(arguments, index);
    PyObject *encoded = NULL;
    if (item == NULL || !(PyBytes_CheckExact(item) || PyUnicode_CheckExact(item)) ||
        !PyUnicode_FSConverter(item, &encoded)) {
        PyErr_Clear();
        return false;
    }
    snprintf(text, bytes, "%s", PyBytes_AS_STRING(encoded));
    Py_DECREF(encoded);
    return true;
}

/* Whether a program's file name is that of a Python: python, python3.13t, ... */
static bool
is_python(const char *program)
{
    const char *slash = strrchr(program, '/');
    return strncmp(slash == NULL ? program : slash + 1, "python", strlen("python")) == 0;
}

/* What one argument says: an option of isolation, 0 to go on, '-' where options are over, '+' where its value follows.
 */
static char
option_in(const char *argument)
{
    if (argument[0] != '-' || argument[1] == '\0' || strcmp(argument, "--") == 0) {
        return '-';
    }
    if (argument[1] == '-') {
        return strcmp(argument, "--check-hash-based-pycs") == 0 ? '+' : 0;
    }
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        if (strchr("IES", *letter) != NULL) {
            return *letter;
        }
        if (strchr("cm", *letter) != NULL) {
            return '-';
        }
        if (strchr("WX", *letter) != NULL) {
            return letter[1] == '\0' ? '+' : 0;
        }
    }
    return 0;
}

char
rw_isolated_option(PyObject *arguments)
{
    char text[ARGUMENT_BYTES];
    if (!(PyList_CheckExact(arguments) || PyTuple_CheckExact(arguments)) ||
        !argument_at(arguments, 0, text, sizeof(text)) || !is_python(text)) {
        return 0;
    }
    for (Py_ssize_t i = 1; argument_at(arguments, i, text, sizeof(text)); i++) {
        char option = option_in(text);
        if (option == '-') {
            return 0;
        }
        if (option == '+') {
            i++;
        }
        else if (option != 0) {
            return option;
        }
    }
    return 0;
}

static bool
word_path(char *path, size_t bytes, long pid)
{
    const char *run_dir = rw_the_session.config.run_dir;
    if (snprintf(path, bytes, "%s/unsupported", run_dir) >= (int)bytes) {
        return false;
    }
    mkdir(path, 0700); /* there already, or the word cannot be left */
    return snprintf(path, bytes, "%s/unsupported/%ld", run_dir, pid) < (int)bytes;
}

void
rw_isolated_tell(PyObject *arguments, char option, long pid)
{
    int saved = errno;
    PyObject *raised = PyErr_GetRaisedException();
    char path[PATH_MAX], program[ARGUMENT_BYTES], line[ARGUMENT_BYTES + 256];
    if (argument_at(arguments, 0, program, sizeof(program)) && word_path(path, sizeof(path), pid)) {
        for (char *at = program; *at != '\0'; at++) {
            *at = *at == '\t' || *at == '\n' ? ' ' : *at;
        }
        int length = snprintf(line, sizeof(line),
                              "it was started with -%c, so that it ignores the agent\t%s\t?\tstart it without -%c\n",
                              option, program, option);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0) {
            ssize_t written = write(fd, line, (size_t)length); /* what cannot be written is not told */
            (void)written;
            close(fd);
        }
    }
    PyErr_SetRaisedException(raised);
    errno = saved;
}

void
rw_isolated_forget(long pid)
{
    int saved = errno;
    char path[PATH_MAX];
    if (word_path(path, sizeof(path), pid)) {
        unlink(path);
    }
    errno = saved;
}
