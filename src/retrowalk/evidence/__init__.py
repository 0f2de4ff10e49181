"""What is known of backward walking: studies, effects, their synthesis, and how sure one can be."""
