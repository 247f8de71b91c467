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
        if (strcmp(rule->owner, owner) == 0 && (rule->name == NULL || strcmp(rule->name, name) == 0)) {
            return rule;
        }
    }
    return NULL;
}

static bool
is_container(const char *owner)
{
    static const char *const names[] = {"list",
                                        "dict",
                                        "set",
                                        "frozenset",
                                        "bytearray",
                                        "array.array",
                                        "collections.deque",
                                        "collections.OrderedDict",
                                        "collections.defaultdict"};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++) {
        if (strcmp(names[i], owner) == 0) {
            return true;
        }
    }
    return false;
}

rw_call_handler *
rw_call_rule_for(const char *owner, const char *name)
{
    owner = strcmp(name, "__next__") == 0 ? "iterator" : owner; /* of whatever type */
    const rw_call_rule *rule = find(rw_method_rules, owner, name);
    rule = rule != NULL ? rule : find(rw_operator_rules, is_container(owner) ? "container" : owner, name);
    rule = rule != NULL ? rule : find(rw_function_rules, owner, name);
    rule = rule != NULL ? rule : find(rw_buffer_rules, owner, name);
    return rule == NULL ? NULL : rule->handle;
}

const rw_call_rule *
rw_library_rule(const char *module, const char *name)
{
    return find(rw_library_rules, module, name);
}
