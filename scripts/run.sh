#!/usr/bin/env bash
# Builds the program, makes a synthetic county, evaluates it and writes its application forms.
#
#   OUT=folder   where the files go (default out/demo)
#   SEED=number  SCHOOLS=number   another county, a larger one
source "$(dirname "$0")/lib.sh"

scripts/setup.sh run
out="${OUT:-out/demo}"

say "→ 编译 building（首次约需几分钟 some minutes the first time）"
cargo build --locked --release --package junheng-app --bin junheng
junheng="${CARGO_TARGET_DIR:-target}/release/junheng"

say "→ 生成示例县 making the demo county"
"$junheng" demo --out "$out" ${SEED:+--seed "$SEED"} ${SCHOOLS:+--schools "$SCHOOLS"}

say "→ 测评 evaluating"
"$junheng" evaluate "$out"/template/*.xlsx --forms "$out/forms.xlsx" --json "$out/evaluation.json"

say ""
say "✓ 完成 done"
say "  申报表 forms:      $out/forms.xlsx"
say "  测评结果 result:   $out/evaluation.json"
say "  示例数据 data:     $out"
