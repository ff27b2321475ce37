"""From spans to the measures: pure functions over analyses and span tables, each with its formula and an interval."""
