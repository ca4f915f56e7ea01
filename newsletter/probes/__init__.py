"""Who answers what checks ask on request: web servers, name servers, a browser, a spam filter."""
