"""Detoxify's official weights: fetched once (`hallmonitor models get`), compiled for the fast engine, compared with the package."""
