#ifndef RW_PLAN_H
#define RW_PLAN_H

#include "code.h"

/* Fills info->instructions[0..count-1], one entry for each code unit: the plan of each reachable instruction and the
 * depth of the frame's stack before it. `bytecode` is the uninstrumented co_code. Also info->imports. Unreachable
 * instructions stay RW_PLAN_NONE. False without memory. Source of the stack effects:
 * PyCompile_OpcodeStackEffectWithJump; of the exception table: Objects/exception_handling_notes.txt. */
bool rw_plan_code(PyCodeObject *code, const unsigned char *bytecode, rw_code *info);

/* Inline cache entries, in code units, behind an instruction. */
unsigned rw_plan_caches(unsigned opcode);

#endif
