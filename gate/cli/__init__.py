"""The command line `gate`: one file for each subcommand."""
