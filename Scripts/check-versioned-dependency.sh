#!/usr/bin/env bash
# Checks that another package can depend on Optimist by URL and version, as its users do: the
# sources as they are now become a temporary repository with a version tag, and the package in
# Examples/VersionedDependency is built against it and run.
#
#   check-versioned-dependency.sh           the products that need no LibTorch
#   check-versioned-dependency.sh --torch   the tensors too: the build flags of a versioned
#                                           dependency must reach the executable (takes minutes)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
    '') executables=(RandomEpisode) ;;
    --torch) executables=(RandomEpisode Tensors) ;;
    *) echo "usage: $0 [--torch]" >&2 && exit 64 ;;
esac

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
repository=$work/Optimist

# The user's own settings of git (signing, hooks, templates) have no say in a temporary repository.
git_aside() {
    GIT_CONFIG_COUNT=0 git -C "$repository" -c user.name=check -c user.email=check@localhost \
        -c commit.gpgsign=false -c tag.gpgsign=false -c core.hooksPath=/dev/null "$@"
}

# The files that a commit made now would hold; in a folder without git, all but built ones.
list_sources() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard
    else
        find . -type f -not -path '*/.build/*' -not -path './.deps/*' -not -path './runs/*' -print0
    fi
}

tag_sources() {
    mkdir "$repository"
    list_sources |
        while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done |
        tar --create --null --files-from=- | tar --extract --directory="$repository"
    git_aside init --quiet --template=
    git_aside add --all
    git_aside commit --quiet --message="The sources to check"
    git_aside tag 0.1.0
}

tag_sources
cp -R Examples/VersionedDependency "$work/consumer"
rm -rf "$work/consumer/.build"
export OPTIMIST_URL=file://$repository
libtorch=${LIBTORCH:-$PWD/.deps/torch}
for executable in "${executables[@]}"; do
    # The small products must build with no LibTorch in sight.
    export LIBTORCH=$work/nowhere
    if [[ $executable == Tensors ]]; then LIBTORCH=$libtorch; fi
    swift build --package-path "$work/consumer" --product "$executable" >"$work/log" 2>&1 ||
        { cat "$work/log" >&2 && exit 1; }
    "$(swift build --package-path "$work/consumer" --show-bin-path)/$executable"
done
echo "A package that depends on Optimist by version builds and runs: ${executables[*]}."
