"""From the text of a file to the tree of its templates, and which variable a name means in it."""
