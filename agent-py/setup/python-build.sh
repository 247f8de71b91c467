# shellcheck shell=sh
# Builds free-threaded CPython 3.13 from the source package `python3.13` of Debian or Ubuntu into the cache. Needs
# lib.sh, python.sh.
#
#   $rw_cache/python/work/      source, objects and the stamps of finished steps: an interrupted build goes on from here
#   $rw_cache/python/stage/     `make install` goes here first
#   $rw_cache/python/3.13.5/    renamed into place when it is whole and checked; nothing else makes this name
#
# Runs under the lock "python". Installs nothing on the system: development files that are missing come from the running
# release's own packages and are unpacked into a private root (python-sysroot.sh).

RW_SOURCE_PACKAGE=python3.13

# rw_step_done NAME / rw_step_finish NAME: has the step been finished by this or an earlier run?
rw_step_done() {
    [ -e "$_work/$1.done" ]
}
rw_step_finish() {
    : >"$_work/$1.done"
}

# rw_build_failed WHAT: the last error of the log in one line, and where the rest is.
rw_build_failed() {
    _error=$(grep -E -i '(^E: |^W: Failed|error:|\*\*\*|No space left|cannot)' "$_log" | tail -n 1 | cut -c 1-240)
    rw_fail python-not-built "$1 failed${_error:+: $_error} (log: $_log); run the command again to go on from there"
}

# rw_build_python: the whole of it.
rw_build_python() {
    # Another run may have finished while this one waited for the lock.
    rw_find_python && return 0
    # shellcheck source=agent-py/setup/apt.sh
    . "$rw_home/agent-py/setup/apt.sh"
    # shellcheck source=agent-py/setup/python-sysroot.sh
    . "$rw_home/agent-py/setup/python-sysroot.sh"
    _family=$(rw_system_family)
    if [ -z "$_family" ] || ! rw_have apt-get; then
        rw_fail python-missing "no python3.13t (free-threaded CPython 3.13) found; install one" \
            "(for example: uv python install 3.13t) or set RACEWITNESS_PYTHON to it"
    fi
    _cc=${CC:-}
    for _candidate in cc gcc clang; do
        [ -n "$_cc" ] || { rw_have "$_candidate" && _cc=$_candidate; }
    done
    [ -n "$_cc" ] || rw_fail compiler-missing "building python3.13t needs a C compiler: apt-get install gcc libc6-dev"
    rw_make_cache python/work
    _work=$rw_cache/python/work
    _log=$(rw_log python-build) || exit
    trap 'rw_say "interrupted; the next run goes on from here"; exit 130' INT
    trap 'exit 143' TERM HUP
    rw_say "no python3.13t found: building one from the distribution's sources (about three minutes, log: $_log)"
    rw_step_done fetched || rw_fetch_source
    _version=$(cat "$_work/version")
    _final=$rw_cache/python/$_version
    rw_step_done sysroot || rw_make_sysroot
    rw_use_sysroot
    rw_step_done unpacked || rw_unpack_source
    _resumed=
    rw_step_done configured && _resumed=yes
    [ -n "$_resumed" ] || rw_configure_source
    if ! rw_make_and_stage; then
        # Objects that an earlier run left half written make a resumed build fail: then, and only then, start it afresh.
        [ -n "$_resumed" ] || rw_build_failed "building CPython $_version"
        rw_say "the interrupted build cannot be continued; compiling from the start"
        rw_unpack_source
        rw_configure_source
        rw_make_and_stage || rw_build_failed "building CPython $_version"
    fi
    rm -rf "$_final"
    mv "$_work/stage$_final" "$_final" || rw_build_failed "moving the interpreter into place"
    trap - INT TERM HUP
    rm -rf "$_work"
    rw_say "python3.13t is ready: $_final/bin/$RW_PYTHON"
}

