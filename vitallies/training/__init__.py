"""From labelled transcripts to a model on disk."""
