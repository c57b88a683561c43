"""Bokeh figures of the page, each made once and then fed with data.

A picture knows nothing of widgets or sessions; it takes Datasets of the verbs and may import nothing of the
page.
"""
