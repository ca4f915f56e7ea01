"""MJML: read, validated, mended and compiled; mjml-python itself reports nothing and can crash."""
