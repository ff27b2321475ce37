"""``python -m vitallies``."""

from vitallies.cli import main

main()
