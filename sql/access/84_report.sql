-- What a frozen report is made of: canonical data and a template.

-- JSON as bytes that are the same for the same data: keys in the order of their
-- bytes, no space, integers only; a number with a fraction is refused.
create or replace function app.canon_json(p_value jsonb) returns text
language plpgsql immutable parallel safe set search_path = app, pg_temp as $$
begin
  case jsonb_typeof(p_value)
    when 'object' then
      return '{' || coalesce((select string_agg(to_json(x.key)::text || ':' || canon_json(x.value), ',' order by x.key collate "C")
        from jsonb_each(p_value) x), '') || '}';
    when 'array' then
      return '[' || coalesce((select string_agg(canon_json(x.value), ',' order by x.n)
        from jsonb_array_elements(p_value) with ordinality x(value, n)), '') || ']';
    when 'number' then
      if p_value::text !~ '^(0|-?[1-9][0-9]{0,17})$' then
        raise exception 'no integer: %', p_value;
      end if;
      return p_value::text;
    else
      return p_value::text;
  end case;
end $$;

-- The document around the sections: our Mustache, filled by app/web/report_doc.c.
-- It stands here because it is as much a part of the schema as the data it shows.
create or replace function app.report_template() returns text
language sql immutable parallel safe as $$
select $html$<!doctype html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{title}} – {{kind_title}}{{#number}} Nr. {{number}}{{/number}}</title>
<style>
@page{size:A4;margin:22mm 20mm 20mm 25mm;@top-left{content:"{{css_mark}}";font:bold 9pt sans-serif}@bottom-right{content:"Seite " counter(page) " von " counter(pages);font:9pt sans-serif}}
body{font:11pt/1.45 "Fira Sans",Arial,sans-serif;color:#111;max-width:46rem;margin:0 auto;padding:1rem}
h1{font-size:1.7em;line-height:1.2;margin:.3em 0}h2{font-size:1.3em;margin:1.6em 0 .5em}h3{font-size:1.1em;margin:1.2em 0 .4em}
h1,h2,h3,caption,figcaption{break-after:avoid}p,li{orphans:2;widows:2}
.mark{font-weight:bold;border-bottom:2px solid #111;padding-bottom:.3em}
.draft{border:2px solid #8a4b00;color:#8a4b00;display:inline-block;padding:0 .5em;font-weight:bold}
dl{display:grid;grid-template-columns:11em 1fr;gap:.25em 1em}dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.82em;margin:.8em 0}
caption{text-align:left;font-weight:bold;padding:.3em 0}caption small{display:block;font-weight:normal}
th,td{border:1px solid #777;padding:.25em .4em;text-align:left;vertical-align:top;overflow-wrap:anywhere;hyphens:auto}
thead{display:table-header-group}thead th{background:#eef1f5;font-size:.8em;overflow-wrap:normal;vertical-align:bottom}tr{break-inside:avoid}.is-num{text-align:right}
figure{margin:.8em 0;break-inside:avoid}figure svg{max-width:100%;height:auto}figcaption{font-weight:bold}
.toc ol{list-style:none;padding:0}.toc li{display:flex;justify-content:space-between;gap:1em}
a{color:inherit}a.fig{text-decoration:underline dotted}.hash{font-family:monospace;font-size:.8em;overflow-wrap:anywhere}
</style></head>
<body><header><p class="mark">{{mark}}</p>
<p>{{consultation}} · {{stage}}</p>
<h1>{{title}}</h1>
<p>{{kind_title}}{{#number}} · Bericht {{number}} · eingefroren am {{frozen}}{{/number}}</p>{{^number}}<p class="draft">ENTWURF</p>{{/number}}</header>
<nav class="toc" aria-label="Inhalt"><ol>{{#sections}}<li><a href="#s{{number}}">{{number}} {{title}}</a> <span class="pg" data-p="s{{number}}"></span></li>
{{/sections}}</ol></nav>
<main>
{{#sections}}<section aria-labelledby="s{{number}}"><h2 id="s{{number}}">{{number}} {{title}}</h2>
{{#cover}}<dl>{{#rows}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/rows}}</dl>{{/cover}}
{{{html}}}</section>
{{/sections}}</main>
</body></html>
$html$
$$;

-- Kept under its hash when a report is frozen with it.
create or replace function app.keep_template() returns app.sha256
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_data bytea := convert_to(report_template(), 'UTF8');
begin
  insert into template_copy (hash, data, kept_at) values (sha256(v_data), v_data, app.now()) on conflict (hash) do nothing;
  return sha256(v_data);
end $$;

-- Who decided something, told to whoever works at the desk: reporters see no
-- person by themselves, and the moderators' names belong to what they report.
grant execute on function app.is_desk() to resonanz_identity;
set local role resonanz_identity;

create or replace function app.desk_name(p_person_id bigint) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select person_name(p) from person p where p.id = p_person_id and is_desk());
end $$;

grant execute on function app.desk_name(bigint) to resonanz_owner;
set local role resonanz_owner;
