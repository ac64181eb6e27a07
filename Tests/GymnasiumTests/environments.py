"""Environments for the tests of the Gymnasium bridge."""

import itertools
import os
import signal
import subprocess
import sys
import time

import gymnasium
import numpy as np
from gymnasium import spaces

STARTS = itertools.count()

OBSERVATIONS = {
    "box": spaces.Box(np.array([-1, -np.inf]), np.array([1, np.inf]), dtype=np.float64),
    "grid": spaces.Box(-2, 3, (2, 3), np.float32),
    "integers": spaces.Box(0, 9, (3,), np.int64),
    "scalar": spaces.Box(-1, 1, (), np.float32),
    "image": spaces.Box(0, 255, (2, 2, 3), np.uint8),
    "discrete": spaces.Discrete(5, start=3),
    "multi-discrete": spaces.MultiDiscrete([3, 4], start=[1, -2]),
    "multi-binary": spaces.MultiBinary([2, 2]),
    "dictionary": spaces.Dict(
        speed=spaces.Box(-1, 1, (2,), np.float64),
        gear=spaces.Discrete(3, start=1),
        inner=spaces.Dict(lamps=spaces.MultiBinary(2), dials=spaces.MultiDiscrete([2, 3])),
    ),
    "tuple": spaces.Tuple([spaces.Discrete(2), spaces.Box(0, 255, (1, 2), np.uint8)]),
    "text": spaces.Text(8),
    "huge": spaces.Discrete(1 << 25),
}

ACTIONS = {
    "box": spaces.Box(-1, 1, (2,), np.float32),
    "box64": spaces.Box(-1, 1, (2, 1), np.float64),
    "integers": spaces.Box(-5, 5, (2,), np.int32),
    "discrete": spaces.Discrete(4, start=-1),
    "multi-discrete": spaces.MultiDiscrete([3, 4], start=[1, 0]),
    "multi-binary": spaces.MultiBinary(3),
    "dictionary": spaces.Dict(a=spaces.Discrete(2)),
}


class Probe(gymnasium.Env):
    """Observes samples of a space; the extra numbers tell what the action was."""

    metadata = {"render_modes": ["rgb_array"]}

    def __init__(self, observation="box", action="box", render_mode=None, **arguments):
        self.observation_space = OBSERVATIONS[observation]
        self.action_space = ACTIONS[action]
        self.render_mode = render_mode
        self.arguments = arguments

    def sample(self):
        self.observation_space.seed(int(self.np_random.integers(1 << 30)))
        value = self.observation_space.sample()
        flat = np.ravel(spaces.flatten(self.observation_space, value)).astype(np.float32)
        return value, {"flat.%d" % index: number for index, number in enumerate(flat)}

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        return self.sample()

    def step(self, action):
        assert self.action_space.contains(action), repr(action)
        observation, info = self.sample()
        info.update({"action.%d" % i: number for i, number in enumerate(np.ravel(action))})
        return observation, float(np.sum(action)), False, False, info

    def render(self):
        picture = np.zeros((4, 6, 3), np.uint8)
        picture[:2, :, 0] = 200
        picture[:, 3:, 2] = 100
        return picture


class Trouble(gymnasium.Env):
    """Counts its steps, and misbehaves in a named way at one of them."""

    def __init__(self, kind="none", at=3, copy_at_fault=None):
        self.observation_space = spaces.Box(-1e6, 1e6, (2,), np.float32)
        self.action_space = spaces.Discrete(2)
        self.kind, self.at = kind, at
        if kind == "constructor":
            raise ValueError("no such map")
        if kind == "start":
            time.sleep(1000)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        self.isAtFault = seed != 100
        if self.kind == "reset":
            raise RuntimeError("cannot begin")
        return np.zeros(2, np.float32), {}

    def step(self, action):
        self.count += 1
        observation, reward, ending = np.full(2, self.count, np.float32), 1.0, False
        info = {"names": "a text", "vector": np.zeros(3), "count": self.count, "nothing": None}
        if self.count == self.at and self.isAtFault:
            result = getattr(self, self.kind)(observation)
            if result is not None:
                return result
        return observation, reward, ending, False, info

    def none(self, observation):
        pass

    def raises(self, observation):
        print("about to fail")
        return {}["missing"]

    def leaves(self, observation):
        sys.exit("gone")

    def dies(self, observation):
        print("last words", file=sys.stderr)
        os._exit(7)

    def killed(self, observation):
        os.kill(os.getpid(), signal.SIGKILL)

    def hangs(self, observation):
        print("sleeping now")
        time.sleep(1000)

    def nan(self, observation):
        observation[1] = np.nan
        return observation, 1.0, False, False, {}

    def infinite(self, observation):
        return np.array([1e200, 0.0]), 1.0, False, False, {}

    def reward(self, observation):
        return observation, float("inf"), False, False, {}

    def shape(self, observation):
        return observation[:1], 1.0, False, False, {}

    def four(self, observation):
        return observation, 1.0, False, {}

    def prints(self, observation):
        print("x" * 300_000)
        os.write(1, b"straight to the descriptor\n")
        subprocess.run(["echo", "from a child"], check=True)
        try:
            input()
        except EOFError:
            return None
        raise AssertionError("there was input")

    def both(self, observation):
        return observation, 1.0, True, True, {}

    def ends(self, observation):
        return observation, 1.0, True, False, {}

    def cut(self, observation):
        return observation, 1.0, False, True, {}


