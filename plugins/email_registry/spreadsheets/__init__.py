"""Tables in text files and workbooks, read and written row by row. It knows nothing of lists."""
