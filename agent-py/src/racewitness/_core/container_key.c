/* Accesses at one key of a dict or set: which operation, and which location.
 *
 * Whether the key is there decides between overwriting and inserting. Of plain keys the agent finds out by itself. The
 * hash and the comparison of any other are code of the program, which the interpreter is about to run and the agent
 * never runs: the access is put off until a __hash__ has returned its number, and where the container holds other keys
 * of that number until __eq__ has said of each whether it is the same. All that happens before the container changes.
 *
 * Equal keys are one location: that of what they hold, as far as their __hash__ and __eq__ ask for it
 * (rw_key_content()). Where that cannot be told it is the key that is stored (its object number), and for accesses that
 * find none or change which there are the hash.
 *
 * Comparing reads attributes of the key that is stored, which whoever stored it has handed over by the container: a
 * location of its own, the keys of that hash, is changed by who inserts one and read by who is about to compare with
 * one.
 */
#include "container.h"
#include "describe.h"
#include "sync.h"

enum { PUT_OFF_DEPTH = 4, PARTS = 4 };

static const struct {
    enum rw_operation absent;
    enum rw_operation present;
} operations[] = {
    [RW_KEYED_LOAD] = {RW_OP_READ, RW_OP_READ},
    [RW_KEYED_LOAD_OR_INSERT] = {RW_OP_READ, RW_OP_READ},
    [RW_KEYED_STORE] = {RW_OP_INSERT, RW_OP_WRITE},
    [RW_KEYED_DELETE] = {RW_OP_READ, RW_OP_REMOVE},
    [RW_KEYED_ADD] = {RW_OP_UPDATE_INSERT, RW_OP_UPDATE_KEEP},
    [RW_KEYED_POP] = {RW_OP_UPDATE_KEEP, RW_OP_UPDATE_REMOVE},
};

/* An access that waits for code of the program. All pointers are borrowed from the operands of the instruction that is
 * being executed in `frame`. */
typedef struct {
    _PyInterpreterFrame *frame;
    const void *instruction;
    PyObject *container;
    PyObject *key;
    enum rw_keyed use;
    uint32_t stack;
    int hashed; /* parts whose hash is known by now */
    Py_hash_t
        parts[PARTS]; /* of the key itself, or in order of those parts of a tuple that have a __hash__ in Python */
    bool comparing;
    bool told; /* a racing thread may still have the interpreter compare with a key that was not there */
    Py_hash_t hash;
    int unequal; /* candidates that are not equal, as far as asked */
    int candidates;
} put_off;

/* Owned by the thread; the last is the innermost. */
static _Thread_local struct {
    int count;
    put_off entries[PUT_OFF_DEPTH];
} waiting;

/* ---- the access itself ---- */

static void
record(rw_thread *self, const put_off *access, enum rw_operation operation, uint64_t key)
{
    rw_access_from(self, operation, rw_container_target(self, access->container), key, access->stack);
}

/* Locations beside those of plain keys, which are mixed with their types. */
static uint64_t
key_of_hash(Py_hash_t hash, uint64_t content)
{
    return rw_key(RW_KEY_CONTENT, rw_mix((uint64_t)hash + 1) ^ content);
}

static uint64_t
keys_of_hash(Py_hash_t hash)
{
    return rw_key(RW_KEY_CONTENT, rw_mix((uint64_t)hash + 2));
}

static bool
changes_keys(enum rw_operation operation)
{
    return operation == RW_OP_INSERT || operation == RW_OP_REMOVE || operation == RW_OP_UPDATE_INSERT ||
           operation == RW_OP_UPDATE_REMOVE;
}

static void
record_at(rw_thread *self, const put_off *access, bool present, uint64_t key)
{
    enum rw_operation operation = present ? operations[access->use].present : operations[access->use].absent;
    record(self, access, operation, key);
    if (!present && access->use == RW_KEYED_LOAD_OR_INSERT) {
        record(self, access, RW_OP_INSERT, key);
    }
}

static void
compares(rw_thread *self, const put_off *access)
{
    uint64_t keys = keys_of_hash(access->hash);
    rw_key_describe(self, keys, access->key);
    record(self, access, RW_OP_UPDATE_KEEP, keys);
}

static void
found(rw_thread *self, const put_off *access, bool present, PyObject *stored)
{
    bool changes = changes_keys(present ? operations[access->use].present : operations[access->use].absent);
    bool inserts = !present && (changes || access->use == RW_KEYED_LOAD_OR_INSERT);
    uint64_t content = rw_key_content(self, stored);
    uint64_t at_hash = key_of_hash(access->hash, content);
    rw_key_describe(self, at_hash, access->key);
    if (content != 0 || !present || changes) {
        record_at(self, access, present, at_hash);
    }
    if (content == 0 && (present || inserts)) {
        record_at(self, access, present, rw_key(RW_KEY_OBJECT, rw_object(self, stored, rw_kind_of(stored), 0)));
    }
    if (inserts) {
        uint64_t keys = keys_of_hash(access->hash);
        rw_key_describe(self, keys, access->key);
        record(self, access, RW_OP_UPDATE_INSERT, keys);
    }
}

