"""The spaCy components, in the order in which data meets them: segment, phrases, context, encode, tag."""
