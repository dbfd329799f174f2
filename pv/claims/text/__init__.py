"""Split a text into tokens, and classify words and trees."""
