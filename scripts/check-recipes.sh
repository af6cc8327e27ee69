#!/usr/bin/env bash
# The packs that CONTRIBUTING.md shows must load, and their examples must hold: writes each block
# whose fence names a file into a folder and tests the standards found there.
#
#   scripts/check-recipes.sh COMMAND…   the command that runs the program
source "$(dirname "$0")/lib.sh"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

awk -v folder="$folder" '
    /^ *```toml [^ ]+$/ {
        file = folder "/" $2
        path = file; sub(/\/[^\/]*$/, "", path); system("mkdir -p \"" path "\"")
        next
    }
    /^ *```/ { file = ""; next }
    file != "" { sub(/^   /, ""); print > file }
' CONTRIBUTING.md

for standard in "$folder"/standards/*/; do
    [ -d "$standard" ] || stop "CONTRIBUTING.md 中没有标准 shows no standard"
    "$@" standard test "$(basename "$standard")" --packs "$folder"
done
