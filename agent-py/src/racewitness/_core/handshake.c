/* Connection, HELLO, answer. Layouts: docs/wire-format.md, "Connection" and "Frame"; the twin is
 * org.racewitness.collector's handshake (Java). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "outbox.h"
#include "sender.h"
#include "session.h"

enum { PATIENCE_SECONDS = 20, LOOK_MS = 10, HELLO_FIXED_BYTES = 80, MESSAGE_SHOWN_BYTES = 400 };

/* Both directions; 0: for ever. */
static void
limit_wait(int fd, time_t seconds)
{
    struct timeval patience = {.tv_sec = seconds};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static const char *
reason_of(int error)
{
    return error == EAGAIN || error == EINPROGRESS ? "it does not answer" : strerror(error);
}

static int
connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    limit_wait(fd, PATIENCE_SECONDS);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* `where` is "a.b.c.d:port": the collector listens on this machine, no name is looked up. */
static int
connect_tcp(const char *where)
{
    char host[INET_ADDRSTRLEN];
    const char *colon = strrchr(where, ':');
    struct sockaddr_in address = {.sin_family = AF_INET};
    char *end = NULL;
    long port = colon == NULL ? 0 : strtol(colon + 1, &end, 10);
    if (colon == NULL || (size_t)(colon - where) >= sizeof(host) || *end != '\0' || port <= 0 || port > 65535) {
        errno = EINVAL;
        return -1;
    }
    memcpy(host, where, (size_t)(colon - where));
    host[colon - where] = '\0';
    address.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    limit_wait(fd, PATIENCE_SECONDS);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static uint8_t *
put(uint8_t *at, const void *value, size_t bytes)
{
    memcpy(at, value, bytes);
    return at + bytes;
}

/* Payload of HELLO; malloc. *bytes: its length. */
static uint8_t *
make_hello(const rw_session *session, const rw_pairs *pairs, size_t *bytes)
{
    *bytes = HELLO_FIXED_BYTES + pairs->length;
    uint8_t *hello = malloc(*bytes);
    if (hello == NULL) {
        return NULL;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const uint16_t version[2] = {RW_WIRE_VERSION, 0};
    const uint32_t processes[3] = {(uint32_t)getpid(), (uint32_t)getppid(), 0};
    const uint64_t words[4] = {session->ticks_per_second, rw_clock_ticks(),
                               (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec, session->parent};
    uint8_t *at = put(hello, version, sizeof(version));
    at = put(at, processes, sizeof(processes));
    at = put(at, words, sizeof(words));
    at = put(at, session->config.token, RW_TOKEN_BYTES);
    put(at, pairs->bytes, pairs->length);
    return hello;
}

static bool
send_all(int fd, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    while (bytes > 0) {
        ssize_t sent = send(fd, at, bytes, MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        at += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

static bool
receive_all(int fd, void *data, size_t bytes)
{
    uint8_t *at = data;
    while (bytes > 0) {
        ssize_t received = recv(fd, at, bytes, 0);
        if (received <= 0) {
            errno = received == 0 ? ECONNRESET : errno;
            return false;
        }
        at += received;
        bytes -= (size_t)received;
    }
    return true;
}

static bool
send_hello(rw_session *session, int fd)
{
    rw_pairs pairs = {0};
    size_t bytes;
    /* A copy: the next child's buffer file has another name. */
    bool made = rw_pairs_copy(&pairs, &session->config.hello) &&
                rw_pairs_add(&pairs, "buffer", session->buffer.name, strlen(session->buffer.name));
    uint8_t *hello = made ? make_hello(session, &pairs, &bytes) : NULL;
    rw_pairs_free(&pairs);
    if (hello == NULL) {
        errno = ENOMEM;
        return false;
    }
    rw_frame_header header = {
        .type = RW_FRAME_HELLO, .session = session->id, .payload_bytes = (uint32_t)bytes, .time = rw_clock_ticks()};
    rw_frame_seal(&header, hello);
    bool sent = send_all(fd, &header, sizeof(header)) && send_all(fd, hello, bytes);
    int error = errno;
    free(hello);
    errno = error;
    return sent;
}

/* 0, EACCES or ECONNRESET: `error` says what the collector said. */
static int
read_answer(int fd, char *error, size_t error_bytes)
{
    struct {
        uint32_t magic;
        uint16_t status;
        uint16_t length;
    } answer;
    _Static_assert(sizeof(answer) == RW_ANSWER_BYTES, "the answer is read as it lies in memory");
    if (!receive_all(fd, &answer, sizeof(answer))) {
        snprintf(error, error_bytes, "no answer from the collector: %s", reason_of(errno));
        return ECONNRESET;
    }
    if (answer.magic != RW_ANSWER_MAGIC) {
        snprintf(error, error_bytes, "what listens at %s is no racewitness collector", rw_the_session.config.endpoint);
        return ECONNRESET;
    }
    char message[MESSAGE_SHOWN_BYTES + 1];
    size_t length = answer.length < sizeof(message) ? answer.length : sizeof(message);
    if (!receive_all(fd, message, length)) {
        snprintf(error, error_bytes, "no answer from the collector: %s", reason_of(errno));
        return ECONNRESET;
    }
    for (size_t rest = answer.length - length; rest > 0;) {
        char unseen[256];
        size_t part = rest < sizeof(unseen) ? rest : sizeof(unseen);
        if (!receive_all(fd, unseen, part)) {
            break;
        }
        rest -= part;
    }
    if (answer.status == 0) {
        return 0;
    }
    int shown = (int)rw_text_cut(message, length, MESSAGE_SHOWN_BYTES);
    for (int i = 0; i < shown; i++) {
        message[i] = (unsigned char)message[i] < ' ' || message[i] == 0x7f ? ' ' : message[i];
    }
    snprintf(error, error_bytes, "the collector refused this process (status %u): %.*s", answer.status, shown, message);
    return EACCES;
}

static bool
shake(rw_session *session, char *error, size_t error_bytes)
{
    const char *endpoint = session->config.endpoint;
    int fd;
    if (strncmp(endpoint, "unix:", 5) == 0) {
        fd = connect_unix(endpoint + 5);
    }
    else if (strncmp(endpoint, "tcp:", 4) == 0) {
        fd = connect_tcp(endpoint + 4);
    }
    else {
        errno = EINVAL;
        fd = -1;
    }
    if (fd < 0) {
        snprintf(error, error_bytes, "no collector at %s: %s", endpoint, reason_of(errno));
        return false;
    }
    if (!send_hello(session, fd)) {
        snprintf(error, error_bytes, "cannot send to the collector: %s", reason_of(errno));
        close(fd);
        return false;
    }
    session->socket = rw_descriptor_own(fd);
    session->process_frames = 1;
    return true;
}

bool
rw_handshake(rw_session *session, char *error, size_t error_bytes)
{
    /* A forked child may have signals coming in: none is to cut a half-sent HELLO short. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool done = shake(session, error, error_bytes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return done;
}

int
rw_handshake_answer(rw_session *session, char *error, size_t error_bytes)
{
    struct pollfd socket = {.fd = session->socket.fd, .events = POLLIN};
    for (int waited_ms = 0; poll(&socket, 1, LOOK_MS) == 0 && waited_ms < PATIENCE_SECONDS * 1000;
         waited_ms += LOOK_MS) {
        if (rw_sender_pause_wanted()) {
            return RW_PAUSED;
        }
    }
    if (!rw_descriptor_valid(&session->socket)) {
        snprintf(error, error_bytes, "the program has closed the connection to the collector");
        return ECONNRESET;
    }
    limit_wait(socket.fd, 1); /* nothing to read by now, or all of it */
    int result = read_answer(socket.fd, error, error_bytes);
    limit_wait(socket.fd, 0);
    return result;
}
