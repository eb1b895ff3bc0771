"""Text becomes ordered, validated `Manifest`s that know which template line made them."""
