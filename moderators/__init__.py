"""One file a detector. `base.py` is the contract, `registry.py` finds the classes."""
