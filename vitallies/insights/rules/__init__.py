"""Word lists of the measures, read by `vitallies.pipeline.rules.rules`."""
