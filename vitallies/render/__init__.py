"""From results to rows, tables, HTML and coloured text: pure functions that know no model."""
