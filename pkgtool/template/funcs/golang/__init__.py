"""Go's ways with values, text, numbers and times: what the families of functions stand on."""
