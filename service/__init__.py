"""The HTTP service: routers that translate, and nothing else."""
