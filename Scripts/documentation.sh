#!/usr/bin/env bash
# Writes the documentation of all library targets as one web site: .build/documentation/Optimist.
# A target's pages are its doc comments and, where it has one, its catalogue: <Target folder>/*.docc.
# Any warning, such as a link that leads nowhere, is an error. Symbols of another target are linked
# by their full path: ``/OptimistCore/Bound``.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

output=.build/documentation

# One line for each library target written in Swift: its module, its folder, and the modules that
# it can reach; a target comes after those that it reaches.
list_targets() {
    swift package describe --type json | "${OPTIMIST_PYTHON:-.deps/python/bin/python}" -c '
import graphlib, json, sys

targets = {t["name"]: t for t in json.load(sys.stdin)["targets"] if t["type"] == "library"}
known = {n: set(t.get("target_dependencies", ())) & set(targets) for n, t in targets.items()}
reached = {}
for name in graphlib.TopologicalSorter(known).static_order():
    reached[name] = known[name].union(*(reached[other] for other in known[name]))
    if targets[name]["module_type"] == "SwiftTarget":
        swift = [n for n in reached[name] if targets[n]["module_type"] == "SwiftTarget"]
        print(targets[name]["c99name"], targets[name]["path"], *sorted(swift))
'
}

# Where the compiler finds the modules that a module imports: those in Swift beside it, those in C
# through their module maps.
list_import_options() {
    local map
    printf '%s\n' -I "$built/Modules"
    for map in "$built"/*.build/module.modulemap; do
        printf '%s\n' -Xcc "-fmodule-map-file=$map"
    done
    for map in .build/checkouts/*/Sources/*/{,include/}module.modulemap; do
        [[ ! -e $map ]] || printf '%s\n' -I "$(dirname "$map")"
    done
}

# The documentation of one module, from what the compiler stored beside it.
convert() {
    local module=$1 folder=$2 catalogue archive dependencies=()
    shift 2
    for archive in "$@"; do
        # One that could not be written is reported already.
        archive=$output/$archive.doccarchive
        [[ ! -d $archive ]] || dependencies+=(--dependency "$archive")
    done
    catalogue=$(find "$folder" -maxdepth 1 -name '*.docc')
    mkdir -p "$output/symbols/$module"
    swift symbolgraph-extract -module-name "$module" -target "$target" "${imports[@]}" \
        -minimum-access-level public -skip-synthesized-members -emit-extension-block-symbols \
        -output-dir "$output/symbols/$module" || return
    docc convert ${catalogue:+"$catalogue"} \
        --additional-symbol-graph-dir "$output/symbols/$module" \
        --fallback-display-name "$module" --fallback-bundle-identifier "$module" \
        --enable-experimental-external-link-support ${dependencies[@]+"${dependencies[@]}"} \
        --warnings-as-errors --output-path "$output/$module.doccarchive" 2>&1 | sed '/^$/d'
}

built=$(swift build -c release --show-bin-path)
target=$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)".*/\1/p')
mapfile -t imports < <(list_import_options)

rm -rf "$output"
mkdir -p "$output"
archives=() failed=()
while read -r module folder reached; do
    echo "documentation: $module"
    # shellcheck disable=SC2086  # the modules that it reaches are separate words
    convert "$module" "$folder" $reached || failed+=("$module")
    archives+=("$output/$module.doccarchive")
done < <(list_targets)
[[ ${#archives[@]} -gt 0 ]] || { echo "documentation: no target was found" >&2 && exit 70; }
[[ ${#failed[@]} == 0 ]] || { echo "documentation: to mend: ${failed[*]}" >&2 && exit 65; }

docc merge "${archives[@]}" --synthesized-landing-page-name Optimist --output-path "$output/Optimist"
# Their content is in the merged site.
rm -rf "${archives[@]}" "$output/symbols"
echo "documentation: $output/Optimist (see it with: python3 -m http.server -d $output/Optimist)"
