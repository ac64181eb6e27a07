"""mbrl-lib: a PETS plan with its own model, environment model and optimiser."""

import gymnasium
import mbrl
import mbrl.models
import mbrl.planning
import numpy
import omegaconf
import torch


class Shell(gymnasium.Env):
    """Only the spaces of an environment: a plan takes no step in it."""

    observation_space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (4,), numpy.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (1,), numpy.float32)


def plan():
    torch.manual_seed(0)
    member = mbrl.models.GaussianMLP(
        5, 4, "cpu", num_layers=4, ensemble_size=5, hid_size=200,
        propagation_method="fixed_model",
        activation_fn_cfg={"_target_": "torch.nn.SiLU"})
    model = mbrl.models.OneDTransitionRewardModel(
        member, target_is_delta=True, normalize=False, learned_rewards=False)
    world = mbrl.models.ModelEnv(
        Shell(), model, lambda action, state: torch.zeros(len(state), 1, dtype=torch.bool),
        lambda action, state: (torch.cos(state[:, 2]) - 0.01 * state[:, 0] ** 2)[:, None],
        torch.Generator())
    settings = omegaconf.OmegaConf.create({
        "_target_": "mbrl.planning.CEMOptimizer", "num_iterations": 5, "elite_ratio": 0.1,
        "population_size": 500, "alpha": 0.1, "lower_bound": "???", "upper_bound": "???",
        "return_mean_elites": True, "device": "cpu"})
    optimizer = mbrl.planning.TrajectoryOptimizer(
        settings, numpy.array([-1.0]), numpy.array([1.0]), planning_horizon=15)
    start = numpy.array([0.1, 0.0, 0.2, 0.0], numpy.float32)

    def solve():
        with torch.no_grad():
            return optimizer.optimize(
                lambda actions: world.evaluate_action_sequences(actions, start, 20))

    return solve


def work():
    return {"version": mbrl.__version__, "plan": plan}
