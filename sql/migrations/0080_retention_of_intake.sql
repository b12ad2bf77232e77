-- What was entered for a house and never confirmed by it ends as drafts do.
insert into app.retention_class (key, position, days, least, most) values ('intake', 10, 183, 90, 730);
