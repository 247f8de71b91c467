/* Methods and functions that touch containers and attributes on behalf of the line that calls them.
 *
 * Tables say for (type or module, name) what the callable does. A callable that is in none is no access: nothing is
 * guessed about foreign code.
 */
#include "call_rules.h"

#include <string.h>

static const rw_call_rule *
find(const rw_call_rule *rule, const char *owner, const char *name)
{
    for (; rule->owner != NULL; rule++) {
        if (strcmp(rule->owner, owner) == 0 && strcmp(rule->name, name) == 0) {
            return rule;
        }
    }
    return NULL;
}

rw_call_handler *
rw_call_rule_for(const char *owner, const char *name)
{
    const rw_call_rule *rule = find(rw_method_rules, owner, name);
    rule = rule != NULL ? rule : find(rw_function_rules, owner, name);
    return rule == NULL ? NULL : rule->handle;
}

const rw_call_rule *
rw_library_rule(const char *module, const char *name)
{
    return find(rw_library_rules, module, name);
}
