"""Pre-train a language model on traces: GPT-2 (or any causal model) or BERT, from scratch or from a checkpoint.

    python train/pretrain.py --preset tiny --output-dir runs/tiny
    accelerate launch train/pretrain.py --preset gpt2 --corpus DIR --init openai-community/gpt2 --output-dir runs/gpt2

The run folder contains metrics.jsonl, checkpoints, run.json, and the finished model and tokenizer, which
AutoModelForCausalLM.from_pretrained (AutoModelForMaskedLM for BERT) and AutoTokenizer.from_pretrained load. After
Ctrl-C or a crash, the same command resumes the run and takes the same steps as an uninterrupted run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from statecode.entry import ArgumentParser, exit_code_of
from statecode.modeling import command
from statecode.modeling.configs import PretrainConfig, as_json, default_settings
from statecode.modeling.run_folder import TOKENS_FOLDER, RunFolder, flatten
from statecode.modeling.token_sources import open_token_source, settings_of_run
from statecode.text import printable


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line and train."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_arguments(parser)
    config = command.config_of(parser.parse_args(argv))
    command.check_inputs(config)
    pretrain(config)


def pretrain(config: PretrainConfig) -> None:
    """Run a complete pre-training: open the tokens, train, and save the model in the run folder."""
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.modeling import launch, models, pretraining
    from statecode.modeling.tokenizers import load_tokenizer
    from statecode.modeling.trainer import TrainerInputs, fit

    accelerator = launch.start(config.loop, config.run, config.optimizer)
    run = RunFolder(Path(config.run.output_dir))
    tokens = open_token_source(config.source, config.data, run.path / TOKENS_FOLDER)

    def prepare() -> None:
        run.open(settings_of_run(config, tokens), {"config": as_json(config)}, config.run.resume == "restart",
                 default_settings(config))
        pretraining.prepare_tokenizer(config, tokens)

    launch.on_first_rank(accelerator, prepare)
    if run.finished:
        return accelerator.print(
            printable(f"{run.path} is finished; --resume restart trains it again"), file=sys.stderr)
    tokenizer = load_tokenizer(str(run.path))
    model = pretraining.make_model(config, tokenizer)
    context_tokens = models.context_of(model, config.data.context_tokens)
    if config.data.long_documents == "windows":  # they have the length of a sequence, which is now known
        tokens = open_token_source(
            config.source, replace(config.data, context_tokens=context_tokens), run.path / TOKENS_FOLDER)
    launch.on_first_rank(accelerator, lambda: tokens.prepare(tokenizer))
    data = pretraining.make_data(config, tokens, tokenizer, context_tokens, accelerator.device.type == "cuda")
    launch.on_first_rank(accelerator, lambda: run.add_facts(data=data.sizes, parameters=models.count_parameters(model)))
    launch.init_trackers(accelerator, flatten(as_json(config)))
    progress = fit(TrainerInputs(
        run=run, accelerator=accelerator, model=model, objective=config.objective,
        mask_format=pretraining.choose_mask_format(model.to(accelerator.device), config.objective, config.data.packing,
                                                   accelerator.mixed_precision == "bf16"),
        batches=data.batches, validation_batches=data.validation_batches, validation_bytes=data.validation_bytes,
        optimizer=config.optimizer, loop=config.loop,
    ))
    accelerator.print(printable(
        f"{run.path}: {progress.step:,} steps in {progress.elapsed_s:,.0f} s, lowest validation loss"
        f" {progress.best_loss:.4f} at step {progress.best_step:,}"), file=sys.stderr)
    accelerator.end_training()


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
