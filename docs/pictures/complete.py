"""Draws complete.svg: a terminal with commands and what they really print. Run from the repository's top folder:
python3 docs/pictures/complete.py PATH-OF-coderlsp"""
import os
import subprocess
import sys
from html import escape

CURSOR = "models/seedling/recipe/train_tokenizer.py:43:1"
COMMANDS = [
    "tail -n +36 models/seedling/recipe/train_tokenizer.py | head -7",
    f"coderlsp complete {CURSOR}",
]
WIDTH, LINE, LEFT, TOP = 800, 20, 18, 54

folder = os.path.dirname(os.path.abspath(sys.argv[1]))
environment = {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"]}
lines = []
for command in COMMANDS:
    run = subprocess.run(command, shell=True, check=True, capture_output=True, text=True, env=environment)
    lines.append(("prompt", f"$ {command}"))
    kind = "suggestion" if "complete" in command else "text"
    lines += [(kind, line) for line in run.stdout.rstrip("\n").split("\n")]

height = TOP + LINE * len(lines) + 8
rows = "\n".join(f'  <text class="{kind}" x="{LEFT}" y="{TOP + LINE * i}" xml:space="preserve">{escape(line)}</text>' for i, (kind, line) in enumerate(lines))
with open(os.path.join(os.path.dirname(__file__), "complete.svg"), "w", encoding="utf-8", newline="\n") as svg:
    svg.write(f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">
  <title>coderlsp complete prints a suggestion in a terminal</title>
  <style>
    text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #c9d1d9 }}
    .prompt {{ fill: #7ee787 }}
    .suggestion {{ fill: #ffd866 }}
  </style>
  <rect width="{WIDTH}" height="{height}" rx="8" fill="#0d1117"/>
  <circle cx="20" cy="18" r="5" fill="#ff5f56"/><circle cx="38" cy="18" r="5" fill="#ffbd2e"/><circle cx="56" cy="18" r="5" fill="#27c93f"/>
{rows}
</svg>
""")
