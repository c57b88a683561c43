"""Systems from the devices of other packages: their levels, and their operators by name.

The packages are imported inside functions alone, and no verb may be imported here.
"""
