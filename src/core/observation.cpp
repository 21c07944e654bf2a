// observation
