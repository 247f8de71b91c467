/* Methods and functions that touch containers and attributes on behalf of the line that calls them.
 *
 * Tables say for (type or module, name) what the callable does. A callable that is in none is no access: nothing is
 * guessed about foreign code.
 */
#include "call_rules.h"

#include <string.h>

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

/* All rules but those of the library, by owner and name; of several the first. Open addressing, linear probing; filled
 * by rw_call_rules_start(), immutable afterwards. */
enum { INDEX_SLOTS = 1024, INDEX_MAX = INDEX_SLOTS * 3 / 4 };
static const rw_call_rule *rule_index[INDEX_SLOTS];

static const char ANY[] = ""; /* the name of a rule for all that no other rule of its owner names */

static const char *
name_of(const rw_call_rule *rule)
{
    return rule->name == NULL ? ANY : rule->name;
}

/* FNV-1a */
static uint32_t
hash_on(uint32_t hash, const char *text)
{
    do {
        hash = (hash ^ (uint8_t)*text) * UINT32_C(16777619);
    } while (*text++ != '\0');
    return hash;
}

/* Where the rule is, or the free place for it. */
static const rw_call_rule **
place_of(const char *owner, const char *name)
{
    size_t place = hash_on(hash_on(UINT32_C(2166136261), owner), name) % INDEX_SLOTS;
    const rw_call_rule *rule;
    while ((rule = rule_index[place]) != NULL &&
           (strcmp(name_of(rule), name) != 0 || strcmp(rule->owner, owner) != 0)) {
        place = (place + 1) % INDEX_SLOTS;
    }
    return &rule_index[place];
}

int
rw_call_rules_start(void)
{
    static const rw_call_rule *const tables[] = {rw_method_rules, rw_operator_rules, rw_function_rules,
                                                 rw_buffer_rules};
    size_t count = 0;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(tables); i++) {
        for (const rw_call_rule *rule = tables[i]; rule->owner != NULL; rule++) {
            const rw_call_rule **place = place_of(rule->owner, name_of(rule));
            count += *place == NULL;
            *place = *place == NULL ? rule : *place;
            if (count > INDEX_MAX) {
                PyErr_SetString(PyExc_SystemError, "racewitness: more call rules than INDEX_MAX");
                return -1;
            }
        }
    }
    return 0;
}

rw_call_handler *
rw_call_rule_for(const char *owner, const char *name)
{
    owner = strcmp(name, "__next__") == 0 ? "iterator" : owner; /* of whatever type */
    const rw_call_rule *rule = *place_of(owner, name);
    rule = rule != NULL || !is_container(owner) ? rule : *place_of("container", name);
    rule = rule != NULL ? rule : *place_of(owner, ANY);
    return rule == NULL ? NULL : rule->handle;
}

const rw_call_rule *
rw_library_rule(const char *module, const char *name)
{
    for (const rw_call_rule *rule = rw_library_rules; rule->owner != NULL; rule++) {
        if (strcmp(rule->owner, module) == 0 && strcmp(rule->name, name) == 0) {
            return rule;
        }
    }
    return NULL;
}
