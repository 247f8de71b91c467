#!/bin/sh
# The agent under a sanitizer, in the interpreter as it is: sanitize.sh thread|address [CASE...]
#
#   thread     ThreadSanitizer: the agent's own races
#   address    AddressSanitizer and UndefinedBehaviorSanitizer: its memory, its arithmetic
#
# Builds the package with the sanitizer, then runs every program of bench/workloads (small) and the corpus, or the CASEs
# of it that are named, with the sanitizer's runtime loaded before the interpreter. Fails when the sanitizer reported
# anything, or when a program's races are not what they should be. What it finds stays in the cache, and the last line
# names the folder. `mvn -Psanitizers verify` runs both; docs/dev/sanitizers.md says what they can see.
set -u

_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 70
rw_home=$(dirname "$(dirname "$_here")")
for _part in lib java python agent; do
    # shellcheck source=/dev/null
    . "$_here/$_part.sh"
done

WORKLOAD_THREADS=4
WORKLOAD_SIZE=3

case ${1:-} in
    thread)
        RACEWITNESS_SANITIZER=thread
        # The interpreter and its extensions are not instrumented: only what the agent itself touches is judged.
        _options="ignore_noninstrumented_modules=1:die_after_fork=0:exitcode=0:print_suppressions=0:suppressions='$_here/tsan.supp'"
        ;;
    address)
        RACEWITNESS_SANITIZER=address,undefined
        # What lives as long as the process is not given back; the interpreter's own allocator hides its blocks anyway.
        _options="detect_leaks=0:print_stacktrace=1"
        ;;
    *)
        rw_say "usage: sanitize.sh thread|address [CASE...]"
        exit 2
        ;;
esac
_kind=$1
shift
export RACEWITNESS_SANITIZER

rw_find_java || rw_fail jdk-missing "a JDK $RW_JAVA_FLOOR or newer is needed ($rw_java_problem): $(rw_java_remedy)"
rw_ensure_jar
rw_ensure_python
rw_ensure_agent
_library=$(rw_sanitizer_library) || exit
rw_make_cache "sanitizer/$_kind"
_logs=$rw_cache/sanitizer/$_kind
rm -f "$_logs"/*

# An interpreter that loads the runtime first; so do the processes that it starts.
_work=$(mktemp -d) || exit 70
trap 'rm -rf "$_work"' EXIT
cat >"$_work/python3.13t" <<EOF
#!/bin/sh
LD_PRELOAD='$_library'
TSAN_OPTIONS="$_options:log_path='$_logs/report'"
ASAN_OPTIONS=\$TSAN_OPTIONS
UBSAN_OPTIONS=\$TSAN_OPTIONS
export LD_PRELOAD TSAN_OPTIONS ASAN_OPTIONS UBSAN_OPTIONS
exec '$rw_python' "\$@"
EOF
chmod +x "$_work/python3.13t"
export RACEWITNESS_PYTHON="$rw_python"

_status=0
if [ $# -eq 0 ]; then
    for _program in "$rw_home"/bench/workloads/*.py; do
        if ! "$rw_home/racewitness" run --no-config --no-html --no-progress -- \
            "$_work/python3.13t" "$_program" $WORKLOAD_THREADS $WORKLOAD_SIZE >"$_work/out" 2>&1; then
            rw_say "$_kind: ${_program##*/} failed or had a race reported"
            cat "$_work/out" >&2
            _status=1
        fi
    done
fi
"$rw_python" "$rw_home/corpus/_verify.py" --racewitness "$rw_home/racewitness" --python "$_work/python3.13t" "$@" ||
    _status=1

if [ -n "$(ls -A "$_logs")" ]; then
    grep -hE '^SUMMARY|runtime error:' "$_logs"/* | sort | uniq -c | sort -rn >&2
    rw_say "$_kind: the sanitizer reported what is in $_logs"
    exit 1
fi
[ $_status -eq 0 ] && rw_say "$_kind: nothing to report"
exit $_status
