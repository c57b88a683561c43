"""Where people meet the package: input files, texts, reports and the command line.

Everything else may be imported here, and nothing else imports a face.
"""
