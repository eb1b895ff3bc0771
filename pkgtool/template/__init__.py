"""`Chart` and `Values` become text, through the engine that each file asks for."""
