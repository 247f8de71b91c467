# shellcheck shell=sh
# Development files for the build of CPython where the system has none: downloaded from the running release with the
# private apt and unpacked below the work directory. Nothing is installed. Needs lib.sh, apt.sh; part of python-build.sh
# ($_work, $_log, $_cc).

# What is looked for: C header, library to link with, package that has both.
RW_BUILD_LIBRARIES='zlib.h:z:zlib1g-dev
openssl/ssl.h:ssl -lcrypto:libssl-dev
ffi.h:ffi:libffi-dev
sqlite3.h:sqlite3:libsqlite3-dev
bzlib.h:bz2:libbz2-dev
lzma.h:lzma:liblzma-dev'

# rw_links HEADER LIBRARY: does a program that uses both compile and link?
rw_links() {
    # The library names are words on purpose ("ssl -lcrypto").
    # shellcheck disable=SC2086
    printf '#include <stdio.h>\n#include <%s>\nint main(void) { return 0; }\n' "$1" |
        $_cc ${CPPFLAGS:-} ${LDFLAGS:-} -x c - -o "$_work/link-test" -l$2 >/dev/null 2>&1
}

# rw_missing_packages: the packages that this build needs and the system does not have, one a line.
rw_missing_packages() {
    printf '%s\n' "$RW_BUILD_LIBRARIES" | while IFS=: read -r _header _library _package; do
        rw_links "$_header" "$_library" || printf '%s\n' "$_package"
    done
    rw_have make || echo make
    rw_have xz || echo xz-utils
}

# rw_make_sysroot: fetches and unpacks what is missing, together with the libraries that belong to it.
rw_make_sysroot() {
    rw_compiles "$_cc" ||
        rw_fail compiler-missing "the C compiler $_cc cannot build a program: apt-get install gcc libc6-dev"
    _missing=$(rw_missing_packages)
    rm -rf "$_work/sysroot"
    mkdir -p "$_work/sysroot" "$_work/debs" || rw_build_failed "making $_work/sysroot"
    if [ -n "$_missing" ]; then
        # The words of the list are package names.
        # shellcheck disable=SC2086
        rw_say "fetching development files into a private directory:$(printf " %s" $_missing)"
        _suite=$(rw_system_suite "$_family")
        [ "$_family" = ubuntu ] && _components="main universe" || _components=main
        rw_apt_sources | awk -v suite="$_suite" -v components="$_components" '
            index($2, suite) == 1 { print "deb", $1, $2, components }' | rw_apt_open dev "$_family" >>"$_log" 2>&1 ||
            rw_build_failed "reading the package lists of $_suite"
        # shellcheck disable=SC2086
        _wanted=$(rw_with_libraries $_missing)
        # shellcheck disable=SC2086
        (cd "$_work/debs" && rw_apt dev download $_wanted) >>"$_log" 2>&1 ||
            rw_build_failed "fetching development files"
        for _deb in "$_work"/debs/*.deb; do
            dpkg-deb -x "$_deb" "$_work/sysroot" >>"$_log" 2>&1 || rw_build_failed "unpacking $_deb"
        done
        rm -rf "$rw_cache/apt/dev"
    fi
    rw_step_finish sysroot
}

# rw_with_libraries PACKAGE...: the packages and the libraries that they are the development files or the tool of. The C
# library and the compiler's own are the system's: mixing a second one in would break the build.
rw_with_libraries() {
    for _package in "$@"; do
        printf '%s\n' "$_package"
        rw_apt_cache dev depends --important --no-recommends --no-suggests "$_package" 2>>"$_log" |
            sed -n 's/^ *Depends: \(lib[^ <:]*\|zlib[^ <:]*\)\(:any\)*$/\1/p' |
            grep -v -E '^(libc6|libc-|libgcc|libcrypt)'
    done | sort -u
}

# rw_use_sysroot: compiler flags, PATH and place of OpenSSL for what was unpacked; empty where nothing was.
rw_use_sysroot() {
    _root=$_work/sysroot
    rw_sysroot_cppflags=${CPPFLAGS:-} rw_sysroot_ldflags=${LDFLAGS:-} rw_sysroot_openssl=
    [ -d "$_root/usr" ] || return 0
    _triplet=$($_cc -print-multiarch 2>/dev/null)
    [ -n "$_triplet" ] || _triplet=$(basename "$(dirname "$(find "$_root/usr/lib" -name '*.so' | head -n 1)")")
    rw_sysroot_cppflags="$rw_sysroot_cppflags -I$_root/usr/include -I$_root/usr/include/$_triplet"
    rw_sysroot_ldflags="$rw_sysroot_ldflags -L$_root/usr/lib/$_triplet -L$_root/lib/$_triplet"
    if [ -e "$_root/usr/include/openssl/ssl.h" ]; then
        # Without pkg-config, configure takes OpenSSL from nothing but a directory with include/ and lib/.
        rw_sysroot_openssl=$_work/openssl
        mkdir -p "$rw_sysroot_openssl"
        ln -sfn "$_root/usr/include" "$rw_sysroot_openssl/include"
        ln -sfn "$_root/usr/lib/$_triplet" "$rw_sysroot_openssl/lib"
    fi
    rw_collect_private_libraries
    if [ -d "$_work/private" ]; then
        rw_sysroot_ldflags="$rw_sysroot_ldflags -Wl,-rpath,$_final/lib/private"
        LD_LIBRARY_PATH=$_work/private${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
        export LD_LIBRARY_PATH
    fi
    PATH=$_root/usr/bin:$_root/bin:$PATH
    export PATH
}

# rw_collect_private_libraries: those shared libraries of the sysroot that the system has no version of at run time. The
# others are taken from the system when the interpreter runs, so that its security updates count.
rw_collect_private_libraries() {
    rm -rf "$_work/private"
    find "$_root/usr/lib" "$_root/lib" -name 'lib*.so.[0-9]*' 2>/dev/null | while read -r _library; do
        _soname=$(basename "$_library" | sed 's/\(\.so\.[0-9]*\).*/\1/')
        for _system in "/usr/lib/$_triplet" "/lib/$_triplet" /usr/lib /lib; do
            [ -e "$_system/$_soname" ] && continue 2
        done
        mkdir -p "$_work/private" && cp -P "$_library" "$_work/private/"
    done
}

# rw_install_private_libraries DIRECTORY: puts them where the interpreter's run path looks.
rw_install_private_libraries() {
    [ -d "$_work/private" ] || return 0
    mkdir -p "$1" && cp -P "$_work/private/"* "$1/"
}
