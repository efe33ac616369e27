"""Fine-tune a causal language model on CoNaLa (an intent in English → a Python snippet) and test it once.

    python train/finetune_conala.py --init runs/tiny --output-dir runs/conala-traces
    python train/finetune_conala.py --init scratch --preset tiny --tokenizer runs/tiny --output-dir runs/conala-scratch
    python train/finetune_conala.py --init FOLDER --gguf-file F.gguf --learning-rate 3e-5 --output-dir runs/conala-big

The loss counts the tokens of the snippet and the end token. The run keeps the weights with the lowest loss on the dev
split, which has no question in common with the train split. The 500 test examples are scored once, at the very end.
RUN/conala.json contains loss, perplexity, bits per byte, corpus BLEU-4 with CoNaLa's own tokenisation, the BLEU of
sacrebleu, exact match and the share of snippets that parse. RUN/predictions.jsonl contains the generated snippets.
After an interruption, the same command resumes the run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from accelerate import Accelerator

from statecode.entry import ArgumentParser, exit_code_of
from statecode.modeling import launch
from statecode.modeling.batches import EpochBatches, EvaluationBatches
from statecode.modeling.configs import Objective, as_json, default_settings
from statecode.modeling.forward import AttentionMaskFormat
from statecode.modeling.loop import ScoringModel, evaluate
from statecode.modeling.models import count_parameters
from statecode.modeling.run_folder import RunFolder, flatten, write_json
from statecode.modeling.tokenizer_hash import tokenizer_sha256
from statecode.modeling.tokenizers import load_tokenizer
from statecode.modeling.trainer import TrainerInputs, fit
from statecode.provenance import Provenance, provenance
from statecode.tasks.conala import finetuning
from statecode.tasks.conala.data import Conala, load_conala
from statecode.tasks.conala.encoding import snippet_chunks
from statecode.tasks.conala.scoring import (
    CONALA_FILE,
    PREDICTIONS_FILE,
    generate_snippets,
    score_predictions,
    score_record,
    write_predictions,
)


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line, check the configuration and fine-tune."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    finetuning.add_arguments(parser)
    config = finetuning.config_of(parser.parse_args(argv))
    RunFolder(Path(config.run.output_dir)).check_usable()
    finetuning.check_causal(config.task)
    finetune(config, load_conala(config.task.conala))


def finetune(config: finetuning.FinetuneConfig, data: Conala) -> None:
    """Run a complete fine-tuning: prepare the run folder, train on CoNaLa, and score the test examples."""
    run_provenance = provenance(config.loop.seed)
    accelerator = launch.start(config.loop, config.run)
    run = RunFolder(Path(config.run.output_dir))

    def prepare() -> None:
        run.open(config.settings() | finetuning.examples_sha256(data),
                 {"task": "conala", "config": as_json(config), "conala": data.report.as_dict()},
                 config.run.resume == "restart", default_settings(config))
        finetuning.prepare_tokenizer(config.task, data.train, run.path)

    launch.on_first_rank(accelerator, prepare)
    if (run.path / CONALA_FILE).is_file() and run.finished:
        return accelerator.print(f"{run.path} is finished; --resume restart trains it again", file=sys.stderr)
    inputs = make_inputs(config, data, run, accelerator)
    launch.on_first_rank(accelerator, lambda: run.add_facts(parameters=count_parameters(inputs.model)))
    launch.init_trackers(accelerator, flatten(as_json(config)))
    progress = fit(inputs)
    accelerator.print(f"lowest dev loss {progress.best_loss:.4f} at step {progress.best_step:,}", file=sys.stderr)
    test(config, data, inputs, run_provenance)
    accelerator.end_training()


def make_inputs(
    config: finetuning.FinetuneConfig, data: Conala, run: RunFolder, accelerator: Accelerator
) -> TrainerInputs:
    """Return the model, the training and validation batches and the settings of the trainer."""
    tokenizer = load_tokenizer(str(run.path))
    model = finetuning.make_model(config, tokenizer)
    context_tokens = finetuning.context_of(config.task, model)
    train, dev = (snippet_chunks(tokenizer, examples, context_tokens) for examples in (data.train, data.dev))
    loop = config.loop
    return TrainerInputs(
        run=run, accelerator=accelerator, model=model, objective=Objective.CAUSAL,
        mask_format=AttentionMaskFormat.PADDING,
        batches=EpochBatches(finetuning.make_sequences(train, tokenizer), loop.batch_rows, loop.seed),
        validation_batches=EvaluationBatches(finetuning.make_sequences(dev, tokenizer), 2 * loop.micro_batch_rows,
                                             sample_size=loop.evaluate_rows),
        validation_bytes=dev.text_bytes if loop.evaluate_rows is None else 0,
        optimizer=config.optimizer, loop=loop,
    )


def test(config: finetuning.FinetuneConfig, data: Conala, inputs: TrainerInputs, run_provenance: Provenance) -> None:
    """Score the test examples with the final weights of the run, write the results and print them."""
    accelerator, model, folder = inputs.accelerator, inputs.model, inputs.run.path
    tokenizer = load_tokenizer(str(folder))
    context_tokens = finetuning.context_of(config.task, model)
    chunks = snippet_chunks(tokenizer, data.test, context_tokens)
    batches = EvaluationBatches(finetuning.make_sequences(chunks, tokenizer), 2 * config.loop.micro_batch_rows)
    scoring = ScoringModel(model, inputs.mask_format, inputs.objective)
    score = evaluate(scoring, batches, accelerator, chunks.text_bytes)
    if not accelerator.is_main_process:
        return
    predictions = generate_snippets(model, tokenizer, data.test, config.decoding, context_tokens)
    scores = score_predictions(data.test, predictions)
    write_predictions(folder / PREDICTIONS_FILE, data.test, predictions)
    write_json(folder / CONALA_FILE, {
        "task": "conala", "objective": inputs.objective.value, "init": config.task.init,
        "parameters": count_parameters(model), "tokenizer_sha256": tokenizer_sha256(tokenizer),
        "test": score_record(score, chunks), "scores": scores.as_dict(), "data": data.report.as_dict(),
        "decoding": as_json(config.decoding), "provenance": run_provenance.as_dict(),
    })
    print(f"test: loss {score.loss:.4f}, perplexity {score.perplexity:.2f}, bits per byte {score.bits_per_byte:.3f}, "
          f"BLEU-4 {scores.bleu_conala:.2f} (CoNaLa), {scores.bleu_sacrebleu:.2f} (sacrebleu), "
          f"exact {scores.exact_match:.1f} %, parses {scores.parses:.1f} %; see {folder / CONALA_FILE}")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
