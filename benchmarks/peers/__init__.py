"""The peers of `benchmarks/serving.py`: the same articles in Wagtail and in DRF + parler."""
