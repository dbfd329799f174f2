"""What foreign code leaves behind: folders and processes, removed however a command ends."""
