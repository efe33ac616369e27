"""Fine-tune a causal language model on a task whose answer is a text, and test it once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.arguments import check
from statecode.modeling import launch, models
from statecode.modeling.batches import IGNORE_INDEX, EpochBatches, EvaluationBatches
from statecode.modeling.configs import DecodingConfig, Objective, as_json
from statecode.modeling.decoding import Continuation, continue_prompts
from statecode.modeling.forward import AttentionMaskFormat, ScoringModel
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence
from statecode.modeling.pretraining import choose_mask_format
from statecode.modeling.run_folder import RunFolder, flatten, write_json
from statecode.modeling.scores import Score
from statecode.modeling.texts import fingerprint
from statecode.modeling.tokenizer_hash import tokenizer_sha256
from statecode.modeling.tokenizers import load_tokenizer, start_id
from statecode.modeling.trainer import TrainerInputs, fit
from statecode.progress import progress_bar
from statecode.provenance import Provenance, provenance
from statecode.tasks.base import Column, GenerationTask, TaskData
from statecode.tasks.checks import scores_of
from statecode.tasks.configs import FinetuneConfig, ModelConfig
from statecode.tasks.encoding import TargetChunks, prompt_ids, target_chunks
from statecode.tasks.finetuning import context_of, objective_of, open_run, prepare_tokenizer
from statecode.tasks.results import TASK_FILE, has_result, write_predictions
from statecode.terminal import print_line
from statecode.text import printable


def finetune(config: FinetuneConfig, task: GenerationTask[Any], data: TaskData[Any]) -> None:
    """Run a complete fine-tuning: prepare the run folder, train, and score the test examples.

    Raises:
        ConfigError: the model cannot generate text, the run folder contains another run, or a method of the task
            returns something that is not valid.
    """
    check_causal(config.model, task)
    run_provenance = provenance(config.loop.seed)
    accelerator = launch.start(config.loop, config.run)
    run = RunFolder(Path(config.run.output_dir))

    def prepare() -> None:
        scores_of(task, data.dev, [task.target(example) for example in data.dev])  # fails now, not after the training
        texts = {name: whole_texts(task, examples) for name, examples in _splits(data).items()}
        open_run(run, config, data, {f"{name}_sha256": fingerprint(split) for name, split in texts.items()})
        prepare_tokenizer(config.model, texts["train"], run.path)

    launch.on_first_rank(accelerator, prepare)
    if has_result(run.path) and run.finished:
        return accelerator.print(
            printable(f"{run.path} is finished; --resume restart trains it again"), file=sys.stderr)
    inputs = make_inputs(config, task, data, run, accelerator)
    launch.on_first_rank(accelerator, lambda: run.add_facts(parameters=models.count_parameters(inputs.model)))
    launch.init_trackers(accelerator, flatten(as_json(config)))
    progress = fit(inputs)
    accelerator.print(f"lowest dev loss {progress.best_loss:.4f} at step {progress.best_step:,}", file=sys.stderr)
    test(config, task, data, inputs, run_provenance)
    accelerator.end_training()


def check_causal(config: ModelConfig, task: GenerationTask[Any]) -> None:
    """Check that the model is a causal language model, which can generate text.

    Raises:
        ConfigError: the checkpoint or the preset is a masked language model, or does not exist.
    """
    objective, name = objective_of(config)
    check(objective is Objective.CAUSAL,
          f"{name} is a {objective.value} language model; {task.title} generation needs a causal one, such as GPT-2")


def whole_texts(task: GenerationTask[Any], examples: Sequence[Any]) -> list[str]:
    """Return each prompt with its target. A tokenizer is trained on them, and their hash identifies the data."""
    return [task.prompt(example) + task.target(example) for example in examples]


def make_inputs(
    config: FinetuneConfig, task: GenerationTask[Any], data: TaskData[Any], run: RunFolder, accelerator: Accelerator
) -> TrainerInputs:
    """Return the model, the training and validation batches and the settings of the trainer."""
    tokenizer = load_tokenizer(str(run.path))
    model = make_model(config, tokenizer)
    context_tokens = context_of(config.model, model)
    train, dev = (target_chunks(task, tokenizer, examples, context_tokens) for examples in (data.train, data.dev))
    loop = config.loop
    return TrainerInputs(
        run=run, accelerator=accelerator, model=model, objective=Objective.CAUSAL,
        mask_format=choose_mask_format(model.to(accelerator.device), Objective.CAUSAL, packing=False,
                                       bf16=accelerator.mixed_precision == "bf16"),
        batches=EpochBatches(make_sequences(train, tokenizer), loop.batch_rows, loop.seed),
        validation_batches=EvaluationBatches(make_sequences(dev, tokenizer), 2 * loop.micro_batch_rows,
                                             sample_size=loop.evaluate_rows),
        validation_bytes=dev.text_bytes if loop.evaluate_rows is None else 0,
        optimizer=config.optimizer, loop=loop,
    )


def make_model(config: FinetuneConfig, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """Create a model with random weights in the preset's shape if --init is `scratch`; otherwise load a checkpoint."""
    chosen = config.model
    if chosen.init == "scratch":
        return models.build_model(chosen.preset_of_scratch().model, tokenizer, config.loop.seed)
    return models.load_model(
        chosen.init, Objective.CAUSAL, tokenizer, chosen.gguf_file, chosen.allow_pickle_weights)


