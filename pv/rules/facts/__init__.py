"""Facts that rules judge, extracted once for all of them."""
