-- Where letters to an organisation go: street or post box, town, one a line.
alter table app.organisation add column postal_address text
  constraint postal_address_form check (char_length(postal_address) between 1 and 320);
alter type app.address_entry add attribute postal_address text;
