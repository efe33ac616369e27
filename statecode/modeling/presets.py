"""Presets: model shapes with matching training defaults. A flag overrides the value of the preset."""

from __future__ import annotations

from dataclasses import dataclass

from statecode.modeling.configs import DataConfig, LoopConfig, ModelShape, Objective, OptimizerConfig
from statecode.modeling.optimizers.muon import MuonOptions


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A model shape with its defaults for data, optimizer and training loop."""

    purpose: str  # shown in the help text of --preset
    model: ModelShape
    data: DataConfig
    optimizer: OptimizerConfig
    loop: LoopConfig

    @property
    def objective(self) -> Objective:
        """The training objective of the model."""
        return self.model.objective


PRESETS = {
    "tiny": Preset(
        purpose="GPT-2 for demos and tests: about a minute on 2 CPU cores",
        model=ModelShape(family="gpt2", layers=2, width=128, heads=4, max_seq_len=256),
        data=DataConfig(vocab_size=1024, document_tokens=1024),
        optimizer=OptimizerConfig(optimizer="muon", options=MuonOptions(), learning_rate=3e-3),
        loop=LoopConfig(total_steps=600, batch_rows=8, micro_batch_rows=8, evaluate_every=100, evaluate_rows=200,
                        save_every=200),
    ),
    "mini": Preset(
        purpose="GPT-2 for about an hour on 2 CPU cores",
        model=ModelShape(family="gpt2", layers=4, width=256, heads=4, max_seq_len=512),
        data=DataConfig(vocab_size=4096, document_tokens=4096),
        optimizer=OptimizerConfig(optimizer="muon", options=MuonOptions(), learning_rate=1e-3),
        loop=LoopConfig(total_steps=3000, batch_rows=16, micro_batch_rows=16, evaluate_every=250, evaluate_rows=256,
                        save_every=250),
    ),
    "gpt2": Preset(
        purpose="GPT-2 small, 124M parameters with its own vocabulary; one GPU or more",
        model=ModelShape(family="gpt2", layers=12, width=768, heads=12, max_seq_len=1024),
        data=DataConfig(vocab_size=50257),
        optimizer=OptimizerConfig(learning_rate=6e-4, warmup_share=0.02),
        loop=LoopConfig(total_steps=20_000, batch_rows=512, micro_batch_rows=16, evaluate_every=500, save_every=500,
                        evaluate_rows=4096, log_every=10),
    ),
    "gpt2-medium": Preset(
        purpose="GPT-2 medium, 355M parameters",
        model=ModelShape(family="gpt2", layers=24, width=1024, heads=16, max_seq_len=1024),
        data=DataConfig(vocab_size=50257),
        optimizer=OptimizerConfig(learning_rate=3e-4, warmup_share=0.02),
        loop=LoopConfig(total_steps=20_000, batch_rows=512, micro_batch_rows=8, evaluate_every=500, save_every=500,
                        evaluate_rows=4096, log_every=10),
    ),
    "llama-0.5m": Preset(
        purpose="Llama, 0.5M parameters; minutes on 2 CPU cores",
        model=ModelShape(family="llama", layers=4, width=96, heads=3, max_seq_len=512),
        data=DataConfig(vocab_size=512, document_tokens=4096),
        optimizer=OptimizerConfig(optimizer="muon", options=MuonOptions(), learning_rate=3e-3),
        loop=LoopConfig(total_steps=2000, batch_rows=16, micro_batch_rows=16, evaluate_every=250, evaluate_rows=256,
                        save_every=250),
    ),
    "llama-1m": Preset(
        purpose="Llama, 1M parameters; under an hour on 2 CPU cores",
        model=ModelShape(family="llama", layers=4, width=128, heads=4, max_seq_len=512),
        data=DataConfig(vocab_size=1024, document_tokens=4096),
        optimizer=OptimizerConfig(optimizer="muon", options=MuonOptions(), learning_rate=3e-3),
        loop=LoopConfig(total_steps=3000, batch_rows=16, micro_batch_rows=16, evaluate_every=250, evaluate_rows=256,
                        save_every=250),
    ),
    "llama-5m": Preset(
        purpose="Llama, 5M parameters; hours on 2 CPU cores",
        model=ModelShape(family="llama", layers=5, width=256, heads=4, max_seq_len=1024),
        data=DataConfig(vocab_size=4096),
        optimizer=OptimizerConfig(optimizer="muon", options=MuonOptions(), learning_rate=2e-3),
        loop=LoopConfig(total_steps=5000, batch_rows=16, micro_batch_rows=8, evaluate_every=250, evaluate_rows=256,
                        save_every=250),
    ),
    "llama-15m": Preset(
        purpose="Llama, 16M parameters; one GPU",
        model=ModelShape(family="llama", layers=8, width=384, heads=6, max_seq_len=1024),
        data=DataConfig(vocab_size=4096),
        optimizer=OptimizerConfig(learning_rate=1e-3, warmup_share=0.02),
        loop=LoopConfig(total_steps=20_000, batch_rows=128, micro_batch_rows=32, evaluate_every=500, save_every=500,
                        evaluate_rows=4096, log_every=10),
    ),
    "llama-50m": Preset(
        purpose="Llama, 50M parameters; one GPU",
        model=ModelShape(family="llama", layers=9, width=640, heads=10, max_seq_len=2048),
        data=DataConfig(vocab_size=8192),
        optimizer=OptimizerConfig(learning_rate=8e-4, warmup_share=0.02),
        loop=LoopConfig(total_steps=20_000, batch_rows=256, micro_batch_rows=16, evaluate_every=500, save_every=500,
                        evaluate_rows=4096, log_every=10),
    ),
    "llama-150m": Preset(
        purpose="Llama, 151M parameters; one GPU or more",
        model=ModelShape(family="llama", layers=14, width=896, heads=14, max_seq_len=2048),
        data=DataConfig(vocab_size=16_384),
        optimizer=OptimizerConfig(learning_rate=6e-4, warmup_share=0.02),
        loop=LoopConfig(total_steps=20_000, batch_rows=256, micro_batch_rows=8, evaluate_every=500, save_every=500,
                        evaluate_rows=4096, log_every=10),
    ),
    "bert-tiny": Preset(
        purpose="BERT for demos and tests: about a minute on 2 CPU cores",
        model=ModelShape(family="bert", layers=2, width=128, heads=4, max_seq_len=256),
        data=DataConfig(vocab_size=1024, document_tokens=1024),
        optimizer=OptimizerConfig(learning_rate=3e-3, beta2=0.98),
        loop=LoopConfig(total_steps=600, batch_rows=8, micro_batch_rows=8, evaluate_every=100, evaluate_rows=200,
                        save_every=200),
    ),
    "bert-mini": Preset(
        purpose="BERT mini (4 blocks, width 256) for about an hour on 2 CPU cores",
        model=ModelShape(family="bert", layers=4, width=256, heads=4, max_seq_len=512),
        data=DataConfig(vocab_size=4096, document_tokens=4096),
        optimizer=OptimizerConfig(learning_rate=1e-3, beta2=0.98),
        loop=LoopConfig(total_steps=3000, batch_rows=16, micro_batch_rows=16, evaluate_every=250, evaluate_rows=256,
                        save_every=250),
    ),
    "bert": Preset(
        purpose="BERT base (12 blocks, width 768)",
        model=ModelShape(family="bert", layers=12, width=768, heads=12, max_seq_len=512, dropout=0.1),
        data=DataConfig(vocab_size=30522),
        optimizer=OptimizerConfig(learning_rate=2e-4, beta2=0.98, weight_decay=0.01, final_learning_rate_share=0.0),
        loop=LoopConfig(total_steps=50_000, batch_rows=256, micro_batch_rows=32, evaluate_every=1000, save_every=1000,
                        evaluate_rows=4096, log_every=10),
    ),
}
"""Presets by name. `batch_rows` counts the sequences of all processes; `learning_rate` is the peak.

The small causal presets use Muon, with which `tiny` and `llama-1m` needed fewer steps for the same loss
(benchmarks/optimizers.py); `llama-0.5m` and `llama-5m` were not measured.
"""
