#!/usr/bin/env bash
# Packs a release: the program without shared libraries, its manual pages and completions, licences, README, the book and CITATION.cff.
# Prints the path of the archive on standard output, all else on standard error.
#
#   bash packaging/release.sh [FOLDER]     the archive goes to FOLDER (default: archives/ in the target folder)
#
# Unpacked anywhere it is complete; unpacked over /usr/local or ~/.local, `potts`, `man potts` and completions work at once. Asks no
# questions and may be repeated. Needs what build_static.sh needs, and python3.
set -euo pipefail

start_folder="$PWD"
# shellcheck source=packaging/build_static.sh
source "$(dirname "${BASH_SOURCE[0]}")/build_static.sh"
out="${1:-$(cd "$target_folder" && pwd)/archives}"
case "$out" in
    /*) ;;
    *) out="$start_folder/$out" ;;
esac

potts="$(build_static_main)"
name="potts-$("$potts" --version | cut -d ' ' -f 2)-${host/-unknown/}"
staging="$(mktemp -d)"
trap 'rm -rf "$staging"' EXIT
mkdir -p "$out" "$staging/$name/bin"
install -m 755 "$potts" "$staging/$name/bin/potts"
stage_share "$potts" "$staging/$name/share"
install -m 644 LICENSE README.md CHANGELOG.md CITATION.cff "$staging/$name/share/doc/potts"
# What README links to.
install -D -m 644 -t "$staging/$name/share/doc/potts/docs" docs/*.md
install -D -m 644 -t "$staging/$name/share/doc/potts/data" data/README.md data/contact_map.svg
chmod -R u=rwX,go=rX "$staging/$name"

# The same files give the same archive: no owners, no times, one order.
tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$staging" "$name" \
    | gzip -9n >"$out/$name.tar.gz.partial"
mv -f "$out/$name.tar.gz.partial" "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
say "$(du -h "$out/$name.tar.gz" | cut -f 1) packed"
echo "$out/$name.tar.gz"
