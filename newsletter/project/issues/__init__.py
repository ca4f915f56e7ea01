"""Issues: found, loaded, rendered, shown, checked, mended, built, begun."""
