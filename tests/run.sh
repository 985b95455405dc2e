#!/usr/bin/env bash
# Builds, and runs every test. Works on a bare Debian 12, as root or with sudo.
#
#   tests/run.sh               all levels, of the programs as shipped
#   tests/run.sh --quick       unit, script, contract, tidy
#   tests/run.sh --nightly     what takes long too, and both sanitizers: four times the time
#   tests/run.sh --only LABEL  one of: unit script contract sim broker e2e tidy long asan tsan
#
# The last line is "N passed, N failed"; the exit code is 0 only when nothing failed. Logs: build/test-logs/.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly all_labels=(unit script contract tidy sim broker e2e)
readonly nightly_labels=("${all_labels[@]}" long)
readonly quick_labels=(unit script contract tidy)
declare -rA sanitized_labels=([asan]="unit script contract sim" [tsan]="threads unit script contract sim")
readonly logs=build/test-logs
jobs=$(nproc)
labels=("${all_labels[@]}")
sanitizers=()
passed=0
failed=0
child=
summary=()

usage() {
    sed -n '2,9s/^# \{0,1\}//p' tests/run.sh
}

has_word() {
    local word=$1 each
    shift
    for each; do [[ $each == "$word" ]] && return 0; done
    return 1
}

while (($#)); do
    case $1 in
    --quick) labels=("${quick_labels[@]}") ;;
    --nightly) labels=("${nightly_labels[@]}") sanitizers=(asan tsan) ;;
    --only)
        if has_word "${2-}" "${nightly_labels[@]}"; then
            labels=("$2")
        elif has_word "${2-}" asan tsan; then
            labels=() sanitizers=("$2")
        else
            usage >&2
            exit 2
        fi
        shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
    shift
done

# Stops what this script itself started, by its process id.
stop_child() {
    [[ -n $child ]] && kill -- "-$child" 2>/dev/null
    echo "interrupted: $passed passed, $failed failed"
    exit 130
}
trap stop_child INT TERM
# Each stage in a process group of its own, so that all of it can be stopped.
set -m

# failures LOG: what the tests that failed have said, which ctest prints in the midst of those that passed.
failures() {
    awk '/^ *[0-9]+\/[0-9]+ Test +#/ { is_shown = /\*\*\*/ } /^ *Start +[0-9]+:/ { next } is_shown' "$1" | head -n 400
}

# stage NAME LOG COMMAND…: shows the last line of the log now and then, and the end of it when it fails.
stage() {
    local name=$1 log=$2 started=$SECONDS code=0 shown=$SECONDS
    shift 2
    printf '==> %s\n' "$name"
    "$@" >"$log" 2>&1 &
    child=$!
    while kill -0 "$child" 2>/dev/null; do
        sleep 0.2
        if ((SECONDS - shown >= 15)); then
            shown=$SECONDS
            printf '    %4d s  %s\n' $((SECONDS - started)) "$(tail -n 1 "$log" | cut -c 1-110)"
        fi
    done
    wait "$child" || code=$?
    child=
    summary+=("$(printf '%-32s %5d s  %s' "$name" $((SECONDS - started)) "$( ((code == 0)) && echo ok || echo FAILED)")")
    printf '    %s\n' "${summary[-1]}"
    if ((code != 0)); then
        failures "$log"
        tail -n 60 "$log"
    fi
    return $code
}

# A command that came in another way is as good as its package.
missing_packages() {
    local package
    while read -r package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            command -v "$package" >/dev/null || echo "$package"
    done < <(grep -Ev '^(#|[[:space:]]*$)' deploy/packages.txt)
}

install_packages() {
    local packages as_root=()
    mapfile -t packages < <(missing_packages)
    ((${#packages[@]} == 0)) && return 0
    ((EUID == 0)) || as_root=(sudo)
    echo "installing: ${packages[*]}"
    "${as_root[@]}" apt-get update -q
    # The tests start RabbitMQ nodes of their own: the package is asked not to start one.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends "${packages[@]}"
}

# The thread sanitizer of gcc 12 cannot live with the many random address bits of newer kernels.
without_random_addresses() {
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        setarch "$(uname -m)" -R "$@"
    else
        "$@"
    fi
}

configure_and_build() {
    local preset=$1
    shift
    cmake --preset "$preset" -DLGSP_WERROR=ON
    without_random_addresses cmake --build "build/$preset" -j "$jobs" "$@"
}

# build PRESET TARGETS…: a tree that does not build is one failure.
build() {
    local preset=$1
    shift
    local targets=() target
    for target; do targets+=(--target "$target"); done
    stage "build $preset" "$logs/build-$preset.log" configure_and_build "$preset" "${targets[@]}" && return 0
    failed=$((failed + 1))
    return 1
}

# count LOG: adds up ctest's "98% tests passed, 2 tests failed out of 100".
count() {
    local line total=0 bad=0
    line=$(grep -E 'tests passed, [0-9]+ tests? failed out of [0-9]+' "$1" | tail -n 1) || true
    if [[ $line =~ ([0-9]+)\ tests?\ failed\ out\ of\ ([0-9]+) ]]; then
        bad=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    fi
    passed=$((passed + total - bad))
    failed=$((failed + bad))
    # A level that ends badly without saying how has failed as a whole.
    if (($2 != 0 && bad == 0)); then
        failed=$((failed + 1))
    fi
}

# level PRESET LABEL…: what keeps a processor busy counts as two (PROCESSORS in e2e/CMakeLists.txt); what waits, as one.
level() {
    local preset=$1 name=$1 code=0 slots=$jobs pattern
    shift
    pattern=$(IFS='|'; echo "$*")
    [[ $preset == release ]] && name=$* slots=$((2 * jobs))
    stage "$name" "$logs/$preset-${pattern//|/-}.log" without_random_addresses \
        ctest --test-dir "build/$preset" -L "^($pattern)\$" --no-tests=error --output-on-failure -j "$slots" ||
        code=$?
    count "$logs/$preset-${pattern//|/-}.log" "$code"
}

mkdir -p "$logs"
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

# In the foreground: sudo may ask for a password.
if ! install_packages; then
    echo "$passed passed, 1 failed"
    exit 1
fi
if ((${#labels[@]})) && build release "${labels[@]/#/tests_}" bench; then
    # Together, so that no processor waits for the last test of a level.
    quick=() slow=()
    for label in "${labels[@]}"; do
        if has_word "$label" broker e2e long; then slow+=("$label"); else quick+=("$label"); fi
    done
    ((${#quick[@]} == 0)) || level release "${quick[@]}"
    ((${#slow[@]} == 0)) || level release "${slow[@]}"
fi
# What a seed shows it shows without a sanitizer too: the level sim has run many times as many.
export LGSP_SIM_SEEDS=60
for sanitizer in ${sanitizers[@]+"${sanitizers[@]}"}; do
    read -ra sanitized <<<"${sanitized_labels[$sanitizer]}"
    if build "$sanitizer" "${sanitized[@]/#/tests_}"; then
        level "$sanitizer" "${sanitized[@]}"
    fi
done

printf '\n'
printf '%s\n' "${summary[@]}"
printf '%-32s %5d s\n' total "$SECONDS"
echo "$passed passed, $failed failed"
((failed == 0))
