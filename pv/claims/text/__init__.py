"""Characters to tokens, and facts about single words."""
