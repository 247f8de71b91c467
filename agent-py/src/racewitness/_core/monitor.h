#ifndef RW_MONITOR_H
#define RW_MONITOR_H

#include "access.h"

/* The callbacks of sys.monitoring. See agent.h for start and stop. */
#define RW_TOOL_NAME "racewitness"

#endif
