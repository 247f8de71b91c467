/* Object numbers (shadow.c) and what they are called (define.c).
 *
 * Every object that takes part in an event has a number of 40 bits, unique in the session and never used twice, kept in
 * a shadow word that is found from its address and cleared when the object is destroyed, before its memory can be used
 * again. */
#ifndef RW_OBJECTS_H
#define RW_OBJECTS_H

#include <Python.h>

#include "thread.h"

/* Number of `object`, made and defined (OBJECT, TYPE records) when it has none. label: a string id or 0. Calls no code
 * of the program. 0 only when the session is off. */
uint64_t rw_object(rw_thread *self, PyObject *object, enum rw_object_kind kind, uint32_t label);

/* The same for an object that an access is made to. With the repeat filter on, and more than one thread, a new one is
 * only numbered: its OBJECT record is written with the first record that names it (kept.h). */
uint64_t rw_object_touched(rw_thread *self, PyObject *object);

/* Writes the OBJECT record of an object that has none yet. */
void rw_object_tell(rw_thread *self, PyObject *object);

/* The OBJECT record itself. Called with the lock of the stream held. */
void rw_object_write(rw_thread *self, uint64_t number, enum rw_object_kind kind, uint32_t type, uint32_t stack,
                     uint32_t label);

/* Number of the type in TYPE records; defined on first use. */
uint32_t rw_type(rw_thread *self, PyTypeObject *type);

/* Number of `object` if it has one, else 0. */
uint64_t rw_object_known(PyObject *object);

/* Number of a str in the STRING records; defined on first use. `text` is UTF-8 of `bytes` bytes. */
uint32_t rw_string(rw_thread *self, const char *text, size_t bytes);
uint32_t rw_string_of(rw_thread *self, PyObject *unicode);

/* Number of the calling thread's present stack in its STACK records; 0 when it runs no Python frame. */
uint32_t rw_stack(rw_thread *self);

/* One NOTE record (note.c); `text` is UTF-8, cut at the bound of texts. */
void rw_note(rw_thread *self, enum rw_note_kind kind, const char *text);

#endif
