"""Questions over a knowledge base; each answers with quotations or says that the documents do not."""
