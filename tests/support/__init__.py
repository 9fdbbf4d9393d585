"""What several tests, and the commands beside them, need: a browser and a running server."""
