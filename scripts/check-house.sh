#!/usr/bin/env bash
# Rules of the house that no lint knows (CONTRIBUTING.md, "Changing the program").
source "$(dirname "$0")/lib.sh"

limit=600
bad=0

# Says what is wrong, for each line of standard input.
complain() {
    local line
    while IFS= read -r line; do
        say "$line: $1"
        bad=$((bad + 1))
    done
}

mapfile -t sources < <(find crates fuzz -name target -prune -o -name '*.rs' -print 2>/dev/null | sort)
[ "${#sources[@]}" -gt 0 ] || stop "没有找到源文件 no sources found"

complain "超过 $limit 行，里面可能有两件事 longer than $limit lines" \
    < <(awk -v limit=$limit 'FNR == limit + 1 { print FILENAME }' "${sources[@]}")
complain "用 #[expect(…, reason = …)],不用 #[allow] use #[expect] with a reason" \
    < <(grep -nE '#!?\[allow\(' "${sources[@]}")
complain "没有做完的地方 unfinished" \
    < <(grep -nE '\b(todo|unimplemented)!|\b(TODO|FIXME|XXX)\b|#\[ignore' "${sources[@]}")

[ "$bad" -eq 0 ] || stop "$bad 处不合约定 places"
