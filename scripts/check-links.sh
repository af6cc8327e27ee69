#!/usr/bin/env bash
# Every relative link of a Markdown file must lead to a file of the project, and an anchor inside
# the same file to one of its headings.
source "$(dirname "$0")/lib.sh"

# The targets of the links of a file as `line target`, code left out.
targets() {
    awk '
        /^ *```/ { code = !code }
        code { next }
        {
            gsub(/`[^`]*`/, "")
            while (match($0, /\]\([^)]*\)/)) {
                print FNR, substr($0, RSTART + 2, RLENGTH - 3)
                $0 = substr($0, RSTART + RLENGTH)
            }
        }' "$1"
}

# The anchors that a forge makes of the headings of a file, one a line.
anchors() {
    sed -nE '/^#{1,6} /{ s/^#+ +//; s/`//g; s/[][!"#$%&'"'"'()*+,.\/:;<=>?@^{|}~、,。：；（）“”…]//g; s/ /-/g; p; }' "$1" |
        tr '[:upper:]' '[:lower:]'
}

broken=0
while IFS= read -r file; do
    while read -r line target; do
        case "$target" in
        http://* | https://* | mailto:*) continue ;;
        esac
        path=${target%%#*}
        whole="$(dirname "$file")/$path"
        [ -n "$path" ] || whole=$file
        if [ ! -e "$whole" ]; then
            say "$file:$line: 链接的文件不存在 no such file: $target"
            broken=$((broken + 1))
        elif [[ "$target" == *#* && "$whole" == *.md ]] &&
            ! anchors "$whole" | grep -qxF -- "${target#*#}"; then
            say "$file:$line: 链接的标题不存在 no such heading: $target"
            broken=$((broken + 1))
        fi
    done < <(targets "$file")
done < <(find . -name '*.md' -not -path './target/*' -not -path './.tools/*' \
    -not -path './out/*' -not -path './fuzz/target/*' -not -path '*/node_modules/*' | sort)
[ "$broken" -eq 0 ] || stop "$broken 个链接失效 broken links"
