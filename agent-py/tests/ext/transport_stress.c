/* The transport under a sanitizer, without an interpreter: threads come and go and record through small rings while a
 * collector in this process reads, checks every frame, and now and then stops reading; the sender is paused and resumed
 * beside them, and another thread looks into their state. Exit status 0 and one line on success. Usage:
 * transport_stress DIRECTORY SEED */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sender.h"
#include "session.h"

enum { WRITERS = 3, ROUNDS = 12, EVENTS = 20000, THREADS = WRITERS * ROUNDS, UIDS = THREADS + 2 };

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

static int server;                /* set before the collector's thread starts */
static uint64_t positions[UIDS];  /* collector's thread; the main thread after it has joined it */
static uint64_t next_value[UIDS]; /* likewise */
static uint64_t stamps_seen;      /* likewise */
static bool ended;                /* likewise */
static _Atomic bool all_written;
static uint64_t visits; /* visitor's thread; the main thread after it has joined it */

static bool
read_all(int fd, void *to, size_t bytes)
{
    for (uint8_t *at = to; bytes > 0;) {
        ssize_t got = read(fd, at, bytes);
        if (got <= 0) {
            return false;
        }
        at += got;
        bytes -= (size_t)got;
    }
    return true;
}

static void
check_records(uint32_t thread, const uint64_t *words, uint64_t *end, uint32_t records)
{
    while (words < end) {
        unsigned tag = *words & 0xFF, count = *words >> 16 & 0xFFFF;
        CHECK(count > 0 && words + count <= end);
        if (tag == RW_ACCESS) {
            CHECK(words[2] == next_value[thread]);
            next_value[thread]++;
        }
        else if (tag == RW_SYNC) {
            stamps_seen++;
        }
        words += count;
        records--;
    }
    CHECK(records == 0);
}

static void *
collect(void *unused)
{
    (void)unused;
    static uint64_t payload[RW_FRAME_PAYLOAD_BYTES / RW_WORD_BYTES];
    int fd = accept(server, NULL, NULL);
    rw_frame_header header;
    unsigned frames = 0;
    while (read_all(fd, &header, sizeof(header))) {
        CHECK(header.magic == RW_FRAME_MAGIC && header.payload_bytes <= sizeof(payload));
        CHECK(read_all(fd, payload, header.payload_bytes));
        uint32_t crc = header.crc32c;
        header.crc32c = 0;
        CHECK(crc == rw_crc32c(rw_crc32c(0, &header, sizeof(header)), payload, header.payload_bytes));
        if (header.type == RW_FRAME_HELLO) {
            const uint32_t answer[2] = {RW_ANSWER_MAGIC, 0};
            CHECK(write(fd, answer, sizeof(answer)) == sizeof(answer));
        }
        else if (header.type == RW_FRAME_RECORDS) {
            CHECK(header.thread < UIDS && header.sequence == positions[header.thread]);
            positions[header.thread] += header.payload_bytes;
            check_records(header.thread, payload, payload + header.payload_bytes / RW_WORD_BYTES, header.records);
        }
        ended = header.type == RW_FRAME_END;
        if (++frames % 50 == 0) {
            usleep(2000); /* a collector that is slow at times; nothing waits for this */
        }
    }
    close(fd);
    return NULL;
}

static void *
record(void *unused)
{
    (void)unused;
    for (uint64_t value = 0; value < EVENTS; value++) {
        rw_thread *self = rw_thread_self();
        CHECK(self != NULL);
        uint64_t *words = rw_begin_event(self, RW_ACCESS, RW_OP_WRITE, 3, 0, 1);
        CHECK(words != NULL);
        words[2] = value;
        rw_commit_event(self, 3);
        if (value % 100 == 0) {
            rw_sync(self, RW_SYNC_RELEASE, 1, value, 0);
        }
    }
    return NULL;
}

static void
visit_one(rw_thread *thread)
{
    rw_thread_lock(thread);
    CHECK(thread->position <= thread->room);
    rw_thread_unlock(thread);
    visits++;
}

static void *
visit(void *unused)
{
    (void)unused;
    do {
        for (rw_thread *thread = rw_thread_pin_next(NULL); thread != NULL; thread = rw_thread_pin_next(thread)) {
            visit_one(thread);
        }
        for (uint32_t slot = 0; slot < WRITERS + 1; slot++) {
            rw_thread *thread = rw_thread_pin(slot);
            if (thread != NULL) {
                CHECK(thread->slot == slot);
                visit_one(thread);
                rw_thread_unpin(thread);
            }
        }
        usleep(100); /* the others want the processor, too */
    } while (!atomic_load(&all_written));
    return NULL;
}

int
main(int count, char **arguments)
{
    CHECK(count == 3);
    srand((unsigned)atoi(arguments[2]));
    rw_session_config config = {.ring_bytes = RW_RING_MIN_BYTES};
    snprintf(config.run_dir, sizeof(config.run_dir), "%s", arguments[1]);
    snprintf(config.endpoint, sizeof(config.endpoint), "unix:%s/stress", arguments[1]);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    CHECK((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s/stress", arguments[1]) <
          sizeof(address.sun_path));
    server = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(server, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(server, 1) == 0);
    pthread_t collector, visitor, writers[WRITERS];
    CHECK(pthread_create(&collector, NULL, collect, NULL) == 0);

    char error[RW_ERROR_BYTES];
    CHECK(rw_pairs_add(&config.hello, "python", "none", 4));
    if (!rw_session_begin(&config, error, sizeof(error))) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    rw_thread_name(rw_thread_attach(0, 0), "main", 4, RW_THREAD_MAIN);
    CHECK(pthread_create(&visitor, NULL, visit, NULL) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < WRITERS; i++) {
            CHECK(pthread_create(&writers[i], NULL, record, NULL) == 0);
        }
        for (int i = 0; i < 20; i++) {
            rw_sender_pause();
            usleep((useconds_t)(rand() % 2000));
            rw_sender_resume();
        }
        for (int i = 0; i < WRITERS; i++) {
            pthread_join(writers[i], NULL);
        }
    }
    atomic_store(&all_written, true);
    pthread_join(visitor, NULL);
    CHECK(visits != 0);
    rw_session_end("exit");
    pthread_join(collector, NULL);
    CHECK(ended);
    CHECK(stamps_seen ==
          (uint64_t)THREADS * (EVENTS / 100 + 1)); /* each begins with one: nobody was seen to start it */
    for (uint32_t thread = 2; thread < UIDS; thread++) {
        CHECK(next_value[thread] == EVENTS);
    }
    printf("%d threads, %llu records\n", THREADS, (unsigned long long)atomic_load(&rw_the_session.sent_records));
    return 0;
}
