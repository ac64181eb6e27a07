#!/usr/bin/env bash
# Trains PETS on the built-in cart-pole swing-up, evaluates what it learned and draws its learning
# curve. All output goes into the folder demo/. Call it through `make demo`, which builds first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

optimist() { .build/release/optimist "$@"; }

# The value of a key in the JSON object on standard input.
value_of() {
    "${OPTIMIST_PYTHON:-.deps/python/bin/python}" -c \
        'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

mkdir -p demo
echo "Training PETS on cartpole-swingup: an ensemble of networks learns the dynamics, and the"
echo "planner infers the actions that are optimal under it. Ctrl-C stops with a checkpoint."
run=$(optimist train pets --env cartpole-swingup --steps 1000 --seed 0 --runs demo \
    --set run.evaluationEpisodes=3 --format json "$@" |
    value_of run)

echo "Evaluating on episodes that training has not seen:"
optimist evaluate "$run" --episodes 3 --render demo/episode.gif
optimist plot "$run" --output demo/learning-curve.svg

echo
echo "  run              $run"
echo "  learning curve   demo/learning-curve.svg"
echo "  an episode       demo/episode.gif"
echo
echo "What next:  .build/release/optimist runs show $run"
echo "            .build/release/optimist train --resume $run --steps N"
echo "            .build/release/optimist algorithms list"
