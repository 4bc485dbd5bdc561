"""One file for each connector: `ACTIONS`, `SERVER` and `example(request, folder)`, as `tests/contract/example.py` has it."""