class OutOfRange(gymnasium.Env):
    """Observes an index that its space does not have."""

    observation_space = spaces.Discrete(3)
    action_space = spaces.Discrete(2)

    def reset(self, seed=None, options=None):
        return 1, {}

    def step(self, action):
        return 3, 0.0, False, False, {}


class Buffer(gymnasium.Env):
    """Gives the same array at every step, and spoils the actions that it is given."""

    def __init__(self):
        self.observation_space = spaces.Box(-1e6, 1e6, (1,), np.float32)
        self.action_space = spaces.Box(-1e6, 1e6, (1,), np.float32)
        self.buffer = np.zeros(1, np.float32)

    def reset(self, seed=None, options=None):
        self.buffer[0] = seed
        return self.buffer, {}

    def step(self, action):
        self.buffer += action
        action[0] = 777
        return self.buffer, 0.0, False, False, {}


class Fickle(gymnasium.Env):
    """Never starts alike twice."""

    def __init__(self, ends=False):
        self.observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.action_space = spaces.Box(-1, 1, (1,), np.float32)
        self.ends = ends

    def reset(self, seed=None, options=None):
        self.start = next(STARTS)
        self.count = 0
        return np.array([0, self.start], np.float32), {}

    def step(self, action):
        self.count += 1
        ending = self.ends and self.start > 0 and self.count == 2
        return np.array([self.count, self.start], np.float32), 0.0, ending, False, {}


class Report(gymnasium.Env):
    """Tells about its process in its extra numbers."""

    def __init__(self, folder="", child=False, **arguments):
        self.observation_space = spaces.Box(-1, 1, (1,), np.float32)
        self.action_space = spaces.Discrete(2)
        self.folder = folder
        self.arguments = arguments
        self.child = subprocess.Popen(["sleep", "1000"]) if child else None

    def close(self):
        with open("closed", "a") as file:
            file.write("x")

    def reset(self, seed=None, options=None):
        kinds = {int: 1, float: 2, bool: 3, type(None): 4, str: 5}
        info = {name: kinds[type(value)] for name, value in self.arguments.items()}
        info["pid"] = os.getpid()
        info["group"] = os.getpgid(0)
        info["threads"] = int(os.environ["OMP_NUM_THREADS"])
        info["inFolder"] = os.path.realpath(os.getcwd()) == os.path.realpath(self.folder)
        info["descriptors"] = len(os.listdir("/proc/self/fd"))
        if self.child:
            info["child"] = self.child.pid
        return np.zeros(1, np.float32), info

    def step(self, action):
        return np.zeros(1, np.float32), 0.0, False, False, {}


class Table(gymnasium.Env):
    """A small table, good or bad."""

    def __init__(self, kind="good"):
        self.observation_space = spaces.Discrete(3)
        self.action_space = spaces.Discrete(1)
        end = [(1.0, 2, 0.0, True)]
        self.P = {
            "good": [
                {0: [(0.25, 1, 4.0, False), (0.5, 1, 1.0, False), (0.25, 2, 8.0, True)]},
                {0: [(0.5, 2, 1.0, True), (0.0, 0, 9.0, False), (0.5, 1, 3.0, True)]},
                {0: end},
            ],
            "sum": [{0: [(0.5, 1, 0.0, False)]}, {0: end}, {0: end}],
            "index": [{0: [(1.0, 3, 0.0, False)]}, {0: end}, {0: end}],
            "missing": [{0: end}],
        }[kind]

    def reset(self, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return 0, 0.0, False, False, {}


for environment in (Probe, Trouble, OutOfRange, Buffer, Fickle, Report, Table):
    gymnasium.register("OptimistTest/%s-v0" % environment.__name__, environment)
