"""Draws bars as SVG: `picture.py FILE`, with {title, bars: [{title, seconds, ours}]} on standard input."""

from __future__ import annotations

import json
import sys

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot

OURS, OTHERS = "#1a5fb4", "#9a9996"


def main() -> None:
    content = json.load(sys.stdin)
    bars = content["bars"][::-1]  # the first on top
    mpl.rcParams |= {"svg.hashsalt": "night", "svg.fonttype": "none", "font.size": 10}
    figure, axes = pyplot.subplots(figsize=(8, 0.5 * len(bars) + 1), layout="constrained")
    colours = [OURS if bar["ours"] else OTHERS for bar in bars]
    drawn = axes.barh([bar["title"] for bar in bars], [bar["seconds"] for bar in bars], color=colours)
    axes.bar_label(drawn, labels=[f"{bar['seconds']:.3g} s" for bar in bars], padding=4)
    axes.set_xscale("log")
    axes.margins(x=0.15)
    axes.set_title(content["title"], loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(sys.argv[1], metadata={"Date": None})


if __name__ == "__main__":
    main()
