"""A desktop companion for live streamers: donations become alerts, and money that adds up."""

__version__ = "0.1.0"
