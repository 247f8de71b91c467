/* What happens to the interpreter as a whole and belongs in the report (interpreter.c). */
#ifndef RW_INTERPRETER_H
#define RW_INTERPRETER_H

/* Begins to watch. 0, or -1 with an exception set. */
int rw_interpreter_start(void);

#endif
