#!/usr/bin/env bash
# Makes the machine ready for one of the project's commands, and does nothing where it is ready.
#
#   scripts/setup.sh run     Rust, and what the solver HiGHS is built with (C++, cmake, libclang):
#                            enough to build and run
#   scripts/setup.sh web     Node.js, which the pages are built with
#   scripts/setup.sh browser and Chromium with Chinese letters, in which the pages are tested
#   scripts/setup.sh test    all of these and the tools of the checks
#   scripts/setup.sh fuzz    and cargo-fuzz
#
# Missing Debian packages are installed where that needs no question (root, or sudo without a
# password); elsewhere the line to type is printed and the script ends with exit code 1.
source "$(dirname "$0")/lib.sh"

purpose="${1:-run}"

need_rust() {
    local wanted found
    command -v cargo >/dev/null ||
        stop "没有找到 cargo：请用 rustup 安装 Rust（Debian 自带的版本太旧）。cargo not found: install Rust with rustup."
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    found=$(cargo --version | cut -d' ' -f2)
    [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
        stop "Rust $found 太旧，需要 $wanted 以上：请运行 rustup update。Rust $wanted or newer is needed."
}

# libclang reads the C headers of HiGHS. It is looked for where its Debian package and others put
# it, or where LIBCLANG_PATH says.
has_libclang() {
    local folder
    [ -n "${LIBCLANG_PATH:-}" ] && return
    for folder in '/usr/lib/llvm*/lib' '/usr/lib*' '/usr/lib/*'; do
        # Not libclang-cpp, which bindgen cannot use.
        compgen -G "$folder/libclang.so*" >/dev/null && return
        compgen -G "$folder/libclang-[0-9]*.so*" >/dev/null && return
    done
    return 1
}

# A browser of the Chromium family: on the path, or where CHROMIUM says.
has_chromium() {
    [ -x "${CHROMIUM:-}" ] || command -v chromium >/dev/null ||
        command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

# Letters that Chinese can be shown with; without them the pictures are empty squares.
has_chinese() {
    compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null ||
        { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn file)" ]; }
}

# The Debian packages that are missing for the purpose, one a line.
missing_packages() {
    command -v cc >/dev/null || echo build-essential
    command -v c++ >/dev/null || echo g++
    command -v cmake >/dev/null || echo cmake
    has_libclang || echo libclang-dev
    { [ "$purpose" = run ] || [ "$purpose" = web ]; } && return
    has_chromium || echo chromium
    has_chinese || echo fonts-noto-cjk
    [ "$purpose" = browser ] && return
    command -v shellcheck >/dev/null || echo shellcheck
    # The store is tested on PostgreSQL too; its programs need not be on the path.
    command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
        echo postgresql
    python3 -c 'import venv, ensurepip' 2>/dev/null || echo python3-venv
    # Documents are opened, printed and looked at. Other parts of LibreOffice do not read docx.
    compgen -G '/usr/lib/libreoffice/program/libswlo.so' >/dev/null || echo libreoffice-writer
    command -v pdftotext >/dev/null || echo poppler-utils
    compgen -G '/usr/share/fonts/opentype/noto/NotoSerifCJK*' >/dev/null || echo fonts-noto-cjk
}

install_packages() {
    local -a as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo -n)
        if ! command -v apt-get >/dev/null || ! sudo -n true 2>/dev/null; then
            stop "缺少系统软件包，请先运行（please run）：sudo apt-get install -y $*"
        fi
    elif ! command -v apt-get >/dev/null; then
        stop "缺少系统软件包，本机没有 apt-get，请自行安装（please install）：$*"
    fi
    say "→ 安装系统软件包 installing: $*"
    local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q
        -o DPkg::Lock::Timeout=120)
    # The lists of a mirror may change while they are read: one more try.
    "${apt[@]}" update >/dev/null || { sleep 5 && "${apt[@]}" update >/dev/null; } ||
        say "  apt-get update 未成功，用已有的软件包列表继续"
    "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null ||
        stop "系统软件包安装失败，请手动运行（please run）：sudo apt-get install -y $*"
}

# The spelling checker, as a ready binary inside a Python package.
need_typos() {
    [ -x "$typos/bin/typos" ] && return
    say "→ 安装拼写检查 installing typos"
    python3 -m venv "$typos"
    "$typos/bin/pip" install --quiet --disable-pip-version-check "typos==${typos##*-}"
}

# The second solver, SCIP, which plans are compared with; its Python package contains it.
need_scip() {
    [ -e "$scip/complete" ] && return
    say "→ 安装对照求解器 installing SCIP"
    python3 -m venv "$scip"
    "$scip/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement tests/oracle/requirements.txt
    touch "$scip/complete"
}

# Schemathesis, which asks the server whatever its document allows and forbids.
need_schemathesis() {
    [ -e "$schemathesis/complete" ] && return
    say "→ 安装接口检查 installing schemathesis"
    python3 -m venv "$schemathesis"
    "$schemathesis/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement tests/schemathesis/requirements.txt
    touch "$schemathesis/complete"
}

# The reference implementation of stable assignments, which those of rotations are compared with.
need_matching() {
    [ -e "$matching/complete" ] && return
    say "→ 安装对照实现 installing matching"
    python3 -m venv "$matching"
    "$matching/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement tests/oracle/matching.txt
    touch "$matching/complete"
}

# Node.js as new as the pages' tools ask for; where the machine's is older, from the package registry
# that its npm knows. The folder $node/bin stands before the path of scripts/web.sh either way.
need_node() {
    local minor="process.versions.node.split('.').map(Number)"
    if command -v node >/dev/null && command -v npm >/dev/null &&
        node -e "const [a, b] = $minor; process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)"; then
        return
    fi
    [ -x "$node/bin/node" ] && return
    command -v npm >/dev/null || install_packages npm
    say "→ 安装 Node.js installing Node.js ${node##*-}"
    npm install --silent --prefix "$node" "node@${node##*-}" npm@10
    mkdir -p "$node/bin"
    ln -sf ../node_modules/.bin/node ../node_modules/.bin/npm ../node_modules/.bin/npx "$node/bin/"
}

# A cargo tool, built without the optimisations that its short runs do not need.
need_cargo_tool() {
    local folder=$1 name version
    shift
    version=${folder##*-}
    name=$(basename "${folder%-*}")
    [ -x "$folder/bin/$name" ] && return
    say "→ 编译工具 building $name ${version}（只做一次 once）"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
        cargo install --quiet --locked --root "$folder" "$@" "$name@$version"
}

need_rust
mapfile -t packages < <(missing_packages)
[ "${#packages[@]}" -eq 0 ] || install_packages "${packages[@]}"

case "$purpose" in
run) ;;
web | browser) need_node ;;
test)
    need_node
    need_typos
    need_scip
    need_matching
    need_schemathesis
    need_cargo_tool "$cargo_machete"
    need_cargo_tool "$cargo_deny" --no-default-features
    ;;
fuzz) need_cargo_tool "$cargo_fuzz" ;;
*) stop "用法 usage: scripts/setup.sh run|web|browser|test|fuzz" ;;
esac
