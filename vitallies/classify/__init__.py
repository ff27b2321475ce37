"""What decides: hashed word features, the encoder, the heads, their calibration, and the model on disk."""
