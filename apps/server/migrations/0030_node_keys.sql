-- Foreign nodes prove themselves by Ed25519 (EN-4): a key with a public half is worth nothing without a signature over the
-- latest challenge, which counts once.

alter table api_keys
  -- The 32 bytes of RFC 8032.
  add column public_key bytea check (length(public_key) = 32),
  add column challenge text,
  add column challenge_at timestamptz,
  add constraint api_keys_signs_for_a_node check (public_key is null or device_id is not null);
