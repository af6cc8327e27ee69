#!/usr/bin/env bash
# The web application.
#
#   scripts/web.sh build     makes web/dist, which the program is built with
#   scripts/web.sh check     types, lints, layout, unit tests, and the build with its budget
source "$(dirname "$0")/lib.sh"

scripts/setup.sh web
PATH="$node/bin:$PATH"
cd web

# Packages are installed anew where the lock file is newer than what was installed by it.
if [ ! -e node_modules/.complete ] || [ package-lock.json -nt node_modules/.complete ]; then
    say "→ 安装网页所需的包 installing the packages of the web application"
    # Not `npm ci`: it refuses a lock file that lacks packages of other platforms.
    npm install --no-save --no-fund --no-audit --loglevel=error
    touch node_modules/.complete
fi

case "${1:-build}" in
build)
    say "→ 生成网页 building the web application"
    npm run --silent build
    ;;
check)
    npm run --silent check
    npm run --silent test
    npm run --silent build
    ;;
*) stop "用法 usage: scripts/web.sh build|check" ;;
esac