def make_sequences(chunks: TargetChunks, tokenizer: PreTrainedTokenizerBase) -> PackedSequences:
    """Return the sequences of the examples, one example per sequence."""
    listed = ListedChunks(chunks.chunks)
    return PackedSequences(listed, one_chunk_per_sequence(listed.lengths), start_id(tokenizer))


def test(
    config: FinetuneConfig, task: GenerationTask[Any], data: TaskData[Any], inputs: TrainerInputs,
    run_provenance: Provenance,
) -> None:
    """Score the test examples with the final weights of the run, write the results and print them."""
    accelerator, model, folder = inputs.accelerator, inputs.model, inputs.run.path
    tokenizer = load_tokenizer(str(folder))
    context_tokens = context_of(config.model, model)
    chunks = target_chunks(task, tokenizer, data.test, context_tokens)
    scoring = ScoringModel(model, AttentionMaskFormat.PADDING, inputs.objective)
    targets = score_targets(scoring, chunks, make_sequences(chunks, tokenizer), accelerator)
    if not accelerator.is_main_process:
        return
    score = sum(targets, Score())
    generated = generate_targets(task, model, tokenizer, data.test, config.decoding, context_tokens)
    write_predictions(
        folder, [_prediction_record(task, *row) for row in zip(data.test, generated, targets, strict=True)])
    scores = scores_of(task, data.test, [one.text for one in generated])
    write_json(folder / TASK_FILE, {
        "task": task.name, "objective": inputs.objective.value, "init": config.model.init,
        "parameters": models.count_parameters(model), "tokenizer_sha256": tokenizer_sha256(tokenizer),
        "test": score_record(score, chunks), "scores": scores, "data": dict(data.report),
        "decoding": as_json(config.decoding), "provenance": run_provenance.as_dict(),
    })
    print_line(
        f"test: loss {score.loss:.4f}, perplexity {score.perplexity:.2f}, bits per byte {score.bits_per_byte:.3f}, "
        f"{', '.join(_phrase(column, scores[column.key]) for column in task.columns)}; see {folder / TASK_FILE}")


@torch.no_grad()
def score_targets(
    scoring: ScoringModel, chunks: TargetChunks, sequences: PackedSequences, accelerator: Accelerator
) -> list[Score]:
    """Score the target of each example alone; the examples are divided among the processes.

    Args:
        sequences: those of `chunks`, one example per sequence.

    Returns:
        A score per example, the same on every process. Their sum is the score of the split.
    """
    scoring.eval()
    nll_E = torch.zeros(len(sequences), dtype=torch.float64, device=accelerator.device)
    own = range(accelerator.process_index, len(sequences), accelerator.num_processes)
    for number in progress_bar(own, "scoring", "examples", shown=accelerator.is_main_process):
        with accelerator.autocast():
            nll_E[number] = scoring(scoring.prepared(sequences.batch([number]), accelerator.device))
    nats = (accelerator.reduce(nll_E) if accelerator.num_processes > 1 else nll_E).tolist()
    return [Score(nll_nats=nll, tokens=sum(label != IGNORE_INDEX for label in labels), text_bytes=size)
            for nll, (_, labels), size in zip(nats, chunks.chunks, chunks.target_bytes, strict=True)]


def generate_targets(
    task: GenerationTask[Any],
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    examples: Sequence[Any],
    config: DecodingConfig,
    context_tokens: int,
) -> list[Continuation]:
    """Generate the answer to each prompt and return the answers in the order of `examples`.

    A prompt is truncated on the left to `context_tokens` minus `config.max_new_tokens` tokens, or to half of
    `context_tokens` if that is more.
    """
    room = context_tokens - min(config.max_new_tokens, context_tokens // 2)
    prompts = prompt_ids(tokenizer, [task.prompt(example) for example in examples], room)
    return continue_prompts(model, tokenizer, prompts, config)


def score_record(score: Score, chunks: TargetChunks) -> dict[str, Any]:
    """Return the loss over the tokens of the targets, end tokens included, and related numbers for a JSON file."""
    return {
        "examples": len(chunks.chunks), "loss": score.loss, "perplexity": score.perplexity,
        "bits_per_byte": score.bits_per_byte, "perplexity_per_byte": 2 ** (score.bits_per_byte or 0), **asdict(score),
        "cut_prompts": chunks.cut_prompts, "cut_targets": chunks.cut_targets,
    }


def _splits(data: TaskData[Any]) -> dict[str, Sequence[Any]]:
    return {"train": data.train, "dev": data.dev, "test": data.test}


def _prediction_record(
    task: GenerationTask[Any], example: Any, generated: Continuation, target: Score
) -> dict[str, Any]:
    return {
        "prompt": task.prompt(example), "target": task.target(example), "prediction": generated.text,
        "stop": generated.stop.value, "nll_nats": target.nll_nats, "tokens": target.tokens,
        "target_bytes": target.text_bytes, **task.record(example, generated.text),
    }


def _phrase(column: Column, value: float) -> str:
    return (column.phrase or f"{column.heading} {{}}").format(f"{value:.{column.digits}f}")
