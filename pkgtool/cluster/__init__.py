"""What pkgtool needs from Kubernetes, as a port with several clusters behind it."""
