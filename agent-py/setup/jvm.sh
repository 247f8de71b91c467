# shellcheck shell=sh
# How the JVM is started. Most runs are short, so starting counts: classes come from a class data sharing archive that
# is made once per jar and Java. Needs lib.sh, java.sh.

# rw_jvm_archive_path: path of the archive for this jar and this Java.
rw_jvm_archive_path() {
    _jar=$(rw_jar_path)
    printf '%s/jvm/%s.jsa\n' "$rw_cache" "$(rw_identity "$_jar" "$rw_java_home/bin/java")"
}

# rw_jvm_make_archive TARGET: records the classes that a run of a small program needs. Without an archive everything
# works, only slower: a failure is logged and otherwise kept quiet. Called under the lock "jvm".
rw_jvm_make_archive() {
    [ -e "$1" ] && return 0
    rw_make_cache jvm
    _log=$(rw_log jvm) || return 0
    _scratch=$(mktemp -d "$rw_cache/jvm/.training.XXXXXX") || return 0
    trap 'rm -rf "$_scratch"' EXIT
    (
        # A run like any other, of an example that races.
        export RACEWITNESS_HOME="$rw_home" RACEWITNESS_PYTHON="$rw_python" RACEWITNESS_AGENT_PATH="$rw_agent_path"
        cd "$_scratch" || exit
        # The options are words on purpose.
        # shellcheck disable=SC2086
        "$rw_java_home/bin/java" $rw_jvm_options -XX:ArchiveClassesAtExit=new.jsa -jar "$(rw_jar_path)" \
            run --html html --json report.json -- "$rw_python" "$rw_home/examples/racy/counter.py"
    ) </dev/null >>"$_log" 2>&1 9>&-
    if [ -s "$_scratch/new.jsa" ]; then
        find "$rw_cache/jvm" -name '*.jsa' -mtime +30 -exec rm -f {} + 2>/dev/null
        mv "$_scratch/new.jsa" "$1"
    fi
}

# rw_jvm_prepare SUBCOMMAND: sets rw_jvm_options, words for `java`, and rw_jvm_archive, the archive to use or nothing.
rw_jvm_prepare() {
    rw_jvm_options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    case $1 in
        # Analysis of a big trace is what the optimising compiler and the other processors are for. Inlining less saves
        # it a third of a second for each start, and the compiled code is as fast.
        analyze | bench | serve) rw_jvm_options="-XX:+UseParallelGC -XX:FreqInlineSize=120" ;;
    esac
    rw_jvm_options="$rw_jvm_options -XX:-UsePerfData"
    # The traced command inherits this process's limits: the JVM is not to raise the number of open files.
    [ "$1" = serve ] || rw_jvm_options="$rw_jvm_options -XX:-MaxFDLimit"
    # A stale archive is no reason to talk: the JVM then starts without it.
    rw_jvm_options="$rw_jvm_options -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off"
    rw_jvm_archive=$(rw_jvm_archive_path)
    case $1 in
        run | record) [ -e "$rw_jvm_archive" ] || rw_locked jvm rw_jvm_make_archive "$rw_jvm_archive" ;;
    esac
    [ -e "$rw_jvm_archive" ] || rw_jvm_archive=
}