/* ---- putting off ---- */

/* Whether hashing the key calls a Python function named __hash__, whose return will be told. */
static bool
is_hashed_by_program(PyObject *key)
{
    PyObject *hash = _PyType_Lookup(Py_TYPE(key), &_Py_ID(__hash__));
    return hash != NULL && PyFunction_Check(hash) &&
           PyUnicode_EqualToUTF8(((PyCodeObject *)PyFunction_GET_CODE(hash))->co_name, "__hash__");
}

/* Of a tuple the parts, of any other key the key itself: how many a __hash__ will tell of; -1: too many, or of a kind
 * that nothing tells of. */
static int
parts_hashed_by_program(PyObject *key)
{
    if (!PyTuple_CheckExact(key)) {
        return is_hashed_by_program(key) ? 1 : -1;
    }
    int count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++) {
        PyObject *part = PyTuple_GET_ITEM(key, i);
        if (is_hashed_by_program(part)) {
            count++;
        }
        else if (!rw_key_is_plain(part)) {
            return -1;
        }
    }
    return count > PARTS || count == 0 ? -1 : count;
}

/* The part that is hashed `index`th. */
static PyObject *
part_of(PyObject *key, int index)
{
    if (!PyTuple_CheckExact(key)) {
        return index == 0 ? key : NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++) {
        if (is_hashed_by_program(PyTuple_GET_ITEM(key, i)) && index-- == 0) {
            return PyTuple_GET_ITEM(key, i);
        }
    }
    return NULL;
}

static bool
wait_for_program(rw_thread *self, PyObject *container, PyObject *key, enum rw_keyed use)
{
    if (parts_hashed_by_program(key) < 0) {
        return false;
    }
    _PyInterpreterFrame *frame = rw_current_frame();
    for (int i = 0; i < waiting.count; i++) {
        if (waiting.entries[i].frame == frame) {
            waiting.count = i; /* what the frame waited for has come to nothing: a __hash__ that raised */
        }
    }
    while (waiting.count > 0 && waiting.entries[waiting.count - 1].told) {
        waiting.count--;
    }
    waiting.count = waiting.count == PUT_OFF_DEPTH ? 0 : waiting.count;
    waiting.entries[waiting.count++] = (put_off){.frame = frame,
                                                 .instruction = frame->instr_ptr,
                                                 .container = container,
                                                 .key = key,
                                                 .use = use,
                                                 .stack = rw_stack(self)};
    return true;
}

void
rw_container_at_key(rw_thread *self, PyObject *container, PyObject *key, enum rw_keyed use)
{
    enum rw_presence presence = rw_container_has(container, key);
    if (presence == RW_UNKNOWN && !rw_key_is_plain(key) && wait_for_program(self, container, key, use)) {
        return;
    }
    rw_target target = rw_container_target(self, container);
    uint64_t at = rw_key_of(self, key);
    rw_access(self, presence == RW_ABSENT ? operations[use].absent : operations[use].present, target, at);
    if (presence == RW_ABSENT && use == RW_KEYED_LOAD_OR_INSERT) {
        rw_access(self, RW_OP_INSERT, target, at);
    }
}

void
rw_container_at_hash(rw_thread *self, PyObject *container, PyObject *key, Py_hash_t hash, enum rw_keyed use)
{
    put_off access = {.container = container, .key = key, .use = use, .hash = hash};
    rw_hashed_search search = {.key = key};
    rw_container_find_hashed(container, hash, &search);
    found(self, &access, search.presence != RW_ABSENT, search.stored == NULL ? key : search.stored);
    Py_XDECREF(search.stored);
}

/* ---- what the program's functions answered ---- */

/* The access that waits for the function of `frame`, which the interpreter has called by itself. */
static put_off *
waiting_for(_PyInterpreterFrame *frame)
{
    _PyInterpreterFrame *caller = frame->previous;
    if (waiting.count == 0 || caller == NULL || caller->owner != FRAME_OWNED_BY_CSTACK) {
        return NULL;
    }
    caller = rw_python_frame(caller);
    put_off *last = &waiting.entries[waiting.count - 1];
    return last->frame == caller && last->instruction == caller->instr_ptr ? last : NULL;
}

