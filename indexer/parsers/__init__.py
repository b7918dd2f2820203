"""From bytes to page texts: one small reader for each format, chosen by what the bytes are."""
