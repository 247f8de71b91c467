# shellcheck shell=sh
# Builds the Python package for the interpreter that was found and keeps it in the cache:
#
#   $rw_cache/agent/<digest of interpreter and sources>/racewitness/   the importable package
#
# One mechanism: setuptools, pinned in agent-py/pyproject.toml, through pip. Needs lib.sh, python.sh, $rw_home and
# $rw_python.

# With RACEWITNESS_SANITIZER=thread or =address,undefined the package is built for that sanitizer (sanitize.sh), with
# RACEWITNESS_COUNTERS=on it counts what its filter does (docs/dev/counters.md).

# rw_agent_key DIRECTORY: changes with the interpreter, with any source of the agent in DIRECTORY and with how it is
# built.
rw_agent_key() {
    {
        printf '%s %s\n' "$rw_python" "$(rw_identity "$rw_python")"
        printf '%s %s\n' "${RACEWITNESS_SANITIZER:-}" "${RACEWITNESS_COUNTERS:-off}"
        cd "$1" && find src pyproject.toml setup.py README.md -type f \
            \( -name '*.py' -o -name '*.pyi' -o -name '*.typed' -o -name '*.[ch]' -o -name '*.toml' -o -name '*.md' \) \
            -exec cksum {} + 2>/dev/null | LC_ALL=C sort
    } | rw_digest
}

# rw_find_agent: sets rw_agent_path; returns 1 when the package is not built.
rw_find_agent() {
    rw_agent_path=$rw_cache/agent/$(rw_agent_key "$rw_home/agent-py")
    [ -e "$rw_agent_path/.complete" ]
}

# rw_ensure_agent: rw_find_agent, and where that finds none, a build.
rw_ensure_agent() {
    # More than once only where somebody edits the sources while they are built.
    for _ in 1 2 3; do
        rw_find_agent && return 0
        rw_locked agent rw_build_agent || exit
    done
    rw_find_agent || rw_fail agent-not-built "the agent's sources changed while it was built; run the command again"
}

# rw_sanitizer_library: prints the runtime that has to be loaded before an interpreter that loads a package built for a
# sanitizer; nothing where none is asked for.
rw_sanitizer_library() {
    case ${RACEWITNESS_SANITIZER:-} in
        '') return 0 ;;
        thread) _library=libtsan.so ;;
        *) _library=libasan.so ;;
    esac
    # CC may hold options.
    # shellcheck disable=SC2086
    _library=$(${CC:-cc} -print-file-name=$_library)
    case $_library in
        /*) printf '%s\n' "$_library" ;;
        *) rw_fail agent-not-built "${CC:-cc} has no runtime $_library for -fsanitize=$RACEWITNESS_SANITIZER" ;;
    esac
}

# rw_pip_python: a Python of the interpreter's kind that has pip: itself, or a virtual environment of it.
rw_pip_python() {
    if rw_clean_python "$rw_python" -I -c 'import pip' >/dev/null 2>&1; then
        printf '%s\n' "$rw_python"
        return 0
    fi
    _venv=$rw_cache/pip/$(printf '%s' "$rw_python" | rw_digest)
    [ -x "$_venv/bin/python" ] || rw_clean_python "$rw_python" -I -m venv "$_venv" >>"$_log" 2>&1 || return 1
    printf '%s\n' "$_venv/bin/python"
}

# rw_build_agent: called under the lock "agent". Works on a copy: the checkout stays clean and may be read-only.
rw_build_agent() {
    # Another run may have built it while this one waited for the lock.
    rw_find_agent && return 0
    _log=$(rw_log agent) || exit
    rw_say "building the agent for Python $rw_python_version (log: $_log)"
    rw_make_cache agent
    _build=$(mktemp -d "$rw_cache/agent/.build.XXXXXX") || rw_fail agent-not-built "cannot write to $rw_cache/agent"
    trap 'rm -rf "$_build"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    mkdir "$_build/source"
    (cd "$rw_home/agent-py" && tar -cf - pyproject.toml setup.py README.md src) | (cd "$_build/source" && tar -xf -) ||
        rw_fail agent-not-built "cannot copy the agent's sources to $_build"
    # What was copied is what is built, whatever happens to the sources meanwhile.
    rw_agent_path=$rw_cache/agent/$(rw_agent_key "$_build/source")
    _pip=$(rw_pip_python) || rw_fail agent-not-built "no pip for $rw_python (log: $_log)"
    if ! (
        if [ -n "${RACEWITNESS_SANITIZER:-}" ]; then
            CFLAGS="-fsanitize=$RACEWITNESS_SANITIZER -fno-omit-frame-pointer"
            LDFLAGS="-fsanitize=$RACEWITNESS_SANITIZER"
            export CFLAGS LDFLAGS
        fi
        [ "${RACEWITNESS_COUNTERS:-off}" = off ] || export CFLAGS="${CFLAGS:-} -DRW_COUNTERS"
        unset PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIRE_VIRTUALENV PIP_NO_BUILD_ISOLATION
        rw_clean_python "$_pip" -m pip install --disable-pip-version-check --no-deps --no-warn-script-location \
            --target "$_build/package" "$_build/source" </dev/null >>"$_log" 2>&1 9>&-
    ); then
        # The compiler's own words when it was the compiler, else pip's.
        _error=$(grep -E -m 1 ':[0-9]+: .*error:' "$_log") || _error=$(grep -E -m 1 '(error:|ERROR)' "$_log")
        _error=$(printf '%s\n' "$_error" | sed 's/^ *//' | cut -c 1-300)
        rw_fail agent-not-built "building the agent failed: $_error (log: $_log)"
    fi
    # The core has to load, and must not switch the GIL back on.
    _preload=$(rw_sanitizer_library) || exit
    if ! (cd "$_build/package" && LD_PRELOAD=$_preload rw_clean_python "$rw_python" -I -c "
import sys
sys.path.insert(0, '.')
import racewitness._core
assert not sys._is_gil_enabled(), 'importing racewitness._core switched the GIL on'" >>"$_log" 2>&1); then
        _error=$(tail -n 1 "$_log")
        rw_fail agent-not-built "the agent was built for $rw_python but does not load: $_error (log: $_log)"
    fi
    : >"$_build/package/.complete"
    # Packages of older sources stay for other checkouts; a month without being built again is long enough.
    find "$rw_cache/agent" -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -rf {} + 2>/dev/null
    rm -rf "$rw_agent_path"
    mv "$_build/package" "$rw_agent_path" || rw_fail agent-not-built "cannot write $rw_agent_path"
}
