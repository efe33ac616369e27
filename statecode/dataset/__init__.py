"""The dataset of `datasets.load_dataset("statecode")`.

    source         the corpus that rows come from: the shipped one, another folder, or programs that are traced first
    rows           the columns of each config, and the tables of a shard
    builder        the `datasets` builder, and `load_dataset`
    hook           registers the name "statecode" with `datasets`
    materialise    write configs as plain Parquet files
"""
