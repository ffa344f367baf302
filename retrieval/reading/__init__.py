"""Files are read in a process of their own: what a hostile or a broken one does there costs that file and nothing more."""
