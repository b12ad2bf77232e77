# A page from its JSON without server and database, for work on templates:
# build/release/tests/render assets chapter doc.json [view.json]
$(O)/tests/render: $(O)/tests/render.o $(PLAIN_LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $< $(PLAIN_LIB) $(PLAIN_LIBS) -o $@
