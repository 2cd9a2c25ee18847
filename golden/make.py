"""Writes the golden files: python golden/make.py [folder]. The default folder is files/ next to this script."""
import os

# before any library reads them; nothing is fetched
os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}

import shutil
import sys
import warnings
from pathlib import Path

import torch
import transformers

import adapters
import bert
import decoding
import generation
import models
from families import FAMILIES


def main(folder):
    # results must not depend on the number of cores
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", message="Could not find a config file in golden/")  # a label, not a model
    warnings.filterwarnings("ignore", message="Position ids are not supported")  # generate() passes some
    for family in FAMILIES:
        print(family.name, flush=True)
        place = folder / family.name
        shutil.rmtree(place, ignore_errors=True)
        models.write(family, place)
        decoding.write(family, place)
        adapters.write(family, place)
        if "causal_lm" in family.tasks:
            generation.write(family, place)
    bert.write(folder / "bert")
    bert.write_bare_gpt2(folder / "gpt2")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "files")
