# shellcheck shell=sh
# Finds a free-threaded CPython 3.13: $RACEWITNESS_PYTHON, the PATH, uv, pyenv, else the one that python-build.sh makes.
# Needs lib.sh and $rw_home. A candidate is asked once what it is; the answer is kept until its file changes.

RW_PYTHON=python3.13t

# rw_clean_python COMMAND [ARG...]: runs it without the variables with which a user steers his own Python.
rw_clean_python() {
    (
        unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONOPTIMIZE PYTHONWARNINGS PYTHON_GIL PYTHONUSERBASE \
            PYTHONSAFEPATH PYTHONPLATLIBDIR PYTHONINSPECT PYTHONDEVMODE
        export PYTHONDONTWRITEBYTECODE=1
        exec "$@"
    )
}

# rw_probe FILE: is it a Python that can carry the agent? Sets rw_probed to its absolute path and rw_probed_version, or
# returns 1 with the reason in rw_probe_problem.
rw_probe() {
    rw_probed= rw_probed_version= rw_probe_problem=
    if [ ! -x "$1" ]; then
        rw_probe_problem="there is no such program"
        return 1
    fi
    _answer_file=$rw_cache/probe/$(printf '%s %s' "$1" "$(rw_identity "$1")" | rw_digest)
    _answer=
    [ ! -r "$_answer_file" ] || read -r _answer <"$_answer_file"
    if [ -z "$_answer" ]; then
        _answer=$(rw_clean_python "$1" -I "$rw_home/agent-py/setup/probe.py" 2>&1 </dev/null | tail -n 1)
        case $_answer in
            ok*)
                rw_make_cache probe
                printf '%s\n' "$_answer" >"$_answer_file.$$" && mv "$_answer_file.$$" "$_answer_file"
                ;;
        esac
    fi
    _tab=$(printf '\t')
    case $_answer in
        ok"$_tab"*)
            rw_probed=${_answer#ok"$_tab"}
            rw_probed_version=${rw_probed##*"$_tab"}
            rw_probed=${rw_probed%"$_tab"*}
            return 0
            ;;
        no"$_tab"*) rw_probe_problem=${_answer#no"$_tab"} ;;
        *) rw_probe_problem="it does not run (${_answer:-no output})" ;;
    esac
    return 1
}

# rw_try_python FILE WHERE: takes FILE when it is usable, else says in one line why it is not used.
rw_try_python() {
    if rw_probe "$1"; then
        rw_python=$rw_probed rw_python_version=$rw_probed_version rw_python_from=$2
        return 0
    fi
    rw_say "not using $1 ($2): $rw_probe_problem"
    return 1
}

# rw_find_python: sets rw_python, rw_python_version and rw_python_from; returns 1 where there is none yet. Builds
# nothing.
rw_find_python() {
    rw_python= rw_python_version= rw_python_from=
    if [ -n "${RACEWITNESS_PYTHON:-}" ]; then
        _candidate=$(command -v "$RACEWITNESS_PYTHON" 2>/dev/null) || _candidate=$RACEWITNESS_PYTHON
        if rw_probe "$_candidate"; then
            rw_python=$rw_probed rw_python_version=$rw_probed_version rw_python_from=RACEWITNESS_PYTHON
            return 0
        fi
        rw_fail python-unusable "RACEWITNESS_PYTHON=$RACEWITNESS_PYTHON cannot be used: $rw_probe_problem;" \
            "set it to a free-threaded CPython 3.13, or unset it"
    fi
    _candidate=$(command -v "$RW_PYTHON" 2>/dev/null) || _candidate=
    [ -n "$_candidate" ] && rw_try_python "$_candidate" PATH && return 0
    # Asking uv takes time: what it or its successors answered last is good while it still passes.
    _remembered=
    [ ! -r "$rw_cache/python/found" ] || read -r _remembered <"$rw_cache/python/found"
    if [ -n "$_remembered" ] && [ -x "${_remembered%|*}" ] && rw_probe "${_remembered%|*}"; then
        rw_python=$rw_probed rw_python_version=$rw_probed_version rw_python_from=${_remembered##*|}
        return 0
    fi
    if rw_have uv; then
        _candidate=$(uv python find --no-python-downloads 3.13t 2>/dev/null) || _candidate=
        [ -n "$_candidate" ] && rw_try_python "$_candidate" uv && rw_remember_python && return 0
    fi
    for _candidate in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.13*t/bin/"$RW_PYTHON"; do
        [ -x "$_candidate" ] && rw_try_python "$_candidate" pyenv && rw_remember_python && return 0
    done
    for _candidate in "$rw_cache"/python/3.13*/bin/"$RW_PYTHON"; do
        [ -x "$_candidate" ] && rw_try_python "$_candidate" "own build" && rw_remember_python && return 0
    done
    return 1
}

# rw_remember_python: next time, look here first.
rw_remember_python() {
    rw_make_cache python
    printf '%s|%s\n' "$rw_python" "$rw_python_from" >"$rw_cache/python/found.$$" &&
        mv "$rw_cache/python/found.$$" "$rw_cache/python/found"
}

# rw_ensure_python: rw_find_python, and where that finds none, a build of the distribution's source package.
rw_ensure_python() {
    rw_find_python && return 0
    # shellcheck source=agent-py/setup/python-build.sh
    . "$rw_home/agent-py/setup/python-build.sh"
    rw_locked python rw_build_python || exit
    rw_find_python ||
        rw_fail python-not-built "the interpreter that was just built is not usable; remove $rw_cache/python" \
            "and try again"
}

# rw_python_on_path: appends a directory that holds nothing but python3.13t to the PATH when no python3.13t is on it, so
# that `racewitness run -- python3.13t ...`, and a Makefile that says python3.13t, find the one that was set up. Nothing
# is shadowed.
rw_python_on_path() {
    rw_have "$RW_PYTHON" && return 0
    _shim=$rw_cache/bin/$(printf '%s' "$rw_python" | rw_digest)
    if [ "$(readlink "$_shim/$RW_PYTHON" 2>/dev/null)" != "$rw_python" ]; then
        mkdir -p "$_shim" 2>/dev/null && ln -sf "$rw_python" "$_shim/$RW_PYTHON" 2>/dev/null || return 0
    fi
    PATH=${PATH:+$PATH:}$_shim
    export PATH
}
