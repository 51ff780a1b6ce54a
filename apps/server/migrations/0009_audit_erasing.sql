-- Takes the content of one row out of a log; its place and hash stay, so the log still verifies. A function, because no
-- role of ours may change rows of the log by itself.

create function muster.erase_audit_row(log uuid, index bigint) returns boolean
language plpgsql security definer set search_path = public as $$
begin
  -- The owner of the tables is under row-level security too.
  perform set_config('muster.org_ids', format('{%s}', log), true);
  update audit_log set content = null, salt = null, who_id = null, who_name = null, target_id = null, target_name = null
    where org_id = log and leaf_index = index and content is not null and action <> 'audit.row_erased';
  return found;
end $$;
revoke execute on function muster.erase_audit_row from public;
grant execute on function muster.erase_audit_row to muster_system;
