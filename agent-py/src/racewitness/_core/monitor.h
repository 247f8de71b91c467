#ifndef RW_MONITOR_H
#define RW_MONITOR_H

#include "access.h"

/* The callbacks of sys.monitoring. See agent.h for start and stop. */
/* Instructions that were switched off tell again, from their next execution on (sys.monitoring.restart_events). */
void rw_monitor_restart(void);

#define RW_TOOL_NAME "racewitness"

#endif
