"""Jobs of the training service: what may be asked for, its files, its turn, its process and its answer."""
