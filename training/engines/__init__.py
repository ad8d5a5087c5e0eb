"""Where SQL runs: the only place that knows an engine's dialect."""
