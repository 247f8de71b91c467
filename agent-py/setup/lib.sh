# shellcheck shell=sh
# What every set-up script needs: messages, the cache directory, logs, locks, digests.
#
# Sourced, never run. The scripts speak to a person on stderr in single lines that begin with "racewitness:"; stdout is
# for results. Names that begin with rw_ are the shared ones; a name that begins with _ belongs to the function that
# sets it.

# A set-up step that fails ends the command line with the status of a failure of the tool itself.
RW_EXIT_FAILURE=70

# The cache holds what is expensive to make again (interpreter, built agents, class archives, logs); it may be deleted
# at any time.
rw_cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/racewitness

# rw_say TEXT: one line for the person at the terminal.
rw_say() {
    printf 'racewitness: %s\n' "$1" >&2
}

# rw_fail NAME TEXT...: the same with the name under which docs/setting-up.md explains it, and the end.
rw_fail() {
    _name=$1
    shift
    rw_say "$* [$_name]"
    exit "$RW_EXIT_FAILURE"
}

# rw_make_cache DIR...: makes directories below the cache, or says in one line why it cannot.
rw_make_cache() {
    for _dir in "$@"; do
        mkdir -p "$rw_cache/$_dir" 2>/dev/null ||
            rw_fail cache-unwritable "cannot write to the cache directory $rw_cache/$_dir;" \
                "set XDG_CACHE_HOME to one that is writable"
    done
}

# rw_log NAME: prints the path of an empty log file.
rw_log() {
    rw_make_cache log
    _log=$rw_cache/log/$1.log
    : >"$_log" || rw_fail cache-unwritable "cannot write the log file $_log"
    printf '%s\n' "$_log"
}

# rw_have COMMAND: is it on the PATH?
rw_have() {
    command -v "$1" >/dev/null 2>&1
}

# rw_compiles COMPILER: does it make a program that uses the C library?
rw_compiles() {
    # CC may hold options.
    # shellcheck disable=SC2086
    printf '#include <stdio.h>\nint main(void) { return 0; }\n' | $1 -x c - -o /dev/null >/dev/null 2>&1
}

# rw_cpus: how many processors this process may use.
rw_cpus() {
    nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# rw_digest: a short digest of stdin, the same on every run. Names cache entries; not for security.
rw_digest() {
    cksum | {
        read -r _sum _size _
        printf '%s-%s\n' "$_sum" "$_size"
    }
}

# rw_identity FILE...: changes when one of the files does (inode, size, modification time); a missing file counts as
# nothing.
rw_identity() {
    # ls is what POSIX has for this.
    # shellcheck disable=SC2012
    LC_ALL=C ls -lLdi "$@" 2>/dev/null | rw_digest
}

# rw_real_path FILE: FILE without symbolic links, absolute. Every launch takes this path: built-in words instead of
# programs.
rw_real_path() {
    _path=$1
    _hops=0
    while [ -L "$_path" ] && [ "$_hops" -lt 40 ]; do
        _link=$(readlink "$_path")
        case $_link in
            /*) _path=$_link ;;
            *) _path=$(rw_folder "$_path")/$_link ;;
        esac
        _hops=$((_hops + 1))
    done
    _folder=$(CDPATH='' cd -- "$(rw_folder "$_path")" 2>/dev/null && pwd -P) || return 1
    printf '%s/%s\n' "${_folder%/}" "${_path##*/}"
}

# rw_folder PATH: dirname(1) for the path of a file.
rw_folder() {
    case $1 in
        */*) printf '%s/\n' "${1%/*}" ;;
        *) echo . ;;
    esac
}

# rw_locked NAME COMMAND [ARG...]: runs COMMAND in a subshell while no other process holds the lock NAME; returns its
# status. The lock ends with its holder, however that ends: the kernel's with flock(1), by the holder's process id
# without it.
rw_locked() {
    rw_make_cache lock
    _lock=$rw_cache/lock/$1
    _lock_name=$1
    shift
    if rw_have flock; then
        (
            if ! flock -n 9; then
                rw_say "waiting for another set-up ($_lock_name) to finish"
                flock 9
            fi
            "$@"
        ) 9>"$_lock"
    else
        rw_locked_by_directory "$_lock.d" "$@"
    fi
}

# rw_locked_by_directory DIRECTORY COMMAND [ARG...]: the same for systems without flock(1). mkdir either makes the
# directory or fails; the file in it names the holder, and the lock of a holder that is gone is taken over.
rw_locked_by_directory() {
    _lock=$1
    shift
    _told=
    until mkdir "$_lock" 2>/dev/null; do
        _holder=$(cat "$_lock/pid" 2>/dev/null) || _holder=
        if [ -n "$_holder" ] && ! kill -0 "$_holder" 2>/dev/null; then
            # Only one of several waiters can rename the dead holder's lock away.
            mv "$_lock" "$_lock.$$" 2>/dev/null && rm -rf "$_lock.$$"
            continue
        fi
        [ -n "$_told" ] || rw_say "waiting for another set-up to finish (remove $_lock if there is none)"
        _told=yes
        sleep 1
    done
    (
        trap 'rm -rf "$_lock"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM HUP
        printf '%s\n' "$$" >"$_lock/pid"
        # In a subshell of its own: what it traps must not replace the traps above.
        ("$@")
    )
}
