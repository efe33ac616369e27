"""The command line of pre-training: the flags, and the config that they make.

This module imports neither torch nor transformers, so that a mistake is reported at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from statecode.arguments import add_settings, check, from_arguments, look_up, passed_flags, with_arguments
from statecode.entry import ArgumentParser
from statecode.modeling import hub_names, optimizers
from statecode.modeling.configs import (
    DataConfig,
    LoopConfig,
    ModelShape,
    PretrainConfig,
    RunConfig,
    SourceConfig,
    default_settings,
)
from statecode.modeling.objectives import check_folder_objective
from statecode.modeling.presets import PRESETS
from statecode.modeling.run_folder import TOKENS_FOLDER, RunFolder
from statecode.modeling.token_sources import check_source


def parse(argv: Sequence[str] | None = None, description: str | None = None) -> PretrainConfig:
    """Return the config of a command line, checked as far as possible without reading the corpus.

    Args:
        argv: the flags; None: those of this process.
        description: the text of `--help`.

    Raises:
        InputError: see `config_of` and `check_inputs`.
    """
    parser = ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    config = config_of(parser.parse_args(argv))
    check_inputs(config)
    return config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a PretrainConfig to a parser."""
    parser.add_argument("--preset", required=True, metavar="NAME",
                        help="; ".join(f"{name}: {preset.purpose}" for name, preset in PRESETS.items()))
    add_settings(parser, SourceConfig, "corpus, initial weights, tokenizer")
    add_settings(parser, RunConfig, "the run")
    add_settings(parser, ModelShape, "shape of a new model; defaults from the preset", from_preset=True)
    add_settings(parser, DataConfig, "data; defaults from the preset", from_preset=True)
    optimizers.add_arguments(parser, "optimizer; defaults from the preset")
    add_settings(parser, LoopConfig, "loop; defaults from the preset", from_preset=True)


def config_of(args: argparse.Namespace) -> PretrainConfig:
    """Return the config of a run: the values of the preset in --preset, replaced by those of the passed flags.

    Raises:
        ConfigError: the preset is unknown, a flag does not fit --init or --preset, or a value is not valid.
    """
    preset = look_up(args.preset, PRESETS, "preset")
    source = from_arguments(SourceConfig, args)
    from_scratch = source.init == "scratch"
    shape_flags = passed_flags(ModelShape, args)
    check(from_scratch or not shape_flags,
          f"{', '.join(shape_flags)}: only with --init scratch; {source.init} defines its own shape")
    shape = with_arguments(preset.model, args) if from_scratch else None
    check(shape is None or shape.objective is preset.objective,
          f"--family {args.family} does not match --preset {args.preset}")
    return PretrainConfig(
        preset=args.preset, objective=preset.objective, source=source, shape=shape,
        data=with_arguments(preset.data, args), optimizer=optimizers.config_of(preset.optimizer, args),
        loop=with_arguments(preset.loop, args), run=from_arguments(RunConfig, args),
    )


def check_inputs(config: PretrainConfig) -> None:
    """Check the folders and files of a run, as far as they are known before the corpus is read.

    Raises:
        InputError: the run folder is not usable or contains a run with other settings; there is no such corpus,
            checkpoint or tokenizer; or the checkpoint has another objective.
    """
    run, source = RunFolder(Path(config.run.output_dir)), config.source
    run.check_usable()
    if config.run.resume != "restart":
        run.check_settings(config.settings(), default_settings(config))
    check_source(source, config.data, run.path / TOKENS_FOLDER)
    if source.init != "scratch":
        hub_names.check_model(source.init, source.gguf_file)
        check_folder_objective(source.init, config.objective)
    if source.tokenizer is not None:
        hub_names.check_tokenizer(source.tokenizer)
