"""`python -m annostd` is the command `annostd`."""

from annostd.cli import main

if __name__ == "__main__":
    main()
