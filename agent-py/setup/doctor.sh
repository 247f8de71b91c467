#!/bin/sh
# Says what of racewitness is there and what is missing: doctor.sh [--pretty]
#
# One line for each piece: name TAB ok|missing TAB detail TAB command that mends it (empty when nothing has to be done).
# --pretty: the same for a person. Changes nothing and builds nothing. Status 0 when every piece is there, 1 when one is
# missing.
set -u

_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 70
rw_home=$(dirname "$(dirname "$_here")")
for _part in lib java python agent; do
    # shellcheck source=/dev/null
    . "$_here/$_part.sh"
done

# piece NAME STATE DETAIL [COMMAND]
piece() {
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"
}

doctor_cache() {
    if mkdir -p "$rw_cache" 2>/dev/null && [ -w "$rw_cache" ]; then
        piece cache ok "$rw_cache"
    else
        piece cache missing "$rw_cache cannot be written" "export XDG_CACHE_HOME=/a/directory/that/can"
    fi
}

doctor_jdk() {
    if ! rw_find_java; then
        piece jdk missing "$rw_java_problem" "$(rw_java_remedy)"
    elif [ ! -x "$rw_java_home/bin/javac" ]; then
        piece jdk missing "$rw_java_home is a Java $rw_java_feature run time without a compiler" "$(rw_java_remedy)"
    else
        piece jdk ok "Java $rw_java_feature, $rw_java_home"
    fi
}

doctor_maven() {
    if rw_have mvn; then
        piece maven ok "$(command -v mvn)"
    else
        piece maven missing "no mvn on the PATH" "$(rw_maven_remedy)"
    fi
}

doctor_jar() {
    if rw_jar_is_current; then
        piece jar ok "$(rw_jar_path)"
    else
        piece jar missing "$(rw_jar_path) is not built or older than its sources" "$rw_home/agent-py/setup/setup.sh jar"
    fi
}

doctor_compiler() {
    for _compiler in "${CC:-}" cc gcc clang; do
        [ -n "$_compiler" ] || continue
        if rw_compiles "$_compiler"; then
            piece compiler ok "$($_compiler --version 2>/dev/null | head -n 1)"
            return
        fi
    done
    if rw_have apt-get; then
        piece compiler missing "no C compiler that builds a program" "apt-get install gcc libc6-dev"
    else
        piece compiler missing "no C compiler that builds a program" "install a C compiler"
    fi
}

# Interpreter and agent: the agent belongs to one interpreter.
doctor_interpreter_and_agent() {
    # rw_find_python ends its process when $RACEWITNESS_PYTHON is set to something unusable: ask in a subshell first.
    if ! _problem=$( (rw_find_python) 2>&1 >/dev/null) || ! rw_find_python 2>/dev/null; then
        if [ -n "${RACEWITNESS_PYTHON:-}" ]; then
            _problem=${_problem#racewitness: }
            piece interpreter missing "${_problem% \[*}" "unset RACEWITNESS_PYTHON"
        else
            _problem=$(printf '%s\n' "$_problem" | sed -n 's/^racewitness: /; /p' | tr -d '\n')
            piece interpreter missing "no free-threaded CPython 3.13$_problem" "$rw_home/agent-py/setup/setup.sh python"
        fi
        piece agent missing "needs the interpreter" "$rw_home/agent-py/setup/setup.sh agent"
        return
    fi
    piece interpreter ok "free-threaded CPython $rw_python_version, $rw_python (from $rw_python_from)"
    if rw_find_agent; then
        piece agent ok "$rw_agent_path"
    else
        piece agent missing "not built for $rw_python" "$rw_home/agent-py/setup/setup.sh agent"
    fi
}

pieces() {
    doctor_cache
    doctor_jdk
    doctor_maven
    doctor_jar
    doctor_compiler
    doctor_interpreter_and_agent
}

_answer=$(pieces)
if [ "${1:-}" = --pretty ]; then
    printf '%s\n' "$_answer" | awk -F '\t' '
        { printf "%-8s %-12s %s\n", $2, $1, $3; if ($4 != "") printf "%-8s %-12s mend it: %s\n", "", "", $4 }'
else
    printf '%s\n' "$_answer"
fi
case $_answer in
    *"$(printf '\t')missing$(printf '\t')"*) exit 1 ;;
esac
exit 0
