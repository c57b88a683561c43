"""What `[task]` of an input file may ask: a record for each verb, and readers of its arguments. A verb is
imported when it is asked, by its public name; no command is imported here.
"""
