"""What `[task]` of an input file may ask: a record for each verb, readers of its arguments, and the job that
a file becomes. A verb is imported when it is asked, by its public name; no command is imported here.
"""
