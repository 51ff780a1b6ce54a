-- What each request of a session asks, as functions: their plans are kept with the connection, and making them anew took
-- longer than the answer (docs/benchmarks.md, `authorise`).

-- Whether one of the person's roles demands a second factor.
create function muster.factor_demanded(of_user uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (
    select from public.settings s join public.grants g on s.value ? g.role_id::text
    where s.key = 'signIn.requireFactor' and g.user_id = of_user);
end $$;

-- By what a person can prove who they are. A directory takes a password too.
create function muster.provable_by(of_user uuid) returns text[]
language plpgsql stable parallel safe as $$
begin
  return array_remove(array[
    case when exists (select from public.users w where w.id = of_user and w.password_hash is not null)
      or exists (select from public.provider_identities i join public.sign_in_providers v on v.id = i.provider_id
        where i.user_id = of_user and v.kind = 'ldap' and v.enabled and v.deleted_at is null) then 'password' end,
    case when exists (select from public.passkeys p where p.user_id = of_user) then 'passkey' end,
    case when exists (select from public.totp_factors t where t.user_id = of_user and t.confirmed_at is not null) then 'totp' end,
    case when exists (select from public.recovery_codes r where r.user_id = of_user and r.used_at is null) then 'recovery' end
  ], null);
end $$;

-- Whether a proof from that moment is too old for dangerous things: by the setting, 0 minutes mean never.
create function muster.is_proof_old(proved_at timestamptz, now_is timestamptz, by_default int) returns boolean
language plpgsql stable parallel safe as $$
declare
  minutes int := coalesce((select s.value::int from public.settings s where s.key = 'signIn.stepUpMinutes'), by_default);
begin
  return minutes > 0 and proved_at < now_is - minutes * interval '1 minute';
end $$;
