"""What controllers of Kubernetes do, one look at a time: pods run, Deployments become ready."""
