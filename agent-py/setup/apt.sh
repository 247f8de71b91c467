# shellcheck shell=sh
# A private apt beside the system's: its own sources, lists and downloads below the cache directory. It reads the
# system's configuration (proxies, keys, mirror) and changes nothing outside the cache; no privilege is needed. Needs
# lib.sh.

# rw_system_family: "debian", "ubuntu", or nothing.
rw_system_family() {
    (
        ID= ID_LIKE=
        # shellcheck source=/dev/null
        [ -r /etc/os-release ] && . /etc/os-release
        for _id in ${ID:-} ${ID_LIKE:-}; do
            case $_id in
                debian | ubuntu)
                    printf '%s\n' "$_id"
                    break
                    ;;
            esac
        done
    )
}

# rw_system_suite FAMILY: code name of the running release ("bookworm").
rw_system_suite() {
    (
        VERSION_CODENAME= UBUNTU_CODENAME= DEBIAN_CODENAME=
        # shellcheck source=/dev/null
        [ -r /etc/os-release ] && . /etc/os-release
        case $1 in
            ubuntu) printf '%s\n' "${UBUNTU_CODENAME:-${VERSION_CODENAME:-}}" ;;
            *) printf '%s\n' "${DEBIAN_CODENAME:-${VERSION_CODENAME:-}}" ;;
        esac
    )
}

# rw_apt_sources: the distribution's archives that the system's own configuration names, one "URI SUITE" a line. apt
# itself reads the configuration here, so deb822 files, classic lists and disabled entries mean what they mean to apt.
rw_apt_sources() {
    rw_make_cache apt/none
    apt-get update --print-uris -o Dir::State="$rw_cache/apt/none" -o Dir::Cache="$rw_cache/apt/none" \
        2>/dev/null | sed -n "s|^'\(.*\)/dists/\(.*\)/InRelease' .*|\1 \2|p" | grep -v '^cdrom:'
}

# rw_apt_mirror SUITE: URI of the archive that holds SUITE, the one with another name for it, or the first.
rw_apt_mirror() {
    rw_apt_sources | awk -v suite="$1" '
        $2 == suite && !exact { exact = $1 }
        $2 ~ /^(stable|oldstable|testing|unstable|sid)$/ && !alias { alias = $1 }
        !first { first = $1 }
        END { print exact ? exact : alias ? alias : first }'
}

# rw_apt_open NAME FAMILY: makes the private apt NAME whose sources are read from stdin, each "deb|deb-src URI SUITE
# COMPONENT...", and fetches its lists. Signatures are checked against the distribution's keyring. Returns apt's status.
rw_apt_open() {
    _apt=$rw_cache/apt/$1
    mkdir -p "$_apt/lists/partial" "$_apt/archives/partial" "$_apt/parts" || return 1
    _keyring=/usr/share/keyrings/$2-archive-keyring.gpg
    _option=
    [ -r "$_keyring" ] && _option="[signed-by=$_keyring]"
    while read -r _type _rest; do
        printf '%s %s %s\n' "$_type" "$_option" "$_rest"
    done >"$_apt/sources.list"
    : >"$_apt/status"
    # Hooks of the system's configuration (docker images have them) would work on the system's own cache.
    cat >"$_apt/apt.conf" <<EOF
Dir::State "$_apt";
Dir::State::lists "$_apt/lists";
Dir::State::status "$_apt/status";
Dir::Cache "$_apt";
Dir::Cache::archives "$_apt/archives";
Dir::Etc::sourcelist "$_apt/sources.list";
Dir::Etc::sourceparts "$_apt/parts";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Pre-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::Contents-deb;
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "3";
EOF
    rw_apt "$1" update
}

# rw_apt NAME ARG...: apt-get of the private apt NAME, in English and without questions.
rw_apt() {
    _apt=$rw_cache/apt/$1
    shift
    LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -q -y -c "$_apt/apt.conf" "$@" </dev/null 9>&-
}

# rw_apt_cache NAME ARG...: apt-cache of the private apt NAME.
rw_apt_cache() {
    _apt=$rw_cache/apt/$1
    shift
    LC_ALL=C apt-cache -q -c "$_apt/apt.conf" "$@" </dev/null 9>&-
}
