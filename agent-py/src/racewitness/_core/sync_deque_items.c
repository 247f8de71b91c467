/* What is in a deque, and which deques count (see sync_deque.c). */
#include "sync_deque.h"

#include <stdlib.h>

rw_deque_contents
rw_deque_look_into(PyObject *object)
{
    rw_deque_contents seen = {NULL, 0};
    rw_deque *deque = (rw_deque *)object;
    Py_BEGIN_CRITICAL_SECTION(object);
    Py_ssize_t size = Py_SIZE(deque);
    seen.tokens = size > 0 ? malloc((size_t)size * sizeof(*seen.tokens)) : NULL;
    rw_block *block = deque->leftblock;
    Py_ssize_t index = deque->leftindex;
    for (; seen.tokens != NULL && seen.count < size; seen.count++) {
        seen.tokens[seen.count] = rw_item_token(block->data[index]);
        if (++index == RW_BLOCK_ITEMS) {
            block = block->rightlink;
            index = 0;
        }
    }
    Py_END_CRITICAL_SECTION();
    return seen;
}

void
rw_deque_contents_free(rw_deque_contents seen)
{
    free(seen.tokens);
}

static int
compare_tokens(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void
sort_tokens(rw_deque_contents *seen)
{
    if (seen->count > 1) {
        qsort(seen->tokens, (size_t)seen->count, sizeof(*seen->tokens), compare_tokens);
    }
}

void
rw_deque_tell_difference(rw_thread *self, uint64_t number, rw_deque_contents before, rw_deque_contents after)
{
    sort_tokens(&before);
    sort_tokens(&after);
    for (Py_ssize_t i = 0, j = 0; i < before.count || j < after.count;) {
        if (j == after.count || (i < before.count && before.tokens[i] < after.tokens[j])) {
            rw_sync(self, RW_SYNC_EVICT, number, before.tokens[i++], 0);
        }
        else if (i == before.count || after.tokens[j] < before.tokens[i]) {
            rw_sync(self, RW_SYNC_PLACE, number, after.tokens[j++], 0);
        }
        else {
            i++;
            j++;
        }
    }
    rw_deque_contents_free(before);
    rw_deque_contents_free(after);
}

/* ---- which deques count ---- */

static bool
left_alone(void)
{
    _PyInterpreterFrame *frame = rw_current_frame();
    switch (frame == NULL ? RW_LIBRARY_NONE : rw_library_file_of(_PyFrame_GetCode(frame))) {
        case RW_LIBRARY_THREADING:
        case RW_LIBRARY_QUEUE:
        case RW_LIBRARY_ASYNCIO_QUEUES:
        case RW_LIBRARY_ASYNCIO_LOCKS: return true;
        default: return false;
    }
}

/* First use of a deque that may be shared: what it holds already came without order. Whoever sets the bit tells it.
 * Whether it counts. */
static bool
examine(rw_thread *self, PyObject *deque)
{
    rw_shadow *word = rw_shadow_make(deque);
    if (word == NULL) {
        return false;
    }
    if (left_alone()) {
        atomic_fetch_or_explicit(word, RW_SHADOW_IGNORED, memory_order_acq_rel);
        return false;
    }
    uint64_t number = rw_object(self, deque, RW_KIND_DEQUE, 0);
    if ((atomic_fetch_or_explicit(word, RW_SHADOW_TOLD, memory_order_acq_rel) & RW_SHADOW_TOLD) == 0) {
        rw_deque_tell_difference(self, number, (rw_deque_contents){NULL, 0}, rw_deque_look_into(deque));
    }
    return true;
}

uint64_t
rw_deque_told(PyObject *deque)
{
    rw_shadow *word = rw_shadow_find(deque);
    uint64_t value = word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire);
    return (value & (RW_SHADOW_IGNORED | RW_SHADOW_TOLD)) == RW_SHADOW_TOLD ? value & RW_SHADOW_NUMBER : 0;
}

uint64_t
rw_deque_told_from_now(rw_thread *self, PyObject *deque)
{
    if (self == NULL || rw_sync_alone(self) || rw_bookkeeping_is(deque)) {
        return 0;
    }
    uint64_t number = rw_deque_told(deque);
    return number != 0 ? number : examine(self, deque) ? rw_deque_told(deque) : 0;
}
