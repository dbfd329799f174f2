import os

from planned.rule import counted

print("counted", counted(int(os.environ["LIMIT"]), 100))
