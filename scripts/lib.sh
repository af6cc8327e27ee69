# shellcheck shell=bash
# What every script of this folder shares; sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A shell that is no login shell may not have rustup's folder on its path.
case ":$PATH:" in *":$HOME/.cargo/bin:"*) ;; *) PATH="$HOME/.cargo/bin:$PATH" ;; esac
export PATH

# Tools of the checks, each in a folder named by its version: a version that is there is not
# installed again. A machine that runs many clones may point JUNHENG_TOOLS at a folder of its own.
tools="${JUNHENG_TOOLS:-$PWD/.tools}"
export typos="$tools/typos-1.52.0"
export node="$tools/node-20.20.2"
export scip="$tools/pyscipopt-6.3.0"
export schemathesis="$tools/schemathesis-4.32.5"
export matching="$tools/matching-1.4.3"
export cargo_deny="$tools/cargo-deny-0.20.2"
export cargo_machete="$tools/cargo-machete-0.9.2"
export cargo_fuzz="$tools/cargo-fuzz-0.13.2"

say() { printf '%s\n' "$*" >&2; }

# Says what is wrong and what to do, and stops.
stop() {
    say "✗ $*"
    exit 1
}
