#!/bin/sh
# Sets up one piece of racewitness and prints where it is: setup.sh java|jar|python|agent
#
# What the launcher does before a run, for the build and for scripts. Messages go to stderr, the path to stdout.
set -u

_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 70
rw_home=$(dirname "$(dirname "$_here")")
for _part in lib java python agent; do
    # shellcheck source=/dev/null
    . "$_here/$_part.sh"
done

case ${1:-} in
    java)
        rw_find_java || rw_fail jdk-missing "a JDK 17 or newer is needed ($rw_java_problem): $(rw_java_remedy)"
        printf '%s\n' "$rw_java_home"
        ;;
    jar)
        rw_find_java || rw_fail jdk-missing "a JDK 17 or newer is needed ($rw_java_problem): $(rw_java_remedy)"
        rw_ensure_jar
        rw_jar_path
        ;;
    python)
        rw_ensure_python
        printf '%s\n' "$rw_python"
        ;;
    agent)
        rw_ensure_python
        rw_ensure_agent
        printf '%s\n' "$rw_agent_path"
        ;;
    *)
        rw_say "usage: setup.sh java|jar|python|agent"
        exit 2
        ;;
esac
