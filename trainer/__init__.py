"""Knowledge distillation of small language models; importing this package imports nothing heavy."""