/* Objects/tupleobject.c: _PyHASH_XXPRIME_1, 2 and 5 of 64 bits. */
static const Py_uhash_t PRIME_1 = UINT64_C(11400714785074694791);
static const Py_uhash_t PRIME_2 = UINT64_C(14029467366897019727);
static const Py_uhash_t PRIME_5 = UINT64_C(2870177450012600261);

/* The same file: tuplehash, with the parts' hashes that the program has told. */
static Py_hash_t
hash_of_tuple(PyObject *tuple, const put_off *access)
{
    Py_uhash_t sum = PRIME_5;
    Py_ssize_t size = PyTuple_GET_SIZE(tuple);
    int told = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *part = PyTuple_GET_ITEM(tuple, i);
        Py_uhash_t lane = (Py_uhash_t)(is_hashed_by_program(part) ? access->parts[told++] : PyObject_Hash(part));
        sum += lane * PRIME_2;
        sum = sum << 31 | sum >> 33;
        sum *= PRIME_1;
    }
    sum += (Py_uhash_t)size ^ (PRIME_5 ^ 3527539UL);
    return sum == (Py_uhash_t)-1 ? 1546275796 : (Py_hash_t)sum;
}

/* Whether comparing the key with its candidates calls a function whose return will be told. */
static bool
is_compared_by_program(PyObject *key)
{
    PyObject *eq = _PyType_Lookup(Py_TYPE(key), &_Py_ID(__eq__));
    return eq != NULL && PyFunction_Check(eq) &&
           PyUnicode_EqualToUTF8(((PyCodeObject *)PyFunction_GET_CODE(eq))->co_name, "__eq__");
}

static void
hash_is_known(rw_thread *self, put_off *access)
{
    rw_hashed_search search = {.key = access->key};
    rw_container_find_hashed(access->container, access->hash, &search);
    access->told = search.presence != RW_UNKNOWN || !is_compared_by_program(access->key);
    access->comparing = true;
    access->candidates = search.candidates;
    if (access->told) {
        found(self, access, search.presence != RW_ABSENT, search.stored == NULL ? access->key : search.stored);
    }
    Py_XDECREF(search.stored);
}

/* Objects/typeobject.c: slot_tp_hash. */
static Py_hash_t
hash_from(PyObject *result)
{
    Py_hash_t hash = PyLong_AsSsize_t(result);
    if (hash == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        hash = PyObject_Hash(result);
    }
    return hash == -1 ? -2 : hash;
}

void
rw_container_hashed(rw_thread *self, _PyInterpreterFrame *frame, PyObject *result)
{
    put_off *access = waiting_for(frame);
    PyObject *object = access == NULL || access->comparing ? NULL : rw_frame_first_argument(frame);
    if (object == NULL || object != part_of(access->key, access->hashed) || !PyLong_CheckExact(result)) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    access->parts[access->hashed++] = hash_from(result);
    if (access->hashed == parts_hashed_by_program(access->key)) {
        access->hash = PyTuple_CheckExact(access->key) ? hash_of_tuple(access->key, access) : access->parts[0];
        hash_is_known(self, access);
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* The key with which the access's own is compared in a frame of __eq__; borrowed, NULL: another comparison. */
static PyObject *
compared_with(const put_off *access, _PyInterpreterFrame *frame)
{
    PyObject *first = access == NULL || !access->comparing ? NULL : rw_frame_argument(frame, 0);
    PyObject *second = first == NULL ? NULL : rw_frame_argument(frame, 1);
    if (second == NULL || (first != access->key && second != access->key)) {
        return NULL;
    }
    return first == access->key ? second : first;
}

static bool
holds_the_same(rw_thread *self, PyObject *key, PyObject *stored)
{
    uint64_t content = Py_IS_TYPE(stored, Py_TYPE(key)) ? rw_key_content(self, key) : 0;
    return content != 0 && content == rw_key_content(self, stored);
}

/* What __eq__ reads of a key that is going to be equal comes after the access that found it. */
void
rw_container_equating(rw_thread *self, _PyInterpreterFrame *frame)
{
    put_off *access = waiting_for(frame);
    PyObject *stored = compared_with(access, frame);
    if (stored == NULL || !holds_the_same(self, access->key, stored)) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    if (!access->told) {
        found(self, access, true, stored);
    }
    access->told = true;
    compares(self, access);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* A look-up asks each candidate in turn, and the key itself where the candidate does not know. */
void
rw_container_equated(rw_thread *self, _PyInterpreterFrame *frame, PyObject *result)
{
    put_off *access = waiting_for(frame);
    PyObject *stored = compared_with(access, frame);
    if (stored == NULL || access->told || (result != Py_True && result != Py_False)) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    access->told = result == Py_True || ++access->unequal == access->candidates;
    if (access->told) {
        found(self, access, result == Py_True, result == Py_True ? stored : access->key);
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}
