"""The Python side of Optimist's Gymnasium bridge.

Optimist starts this program with a frame of commands on descriptor 0, replies on descriptor 1,
messages for people on descriptor 2 and a shared file on descriptor 3. A frame is two unsigned
32-bit numbers, the kind and the length of what follows, and then that many bytes. Rows of
actions, observations, rewards and endings lie in the shared file; frames carry the rest.
No environment resets itself here: the driver resets each one with an explicit seed.
"""

import sys

# The first entry is the current folder: what lies there must not shadow the standard library.
sys.path[:] = [folder for folder in sys.path if folder]

import ctypes
import faulthandler
import importlib
import json
import mmap
import os
import select
import signal
import struct
import time
import traceback

START, MAP, STEP, RESET, RENDER, TABLE = 1, 2, 3, 4, 5, 6
DONE, FAILED = 100, 101
HEADER = struct.Struct("<II")
LARGEST_COMMAND = 1 << 22
MOST_LAYOUTS = 1000
PATIENCE = 30e-6
ANNOUNCEMENT = 0xFFFFFFFF


class Failure(Exception):
    """What is told to the other side as a failure of a named kind."""

    def __init__(self, kind, text, **details):
        super().__init__(text)
        self.report = {"kind": kind, "text": text, **details}


# --- process -----------------------------------------------------------------------------------


