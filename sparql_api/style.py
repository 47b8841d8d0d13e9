"""The one style sheet of the pages."""

from typing import Final

STYLE: Final = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; }
label { display: block; margin-top: .6rem; }
input, select, textarea, button { font: inherit; max-width: 100%; box-sizing: border-box; }
textarea, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
textarea { width: 100%; min-height: 14rem; }
button { margin-top: .8rem; padding: .3rem 1.2rem; }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8886;
  vertical-align: top; overflow-wrap: anywhere; }
th.number, td.number { text-align: right; }
.note { opacity: .75; }
"""
