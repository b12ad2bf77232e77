-- The next edition is drafted on the basis of the last one; one at a time, so
-- that it is clear what the edges between editions lead to.
create unique index edition_one_draft on app.edition (consultation_id) where state = 'draft';
