#!/usr/bin/env bash
# Builds the program with its pages, makes a synthetic county, evaluates it, writes its application
# forms, and starts the server with the county in it. Ctrl-C ends it.
#
#   OUT=folder                   where the files go (default out)
#   SEED=number SCHOOLS=number   another county, a larger one (of the files, not of the server)
#   LISTEN=127.0.0.1:8086        where the server listens; LISTEN=no: end without it
source "$(dirname "$0")/lib.sh"

scripts/setup.sh run
out="${OUT:-out}"

scripts/web.sh build

say "→ 编译 building（首次约需几分钟 some minutes the first time）"
cargo build --locked --release --package junheng-app --bin junheng
junheng="${CARGO_TARGET_DIR:-target}/release/junheng"

# A county of another size must not mix with the one of the last run; a folder that somebody else
# has named is theirs, and the program itself refuses to write over it.
[ -n "${OUT:-}" ] || rm -rf out/demo
say "→ 生成演示县 making the demo county"
"$junheng" demo --out "$out/demo" ${SEED:+--seed "$SEED"} ${SCHOOLS:+--schools "$SCHOOLS"}

say "→ 评估 evaluating"
"$junheng" evaluate "$out"/demo/template/*.xlsx \
    --forms "$out/forms.xlsx" --json "$out/evaluation.json"

say ""
say "✓ 完成 done"
say "  演示县的工作簿 workbooks of the demo county   $out/demo"
say "  申报表和差距清单 forms and gap list           $out/forms.xlsx"
say "  评估结果 result as JSON                       $out/evaluation.json"
say "  程序 the program                              $junheng --help"

listen="${LISTEN:-127.0.0.1:8086}"
[ "$listen" != no ] || exit 0
say ""
say "→ 启动网页服务，数据在 starting the server, its data in $out/data"
exec "$junheng" serve --data "$out/data" --open-demo --listen "$listen"
