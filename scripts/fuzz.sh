#!/usr/bin/env bash
# Runs every fuzz target for a number of seconds, beginning from its checked-in corpus.
#
#   scripts/fuzz.sh SECONDS [TARGET…]
source "$(dirname "$0")/lib.sh"

scripts/setup.sh fuzz
seconds="${1:-60}"
[ $# -eq 0 ] || shift
PATH="$cargo_fuzz/bin:$PATH"

# libFuzzer's instrumentation is not yet in stable Rust; the compiler is told to offer it.
export RUSTC_BOOTSTRAP=1
if [ $# -eq 0 ]; then
    mapfile -t found < <(cargo fuzz list)
    set -- "${found[@]}"
fi
for target in "$@"; do
    say "── ${target}（${seconds} s）"
    cargo fuzz run --sanitizer none "$target" -- "-max_total_time=$seconds" -timeout=25 -rss_limit_mb=2048
done
