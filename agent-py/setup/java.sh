# shellcheck shell=sh
# Finds a Java 17 or newer and keeps the runnable jar up to date. Needs lib.sh and $rw_home, the checkout.

RW_JAVA_FLOOR=17

# rw_java_version HOME: the feature number ("17") of the Java installed there, from its release file, else by asking it.
rw_java_version() {
    _version=
    if [ -r "$1/release" ]; then
        while IFS='="' read -r _key _ _value _; do
            [ "$_key" != JAVA_VERSION ] || _version=$_value
        done <"$1/release"
    fi
    [ -n "$_version" ] || _version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
    _version=${_version#1.}
    printf '%s\n' "${_version%%[!0-9]*}"
}

# rw_find_java: sets rw_java_home. Looks at $JAVA_HOME, then at the PATH. Returns 1, with the reason in rw_java_problem.
rw_find_java() {
    rw_java_home= rw_java_problem=
    if [ -n "${JAVA_HOME:-}" ]; then
        if [ -x "$JAVA_HOME/bin/java" ]; then
            rw_java_home=$JAVA_HOME
            rw_java_feature=$(rw_java_version "$JAVA_HOME")
            [ "${rw_java_feature:-0}" -ge "$RW_JAVA_FLOOR" ] && return 0
            rw_java_problem="JAVA_HOME=$JAVA_HOME is Java ${rw_java_feature:-of an unknown version}"
        else
            rw_java_problem="JAVA_HOME=$JAVA_HOME holds no bin/java"
        fi
    fi
    if rw_have java; then
        rw_java_home=$(rw_real_path "$(command -v java)")
        rw_java_home=${rw_java_home%/bin/java}
        rw_java_feature=$(rw_java_version "$rw_java_home")
        [ "${rw_java_feature:-0}" -ge "$RW_JAVA_FLOOR" ] && return 0
        rw_java_problem="${rw_java_problem:+$rw_java_problem, }java on the PATH is"
        rw_java_problem="$rw_java_problem Java ${rw_java_feature:-of an unknown version}"
    fi
    rw_java_home=
    rw_java_problem=${rw_java_problem:-there is no java on the PATH}
    return 1
}

# rw_java_remedy: the command that installs a JDK.
rw_java_remedy() {
    if rw_have apt-get; then
        echo "apt-get install openjdk-17-jdk-headless"
    else
        echo "install a JDK $RW_JAVA_FLOOR or newer and set JAVA_HOME to it"
    fi
}

# rw_maven_remedy: the command that installs Maven.
rw_maven_remedy() {
    if rw_have apt-get; then
        echo "apt-get install maven"
    else
        echo "install Maven 3.8 or newer"
    fi
}

# rw_jar_path: where the runnable jar is or will be.
rw_jar_path() {
    printf '%s\n' "${RACEWITNESS_JAR:-$rw_home/collector/target/racewitness.jar}"
}

# rw_jar_is_current: is there a jar that is newer than everything that it is made of? One named by $RACEWITNESS_JAR is
# taken as it is.
rw_jar_is_current() {
    _jar=$(rw_jar_path)
    [ -f "$_jar" ] || return 1
    [ -z "${RACEWITNESS_JAR:-}" ] || return 0
    _newer=$(find "$rw_home/pom.xml" "$rw_home/analyzer/pom.xml" "$rw_home/collector/pom.xml" \
        "$rw_home/analyzer/src/main" "$rw_home/collector/src/main" \
        "$rw_home/docs/report-schema-v1.json" -newer "$_jar" -print 2>/dev/null)
    [ -z "$_newer" ]
}

# rw_build_jar: called under the lock "jar".
rw_build_jar() {
    rw_jar_is_current && return 0
    [ -z "${RACEWITNESS_JAR:-}" ] || rw_fail jar-not-built "RACEWITNESS_JAR=$RACEWITNESS_JAR does not exist"
    rw_have mvn ||
        rw_fail maven-missing "racewitness.jar is not built yet and there is no mvn on the PATH: $(rw_maven_remedy)"
    [ -x "$rw_java_home/bin/javac" ] ||
        rw_fail jdk-missing "racewitness.jar is not built yet and $rw_java_home has no compiler: $(rw_java_remedy)"
    _log=$(rw_log jar) || exit
    rw_say "building racewitness.jar with Maven (log: $_log)"
    if ! JAVA_HOME=$rw_java_home mvn -q -B -ntp -Dstyle.color=never -f "$rw_home/pom.xml" \
        -pl collector -am -Dmaven.test.skip=true package </dev/null >"$_log" 2>&1 9>&-; then
        _error=$(grep -E -m 1 '^\[ERROR\] (/|Failed|Plugin|Non-resolvable|Unresolveable)' "$_log" | cut -c 9-300)
        rw_fail jar-not-built "building racewitness.jar failed: $_error (log: $_log)"
    fi
    # Maven leaves a jar alone whose content would not change.
    touch "$(rw_jar_path)"
}

# rw_ensure_jar: returns when the jar is there and current.
rw_ensure_jar() {
    rw_jar_is_current && return 0
    rw_locked jar rw_build_jar || exit
}
