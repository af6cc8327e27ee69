#!/usr/bin/env bash
# Runs every property with cases that nobody has tried before. `make test` takes the same cases each
# time, so that a change is answered for by what it changed; here new ones are looked for.
#
#   scripts/hunt.sh [ROUNDS [FILTER]]    FILTER: an expression of nextest, such as package(junheng-demo)
#
# What is found is printed with the smallest input that shows it; it becomes a test of its own.
source "$(dirname "$0")/lib.sh"

rounds="${1:-10}" filter="${2:-all()}"

# The tests that proptest drives: every function within its macro, and every one with a runner.
# shellcheck disable=SC2016  # what awk is given is not for the shell
properties=$(grep -rlE 'proptest! \{|TestRunner::new' crates --include='*.rs' | xargs awk '
    FNR == 1 { depth = 0 }
    depth && match($0, /[^ ]/) == depth && /^ *}$/ { depth = 0 }
    /proptest! \{/ { depth = match($0, /[^ ]/) }
    match($0, /fn [a-z0-9_]+\(/) {
        name = substr($0, RSTART + 3, RLENGTH - 4)
        if (depth) print name
    }
    /TestRunner::new/ { print name }
' | sort -u | paste -sd '|')

unset PROPTEST_RNG_SEED
failed=0
for round in $(seq "$rounds"); do
    say "── 第 $round 轮，共 $rounds 轮 round $round of $rounds"
    cargo nextest run --locked --workspace --status-level fail --final-status-level slow \
        -E "test(/(^|::)($properties)\$/) & ($filter)" || failed=$((failed + 1))
done
say "rounds that found something: $failed of $rounds"
[ "$failed" -eq 0 ]
