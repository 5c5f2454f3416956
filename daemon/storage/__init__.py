"""Where do cases live? One interface, and the embedded store on TinyDB: a folder for each case."""
