#!/usr/bin/env bash
# Every check of the project, one after the other; all of them run even where one has failed, and
# the table at the end says which.
#
#   scripts/test.sh all      what CI runs
#   scripts/test.sh quick    without tests and documentation
source "$(dirname "$0")/lib.sh"

scope="${1:-all}"
scripts/setup.sh test

# A test never accepts a changed snapshot by itself, and a run leaves no half-built state to trust.
export INSTA_UPDATE=no
# The same cases of every property each time: a change answers for what it changed. New cases are
# looked for by scripts/hunt.sh, and what it finds becomes a test of its own (decision 012).
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-20261}"
if [ -n "${CI:-}" ]; then export CARGO_INCREMENTAL=0 CARGO_TERM_PROGRESS_WHEN=never; fi

passed=0 failed=0 skipped=0
table=""

# Adds a line to the table at the end.
note() { table+=$(printf '%s %4d s  %s' "$1" "$3" "$2")$'\n'; }

# check NAME COMMAND…: runs a command; 77 is its word for "could not be done here".
check() {
    local name=$1 start=$SECONDS status=0
    shift
    say "── $name"
    "$@" || status=$?
    case $status in
    0) passed=$((passed + 1)) && note "✓" "$name" $((SECONDS - start)) ;;
    77) skipped=$((skipped + 1)) && note "–" "${name}（未执行 skipped）" $((SECONDS - start)) ;;
    *) failed=$((failed + 1)) && note "✗" "$name" $((SECONDS - start)) ;;
    esac
}

tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --locked --workspace ${CI:+--profile ci}
    else
        cargo test --locked --workspace --lib --bins --tests
    fi
}

documentation() {
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
}

junheng=(cargo run --locked --quiet --package junheng-app --bin junheng --)

# Known vulnerabilities need a database from the network; where it cannot be had this is said, and
# a vulnerability that is found still fails.
advisories() {
    local log status=0
    log=$(timeout 120 "$cargo_deny/bin/cargo-deny" --locked check advisories 2>&1) || status=$?
    printf '%s\n' "$log" >&2
    if [ $status -eq 124 ] || grep -q 'failed to fetch advisory database' <<<"$log"; then
        say "安全公告库无法下载，本次没有核对。The advisory database cannot be reached: not checked."
        return 77
    fi
    return $status
}

# Fifty counties planned by this program and by another solver; see tests/oracle.
oracle() {
    cargo run --locked --quiet --package junheng-invest --example oracle_cases -- \
        target/oracle/cases.json &&
        "$scip/bin/python" tests/oracle/plan_oracle.py target/oracle/cases.json
}

# The real server asked whatever its OpenAPI document allows and forbids; see tests/schemathesis.
conformance() {
    cargo build --locked --quiet --package junheng-app &&
        "$schemathesis/bin/python" tests/schemathesis/conform.py \
            "${CARGO_TARGET_DIR:-target}/debug/junheng"
}

# A thousand random markets assigned by this program and by a reference implementation.
markets() {
    cargo run --locked --quiet --package junheng-staffing --example oracle_markets -- \
        target/oracle/markets.json &&
        "$matching/bin/python" tests/oracle/markets_oracle.py target/oracle/markets.json
}

check "格式 format" cargo fmt --all --check
check "静态检查 clippy" cargo clippy --locked --workspace --all-targets --quiet -- -D warnings
check "拼写 spelling" "$typos/bin/typos" --hidden
check "脚本 shell scripts" shellcheck scripts/*.sh .ci/run
check "网页 web application" scripts/web.sh check
check "文档链接 links" scripts/check-links.sh
check "约定 house rules" scripts/check-house.sh
check "未用依赖 unused dependencies" "$cargo_machete/bin/cargo-machete" crates fuzz/entries
check "许可与依赖 licences, bans, sources" "$cargo_deny/bin/cargo-deny" --locked check licenses bans sources
if [ "$scope" = all ]; then
    check "安全公告 advisories" advisories
    check "测试 tests" tests
    check "文档示例 doc tests" cargo test --locked --workspace --doc --quiet
    check "文档 documentation" documentation
    check "标准自带示例 standard packs' examples" "${junheng[@]}" standard test
    check "规划对照 plans by a second solver" oracle
    check "交流对照 stable assignments by a reference" markets
    check "接口符合文档 API as documented" conformance
    check "网页走查 pages against the stand-in" scripts/e2e.sh walks
    check "浏览器故事 the story in a browser" scripts/e2e.sh story
    check "贡献指南中的规则包 packs in CONTRIBUTING" scripts/check-recipes.sh "${junheng[@]}"
fi

say ""
printf '%s' "$table" >&2
printf 'checks: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
