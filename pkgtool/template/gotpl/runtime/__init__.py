"""What templates run on, whichever way: names, functions and methods, what they cost, and how they fail."""
