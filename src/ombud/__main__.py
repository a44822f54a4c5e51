"""``python -m ombud``."""

from ombud.cli.main import main

main()
