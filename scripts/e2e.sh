#!/usr/bin/env bash
# The pages in a real Chromium.
#
#   scripts/e2e.sh story     the whole story against the real program; pictures in target/e2e
#   scripts/e2e.sh walks     every page against the stand-in of the server; pictures in web/out
#
# CHROMIUM names another browser of the Chromium family.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh browser
PATH="$node/bin:$PATH"
scripts/web.sh build
CHROMIUM="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
export CHROMIUM

case "${1:-story}" in
story)
    cargo build --locked --quiet --package junheng-app --bin junheng
    export JUNHENG="${CARGO_TARGET_DIR:-$PWD/target}/debug/junheng"
    cd e2e
    if [ ! -e node_modules/.complete ] || [ package-lock.json -nt node_modules/.complete ]; then
        say "→ 安装浏览器测试所需的包 installing the packages of the browser test"
        npm install --no-save --no-fund --no-audit --loglevel=error
        touch node_modules/.complete
    fi
    ../web/node_modules/.bin/prettier --log-level warn --config ../web/.prettierrc.json --check .
    timeout 900 npm run --silent story
    ;;
walks)
    cd web
    timeout 600 npm run --silent e2e
    ;;
*) stop "用法 usage: scripts/e2e.sh story|walks" ;;
esac
