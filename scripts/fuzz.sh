#!/usr/bin/env bash
# Runs fuzz targets for a number of seconds each, beginning from the checked-in corpus.
#
#   scripts/fuzz.sh SECONDS [TARGET…]     no target: all of them
#
# What is found on the way grows in fuzz/target/corpus; an input that breaks the program is written
# to fuzz/artifacts. docs/fuzzing.md says what to do with it.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh fuzz
seconds="${1:-60}"
[ $# -eq 0 ] || shift
PATH="$cargo_fuzz/bin:$PATH"

# libFuzzer's instrumentation is not yet in stable Rust; the compiler is told to offer it.
export RUSTC_BOOTSTRAP=1
if [ $# -eq 0 ]; then
    mapfile -t found < <(cargo fuzz list)
    [ "${#found[@]}" -gt 0 ] || stop "没有模糊测试目标 no fuzz targets found"
    set -- "${found[@]}"
fi
for target in "$@"; do
    say "── ${target}（${seconds} s）"
    grown="fuzz/target/corpus/$target"
    mkdir -p "$grown"
    words=()
    [ ! -f "fuzz/dict/$target.dict" ] || words=("-dict=fuzz/dict/$target.dict")
    # New inputs go to the first folder, so that the seeds stay as they are checked in.
    cargo fuzz run --sanitizer none "$target" "$grown" "fuzz/corpus/$target" -- \
        "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=20000 "${words[@]}"
done
