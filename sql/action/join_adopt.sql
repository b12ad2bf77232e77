-- Takes over answers of another house into the open draft: those that are
-- ticked, or all that are offered (p_what = all). Where the house has words of its
-- own, p_own says whether these are kept or replaced; unasked nothing is
-- overwritten. p_receipt: the version that the page showed.
create or replace function action.join_adopt(p_me app.caller, p_consultation text, p_organisation text,
  p_receipt text, p_version json, p_adopt json, p_what text, p_own text, p_nil_rest boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version := demand_joinable(h, p_organisation);
  r record;
  v_count int := 0;
  v_own int := 0;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  elsif p_own not in ('keep', 'replace') then
    perform fail('CN422', 'bad_choice', 'own');
  elsif v.receipt_no is distinct from p_receipt then
    perform fail('CN409', 'version_changed');
  end if;
  h := open_response(h);
  for r in select t, o, a, place_state(a, d, o) as state, coalesce(p_version ->> t.key, '0') as version
      from offered_answers(v.id) o join asked(h) t on t.id = o.target_id
        left join answer a on a.response_id = h.response_id and a.target_id = o.target_id
        left join adoption d on d.answer_id = a.id
      where p_what = 'all' or coalesce(p_adopt ->> t.key, '') <> '' order by t.position loop
    if r.version !~ '^\d{1,9}$' then
      perform fail('CN422', 'bad_number', 'version.' || (r.t).key);
    elsif r.state in ('own', 'deviates') and p_own is null then
      v_own := v_own + 1;
    elsif r.state <> 'adopted' and (r.state not in ('own', 'deviates') or p_own = 'replace') then
      perform adopt_answer(p_me, h, r.t, r.a, r.o, r.version::bigint);
      v_count := v_count + 1;
    end if;
  end loop;
  if v_own > 0 then
    perform fail('CN422', 'own_text', 'own', json_build_object('count', v_own));
  elsif coalesce(p_nil_rest, false) and v.nil_rest then
    perform set_nil_rest(p_me, h, true);
  elsif v_count = 0 and p_own is distinct from 'keep' then
    perform fail('CN422', 'adopt_missing', 'adopt');
  end if;
  if v_count > 0 then
    perform audit(p_me, 'join.adopt', 'response_version', v.id, null, null, v_count);
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice='
    || case when v_count > 0 then 'joined' else 'saved' end, 'adopted', v_count);
end $$;