def leave_with_parent(parent):
    """Asks the kernel to end this process when its parent ends, however that happens."""
    set_death_signal = 1
    ctypes.CDLL(None, use_errno=True).prctl(set_death_signal, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def take_streams():
    """Keeps the protocol's descriptors for itself: prints go to standard error, input is empty."""
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    commands, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    os.set_inheritable(3, False)
    return commands, replies


class Channel:
    """Frames to and from the other side."""

    def __init__(self, commands, replies):
        self.commands = commands
        self.replies = replies
        poller = select.poll()
        poller.register(commands, select.POLLIN)
        self.poll = poller.poll

    def read(self, count):
        """`count` bytes, or None where the other side has closed."""
        data = os.read(self.commands, count)
        while 0 < len(data) < count:
            more = os.read(self.commands, count - len(data))
            if not more:
                return None
            data += more
        return data or None

    def linger(self):
        """Stays awake for a moment: to wake a process that sleeps costs more than most steps."""
        poll, clock, give_way = self.poll, time.perf_counter, os.sched_yield
        end = clock() + PATIENCE
        while not poll(0) and clock() < end:
            give_way()

    def receive(self):
        """The next command and its bytes; None at the end of input."""
        header = self.read(8)
        if header is None:
            return None
        kind, length = HEADER.unpack(header)
        if length > LARGEST_COMMAND:
            raise SystemExit("a command of %d bytes" % length)
        if length == 0:
            return kind, b""
        body = self.read(length)
        return None if body is None else (kind, body)

    def send(self, kind, body):
        data = HEADER.pack(kind, len(body)) + body
        sent = os.write(self.replies, data)
        while sent < len(data):
            sent += os.write(self.replies, memoryview(data)[sent:])


# --- making environments -----------------------------------------------------------------------


def load_gymnasium():
    global gymnasium, np, spaces, SCALARS
    try:
        import gymnasium
        import numpy as np
        from gymnasium import spaces
    except ImportError as error:
        raise Failure("gymnasium", describe_exception(error), python=sys.executable)
    version = tuple(int(part) for part in gymnasium.__version__.split(".")[:1] if part.isdigit())
    if version < (1,):
        text = "gymnasium %s is older than 1.0" % gymnasium.__version__
        raise Failure("gymnasium", text, python=sys.executable)
    SCALARS = {float, int, bool} | {
        np.dtype(code).type for code in "?bhilqBHILQefd"
    }


def describe_exception(error):
    text = str(error).strip()[:2000]
    return type(error).__name__ + (": " + text if text else "")


def choose_renderer():
    """Finds how MuJoCo can draw without a screen; the library cannot change its mind later."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    if "MUJOCO_GL" in os.environ:
        return os.environ["MUJOCO_GL"]
    for name in ("egl", "osmesa"):
        child = os.fork()
        if child == 0:
            os._exit(0 if can_draw(name) else 1)
        if os.waitpid(child, 0)[1] == 0:
            os.environ["MUJOCO_GL"] = name
            return name
    return None


def can_draw(name):
    os.environ["MUJOCO_GL"] = name
    os.environ["PYOPENGL_PLATFORM"] = name
    try:
        context = importlib.import_module("mujoco." + name).GLContext(64, 64)
        context.make_current()
        context.free()
        return True
    except BaseException:
        return False


def import_private(module):
    try:
        importlib.import_module(module)
    except BaseException as error:
        traceback.print_exc()
        raise Failure("module", describe_exception(error))


def make(identifier, arguments):
    """One environment; what cannot be made is reported by its cause."""
    try:
        return gymnasium.make(identifier, disable_env_checker=True, **arguments)
    except (gymnasium.error.UnregisteredEnv, gymnasium.error.DeprecatedEnv) as error:
        raise Failure("unknown", describe_exception(error), near=near_names(identifier))
    except (gymnasium.error.DependencyNotInstalled, ImportError) as error:
        traceback.print_exc()
        raise Failure("package", describe_exception(error))
    except gymnasium.error.Error as error:
        raise Failure("unknown", describe_exception(error), near=near_names(identifier))
    except (TypeError, ValueError, KeyError, AssertionError) as error:
        traceback.print_exc()
        # Without arguments of the user's it is the environment's own fault.
        kind = "arguments" if set(arguments) - {"render_mode"} else "constructor"
        raise Failure(kind, describe_exception(error))
    except BaseException as error:
        traceback.print_exc()
        raise Failure("constructor", describe_exception(error))


def near_names(identifier):
    """Registered names most like one that is not registered; the newest version of each."""
    import difflib

    newest = {}
    for name, spec in gymnasium.registry.items():
        stem = name.rpartition("-v")[0] or name
        present = newest.get(stem)
        if present is None or (spec.version or 0) > (gymnasium.registry[present].version or 0):
            newest[stem] = name
    folded = {stem.lower(): name for stem, name in newest.items()}
    wanted = (identifier.rpartition("-v")[0] or identifier).lower()
    return [folded[stem] for stem in difflib.get_close_matches(wanted, folded, 3, 0.6)]


# --- the copies --------------------------------------------------------------------------------


class Copies:
    """The environments of this process, their rows in the shared file and what they report."""

    def __init__(self, request):
        self.identifier = request["id"]
        arguments = request["arguments"]
        if request["rendering"]:
            trial = make(self.identifier, dict(arguments))
            if "rgb_array" in trial.metadata.get("render_modes", []):
                arguments["render_mode"] = "rgb_array"
            trial.close()
        self.environments = [
            make(self.identifier, dict(arguments)) for _ in range(request["count"])
        ]
        first = self.environments[0]
        self.observation_space = first.observation_space
        self.action_space = first.action_space
        for other in self.environments[1:]:
            if (other.observation_space, other.action_space) != (
                self.observation_space,
                self.action_space,
            ):
                raise Failure("constructor", "two copies have different spaces")
        self.layouts = {}

    def greeting(self, renderer):
        observation, observation_bounds = describe(self.observation_space, "observation")
        if not isinstance(
            self.action_space,
            (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary),
        ):
            raise unsupported(self.action_space)
        action, action_bounds = describe(self.action_space, "action")
        spec = self.environments[0].spec
        text = json.dumps(
            {
                "observation": observation,
                "action": action,
                "identifier": spec.id if spec else self.identifier,
                "nondeterministic": bool(spec.nondeterministic) if spec else False,
                "timeLimit": spec.max_episode_steps if spec else None,
                "renderer": renderer,
            }
        ).encode()
        return struct.pack("<I", len(text)) + text + observation_bounds + action_bounds

    def map(self, body):
        """Maps the shared file and makes one view a copy of each of its parts."""
        size, active, rewards, endings, actions, observations = struct.unpack("<6Q", body)
        shared = mmap.mmap(3, size)
        os.close(3)
        count = len(self.environments)
        view = memoryview(shared)
        self.present = view[0:4].cast("I")
        self.active = view[active : active + count]
        self.rewards = view[rewards : rewards + 8 * count].cast("d")
        self.endings = view[endings : endings + count]
        rows = self.views(shared, actions, self.action_space, np.float32)
        readers = [action_reader(self.action_space, row) for row in rows]
        space = self.observation_space
        is_bytes = isinstance(space, spaces.Box) and is_picture(space)
        self.rows = self.views(shared, observations, space, np.uint8 if is_bytes else np.float32)
        self.write = observation_writer(space)
        self.workers = [
            (copy, environment.step, readers[copy], self.rows[copy])
            for copy, environment in enumerate(self.environments)
        ]

    def views(self, shared, offset, space, dtype):
        shape = space.shape if space.shape is not None else (flat_bounds(space).shape[1],)
        count = len(self.environments)
        width = int(np.prod(shape, dtype=np.int64))
        flat = np.frombuffer(shared, dtype, count * width, offset)
        table = flat.reshape((count, *shape))
        return [table[copy, ...] for copy in range(count)]

    def step(self):
        """Steps every active copy with its row of actions; returns the packed extra numbers."""
        active, rewards, endings = self.active, self.rewards, self.endings
        present, write, news = self.present, self.write, []
        for copy, step, read_action, row in self.workers:
            if active[copy]:
                present[0] = copy
                observation, reward, terminated, truncated, info = step(read_action())
                write(observation, row)
                rewards[copy] = reward
                endings[copy] = (1 if terminated else 0) + (2 if truncated else 0)
                if info:
                    self.pack(copy, info, news)
        return b"".join(news) if news else b""

    def reset(self, body):
        copy, seed = struct.unpack("<IQ", body)
        self.present[0] = copy
        observation, info = self.environments[copy].reset(seed=seed)
        self.write(observation, self.rows[copy])
        news = []
        self.pack(copy, info, news)
        return b"".join(news)

    def pack(self, copy, info, news):
        """Appends the scalars of `info`; a set of names is announced before its first use."""
        names, values = [], []
        for name, value in info.items():
            kind = type(value)
            if kind in SCALARS or (
                kind is np.ndarray and value.ndim == 0 and value.dtype.kind in "?biuf"
            ):
                if type(name) is str:
                    names.append(name)
                    values.append(value)
        if not names:
            return
        key = tuple(names)
        layout = self.layouts.get(key)
        if layout is None:
            layout = self.announce(key, news)
        number, form = layout
        news.append(form.pack(copy, number, *values))

    def announce(self, names, news):
        number = len(self.layouts)
        if number >= MOST_LAYOUTS:
            raise Failure("raised", "more than %d different sets of names in info" % number)
        layout = number, struct.Struct("<II%dd" % len(names))
        self.layouts[names] = layout
        text = json.dumps(names).encode()
        news.append(HEADER.pack(ANNOUNCEMENT, len(text)) + text)
        return layout

    def render(self, body):
        (copy,) = struct.unpack("<I", body)
        self.present[0] = copy
        environment = self.environments[copy]
        if environment.render_mode != "rgb_array":
            return struct.pack("<II", 0, 0)
        picture = np.ascontiguousarray(environment.render())
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            text = "the picture is %s of shape %s" % (picture.dtype, picture.shape)
            raise Failure("raised", text + ", not bytes of shape (height, width, 3)")
        return struct.pack("<II", *picture.shape[:2]) + picture.tobytes()

    def table(self):
        """The table at `unwrapped.P`: sizes, start distribution, and the list of transitions."""
        inner = self.environments[0].unwrapped
        table = getattr(inner, "P", None)
        if table is None:
            raise Failure("table", "it has no table at unwrapped.P")
        start = np.asarray(getattr(inner, "initial_state_distrib", []), np.float64).ravel()
        states, actions = int(self.observation_space.n), int(self.action_space.n)
        indices, numbers = [], []
        for state in range(states):
            for action in range(actions):
                for probability, successor, reward, terminated in table[state][action]:
                    indices.append((state, action, int(successor), int(bool(terminated))))
                    numbers.append((float(probability), float(reward)))
        return (
            struct.pack("<4I", states, actions, len(start), len(indices))
            + start.tobytes()
            + np.asarray(numbers, np.float64).tobytes()
            + np.asarray(indices, np.uint32).tobytes()
        )

    def close(self):
        for environment in self.environments:
            try:
                environment.close()
            except BaseException:
                traceback.print_exc()


# --- conversation ------------------------------------------------------------------------------


class Conversation:
    """Answers one command after another until the end of input."""

    def __init__(self, channel):
        self.channel = channel
        self.copies = None

    def start(self, body):
        request = json.loads(body)
        os.chdir(request["folder"])
        sys.path.extend(request["modulePaths"])
        renderer = choose_renderer() if request["rendering"] else None
        load_gymnasium()
        if request["id"] is None:
            return json.dumps(versions()).encode()
        if request["module"]:
            import_private(request["module"])
        self.copies = Copies(request)
        return self.copies.greeting(renderer)

    def answer(self, kind, body):
        if kind == STEP:
            return self.copies.step()
        if kind == RESET:
            return self.copies.reset(body)
        if kind == START:
            return self.start(body)
        if kind == MAP:
            self.copies.map(body)
            return b""
        if kind == RENDER:
            return self.copies.render(body)
        if kind == TABLE:
            return self.copies.table()
        raise Failure("raised", "command %d is not known" % kind)

    def hold(self):
        receive, send, answer = self.channel.receive, self.channel.send, self.answer
        linger = self.channel.linger
        while True:
            linger()
            command = receive()
            if command is None:
                return
            try:
                reply = answer(*command)
            except Failure as failure:
                sys.stdout.flush()
                send(FAILED, json.dumps(failure.report).encode())
            except BaseException as error:
                traceback.print_exc()
                sys.stdout.flush()
                report = {"kind": "raised", "text": describe_exception(error)}
                send(FAILED, json.dumps(report).encode())
            else:
                send(DONE, reply)


def versions():
    from importlib import metadata

    found = {"python": sys.version.split()[0]}
    for name in ("gymnasium", "numpy", "mujoco"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return found


def main():
    leave_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    conversation = Conversation(Channel(*take_streams()))
    conversation.hold()
    if conversation.copies:
        conversation.copies.close()
    sys.stdout.flush()
    os._exit(0)


main()
