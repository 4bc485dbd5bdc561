"""One file a platform. `base.py` is the contract, `registry.py` finds the classes."""
