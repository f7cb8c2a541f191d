"""`python -m curation`: the command line, where `curate` is not on the path."""

from curation.start import main

if __name__ == "__main__":
    main()
