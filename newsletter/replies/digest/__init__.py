"""What readers answered to one issue, gathered: questions, themes, lines to quote, promises."""
