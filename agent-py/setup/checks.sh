#!/bin/sh
# Checks and tests of everything that is not Java: checks.sh static|agent|end-to-end|corpus [ARG...]
#
#   static       ruff, mypy, shellcheck (the C core's warnings are errors of its build)
#   agent        agent-py/tests under python3.13t
#   end-to-end   agent-py/e2e: the launcher, the set-up scripts, the examples, the README, whole runs
#   corpus       every case of corpus/ against corpus/known-failing.txt
#
# `mvn verify` runs them one after another; further arguments go to pytest or to corpus/_verify.py. The tools live in a
# virtual environment of python3.13t in the cache, made from agent-py/requirements-dev.txt.
set -u

_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 70
rw_home=$(dirname "$(dirname "$_here")")
for _part in lib java python agent; do
    # shellcheck source=/dev/null
    . "$_here/$_part.sh"
done

# build_tools: called under the lock "tools".
build_tools() {
    [ -e "$tools/.complete" ] && return 0
    _log=$(rw_log tools) || exit
    rw_say "fetching the tools of agent-py/requirements-dev.txt (log: $_log)"
    rm -rf "$tools"
    if ! {
        rw_clean_python "$rw_python" -I -m venv "$tools" &&
            rw_clean_python "$tools/bin/python" -I -m pip install --disable-pip-version-check --only-binary :all: \
                -r "$rw_home/agent-py/requirements-dev.txt"
    } </dev/null >>"$_log" 2>&1 9>&-; then
        rw_fail tools-missing "fetching the tools failed: $(grep -m 1 ERROR "$_log" | cut -c 1-300) (log: $_log)"
    fi
    : >"$tools/.complete"
}

# ensure_tools: sets $tools, a virtual environment with the pinned tools.
ensure_tools() {
    tools=$rw_cache/tools/$( (
        printf '%s %s\n' "$rw_python" "$(rw_identity "$rw_python")"
        cat "$rw_home/agent-py/requirements-dev.txt"
    ) | rw_digest)
    [ -e "$tools/.complete" ] || rw_locked tools build_tools || exit
}

# Tools are named by their path so that nothing of the user's own environment is taken for one of them.
static_checks() {
    _status=0
    for _mode in check "format --check"; do
        # Words on purpose.
        # shellcheck disable=SC2086
        (
            cd "$rw_home/agent-py" &&
                "$tools/bin/ruff" $_mode --cache-dir "$rw_cache/ruff" . ../bench ../examples ../corpus/_verify.py
        ) || _status=1
    done
    (cd "$rw_home/agent-py" && rw_clean_python "$tools/bin/python" -m mypy --cache-dir "$rw_cache/mypy") || _status=1
    (cd "$rw_home" && "$tools/bin/shellcheck" -x racewitness agent-py/setup/*.sh .ci/run) || _status=1
    return $_status
}

run_pytest() {
    export RACEWITNESS_HOME="$rw_home" RACEWITNESS_PYTHON="$rw_python" RACEWITNESS_AGENT_PATH="$rw_agent_path"
    export PYTHONPATH="$rw_agent_path" PYTHONDONTWRITEBYTECODE=1
    exec "$tools/bin/python" -m pytest -p no:cacheprovider "$@"
}

_what=${1:-}
[ $# -eq 0 ] || shift
case $_what in
    static | agent | end-to-end | corpus) ;;
    *)
        rw_say "usage: checks.sh static|agent|end-to-end|corpus [ARG...]"
        exit 2
        ;;
esac
rw_ensure_python
rw_ensure_agent
ensure_tools
case $_what in
    static) static_checks ;;
    agent)
        cd "$rw_home/agent-py" || exit
        run_pytest "$@"
        ;;
    end-to-end)
        cd "$rw_home/agent-py/e2e" || exit
        run_pytest -c "$rw_home/agent-py/pyproject.toml" --rootdir "$rw_home/agent-py/e2e" -o testpaths=. "$@"
        ;;
    corpus)
        # The jar that was just built is the one that is tested, also when a source is edited meanwhile.
        export RACEWITNESS_PYTHON="$rw_python" RACEWITNESS_JAR="${RACEWITNESS_JAR:-$(rw_jar_path)}"
        exec "$rw_python" "$rw_home/corpus/_verify.py" --racewitness "$rw_home/racewitness" --python "$rw_python" "$@"
        ;;
esac