# rw_fetch_source: the upstream tarball out of the first suite that has the source package.
rw_fetch_source() {
    _suite=$(rw_system_suite "$_family")
    _mirror=$(rw_apt_mirror "$_suite")
    [ -n "$_mirror" ] ||
        rw_fail python-not-built "apt's configuration names no archive that could have $RW_SOURCE_PACKAGE; add one to" \
            "/etc/apt/sources.list.d, or set RACEWITNESS_PYTHON"
    case $_family in
        debian) _components="main" _later="trixie forky sid" ;;
        ubuntu) _components="main universe" _later="plucky questing resolute" ;;
    esac
    _found=
    for _try in $_suite $_later; do
        [ "$_try" = "$_found" ] && continue
        rw_say "looking for the source package $RW_SOURCE_PACKAGE in $_try"
        echo "deb-src $_mirror $_try $_components" | rw_apt_open "src-$_try" "$_family" >>"$_log" 2>&1 || continue
        if rw_apt_cache "src-$_try" showsrc --only-source "$RW_SOURCE_PACKAGE" 2>>"$_log" |
            grep -q "^Package: $RW_SOURCE_PACKAGE\$"; then
            _found=$_try
            break
        fi
    done
    [ -n "$_found" ] || rw_build_failed "finding the source package $RW_SOURCE_PACKAGE at $_mirror"
    rw_say "fetching $RW_SOURCE_PACKAGE from $_found"
    mkdir -p "$_work/source" || rw_build_failed "making $_work/source"
    # apt checks what it downloads against the signed index; dpkg-source is not needed for the upstream tarball.
    (
        cd "$_work/source" && rw_apt "src-$_found" source --download-only --only-source "$RW_SOURCE_PACKAGE"
    ) >>"$_log" 2>&1 || rw_build_failed "fetching $RW_SOURCE_PACKAGE"
    for _tarball in "$_work/source/${RW_SOURCE_PACKAGE}"_*.orig.tar.*; do
        case $_tarball in
            *.asc) ;;
            *) break ;;
        esac
    done
    [ -f "$_tarball" ] || rw_build_failed "finding the upstream tarball in $_work/source"
    _version=${_tarball##*_}
    printf '%s\n' "${_version%.orig.tar.*}" >"$_work/version"
    printf '%s\n' "$_tarball" >"$_work/tarball"
    rm -rf "$rw_cache/apt/src-$_suite" "$rw_cache/apt/src-$_found"
    rw_step_finish fetched
}

rw_unpack_source() {
    rm -rf "$_work/build" "$_work/configured.done" "$_work/unpacked.done"
    mkdir -p "$_work/build" || rw_build_failed "making $_work/build"
    _tarball=$(cat "$_work/tarball")
    case $_tarball in
        *.xz) xz -dc "$_tarball" ;;
        *.gz) gzip -dc "$_tarball" ;;
        *) cat "$_tarball" ;;
    esac 2>>"$_log" | tar -xf - -C "$_work/build" --strip-components=1 >>"$_log" 2>&1 ||
        rw_build_failed "unpacking $_tarball"
    [ -x "$_work/build/configure" ] || rw_build_failed "unpacking $_tarball"
    rw_step_finish unpacked
}

# rw_configure_source: no profile-guided optimisation, which would take ten times as long; no debug information.
rw_configure_source() {
    rw_say "configuring CPython $_version with --disable-gil"
    (cd "$_work/build" && rw_clean_python ./configure --disable-gil --prefix="$_final" --with-ensurepip=install \
        ${rw_sysroot_openssl:+--with-openssl="$rw_sysroot_openssl"} \
        CC="$_cc" OPT="-DNDEBUG -O3 -Wall" \
        CPPFLAGS="$rw_sysroot_cppflags" LDFLAGS="$rw_sysroot_ldflags") >>"$_log" 2>&1 ||
        rw_build_failed "configuring CPython $_version"
    rw_step_finish configured
}

# rw_make_and_stage: compiles, installs into the staging directory, checks the staged interpreter. Returns 1 when any of
# it fails.
rw_make_and_stage() {
    _units=$(cd "$_work/build" && rw_clean_python make -n 2>/dev/null | grep -c -e ' -c ')
    rw_say "compiling CPython $_version: $_units files on $(rw_cpus) processors"
    rm -f "$_work/made"
    (cd "$_work/build" && rw_clean_python make -j"$(rw_cpus)" 2>&1 && : >"$_work/made") |
        awk -v log_file="$_log" -v units="$_units" '
            { print >> log_file }
            / -c / { done++; percent = int(done * 10 / units) * 10
                if (units > 0 && percent > told && percent <= 100) {
                    told = percent; printf "racewitness: compiled %d of %d files\n", done, units; fflush() } }' >&2
    [ -e "$_work/made" ] || return 1
    rw_say "installing and checking CPython $_version"
    rm -rf "$_work/stage"
    (cd "$_work/build" && rw_clean_python make install DESTDIR="$_work/stage") >>"$_log" 2>&1 || return 1
    rw_install_private_libraries "$_work/stage$_final/lib/private" || return 1
    rw_check_staged "$_work/stage$_final/bin/$RW_PYTHON"
}

# rw_check_staged PYTHON: what a run of the detector, pip and its build isolation need from an interpreter.
rw_check_staged() {
    rw_clean_python "$1" -I -c '
import _ctypes, _thread, ctypes, ensurepip, hashlib, pip, socket, sqlite3, ssl, subprocess, sys, sysconfig, venv, zlib
import threading
assert sys._is_gil_enabled() is False, "the GIL is on"
assert sysconfig.get_config_var("Py_GIL_DISABLED") == 1, "not a free-threaded build"
hits = []
threads = [threading.Thread(target=hits.append, args=(n,)) for n in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
assert sorted(hits) == [0, 1, 2, 3], hits
assert ssl.OPENSSL_VERSION and zlib.decompress(zlib.compress(b"x")) == b"x"
' >>"$_log" 2>&1 && rw_clean_python "$1" -I -m pip --version >>"$_log" 2>&1
}
