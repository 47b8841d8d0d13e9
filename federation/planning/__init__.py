"""Planning: from algebra, over the authorised view, to a plan of relations."""
