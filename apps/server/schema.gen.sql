-- tables
create table muster.migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  min_app_version text not null
);
create table public.access_token_keys (
  id uuid not null,
  secret_id uuid not null,
  public_key jsonb not null,
  created_at timestamp with time zone not null
);
create table public.api_keys (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  prefix text not null,
  secret_hash bytea not null,
  permissions text[],
  device_id uuid,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  public_key bytea,
  challenge text,
  challenge_at timestamp with time zone
);
create table public.approvals (
  id uuid not null,
  state text not null,
  requested_by uuid not null,
  key_id uuid,
  permission text not null,
  endpoint text not null,
  method text not null,
  path text not null,
  input jsonb not null,
  request_hash bytea not null,
  device_ids uuid[] not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  decided_by uuid,
  decided_at timestamp with time zone,
  reason text not null default ''::text,
  used_at timestamp with time zone
);
create table public.audit_checkpoints (
  org_id uuid not null,
  size bigint not null,
  signed_at timestamp with time zone not null,
  note text not null
);
create table public.audit_log (
  "position" bigint not null,
  id uuid not null,
  org_id uuid not null,
  leaf_index bigint not null,
  occurred_at timestamp with time zone not null,
  who_id text,
  who_name text,
  action text not null,
  target_id text,
  target_name text,
  success boolean not null,
  content text,
  salt bytea,
  content_hash bytea not null,
  sequenced_at timestamp with time zone not null
) partition by RANGE (sequenced_at);
create table public.audit_outbox (
  seq bigint not null generated as identity,
  id uuid not null,
  org_id uuid not null,
  occurred_at timestamp with time zone not null,
  who_id text,
  who_name text,
  action text not null,
  target_id text,
  target_name text,
  success boolean not null,
  content text not null,
  salt bytea not null,
  content_hash bytea not null
);
create table public.audit_sequencer (
  only_row boolean not null default true,
  holder text not null default ''::text,
  lease_until timestamp with time zone not null default '-infinity'::timestamp with time zone,
  "position" bigint not null default 0,
  sequenced_at timestamp with time zone not null default '-infinity'::timestamp with time zone
);
create table public.audit_tiles (
  org_id uuid not null,
  level integer not null,
  tile bigint not null,
  hashes bytea not null
);
create table public.audit_trees (
  org_id uuid not null,
  size bigint not null,
  peaks bytea not null,
  signed_size bigint not null default 0,
  pruned_size bigint not null default 0,
  pruned_note text
);
create table public.commands (
  id uuid not null,
  org_id uuid not null,
  device_id uuid not null,
  device_name text not null,
  sequence bigint not null,
  name text not null,
  version integer not null,
  state text not null,
  payload jsonb not null,
  envelope bytea not null,
  result jsonb,
  error_code text,
  error_message text,
  requested_by uuid,
  requested_by_name text,
  reason text,
  timeout_ms integer not null,
  created_at timestamp with time zone not null,
  deliver_by timestamp with time zone not null,
  sent_at timestamp with time zone,
  received_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  due_at timestamp with time zone
) partition by RANGE (id);
create table public.custom_fields (
  id uuid not null,
  org_id uuid not null,
  key text not null,
  title text not null,
  description text not null default ''::text,
  kind text not null,
  choices text[] not null default '{}'::text[],
  applies_to text[] not null,
  set_by text not null default 'operator'::text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now()
);
create table public.custom_values (
  org_id uuid not null,
  field_id uuid not null,
  key text not null,
  level smallint not null,
  place_id uuid not null,
  value jsonb not null,
  text text not null,
  number double precision,
  at timestamp with time zone,
  flag boolean,
  address inet,
  sort_key text
);
create table public.device_facts (
  device_id uuid not null,
  org_id uuid not null,
  fqdn text,
  os_build text,
  kernel text,
  cpu_model text,
  cpu_cores integer,
  memory_total_bytes bigint,
  timezone text,
  virtualisation text,
  machine_id text,
  interfaces jsonb not null default '[]'::jsonb,
  reported_at timestamp with time zone not null
);
create table public.device_keys (
  device_id uuid not null,
  org_id uuid not null,
  public_key bytea not null,
  token_hash bytea not null,
  previous_token_hash bytea,
  token_rotated_at timestamp with time zone not null,
  boots jsonb not null default '[]'::jsonb,
  command_sequence bigint not null default 0,
  previous_public_key bytea
);
create table public.device_latest (
  device_no integer not null,
  at timestamp with time zone not null,
  cpu_percent real,
  memory_percent real,
  network_bits_per_second bigint,
  disk_free_percent_least real,
  disk_free_percent_most real,
  disk_free_bytes_least bigint,
  disk_free_bytes_most bigint,
  disk_names text[] not null default '{}'::text[],
  disk_free_percents real[] not null default '{}'::real[],
  disk_free_bytes bigint[] not null default '{}'::bigint[],
  agent_resident_bytes bigint,
  agent_cpu_percent real,
  agent_shedding boolean,
  agent_minutes_dropped bigint
);
create table public.device_logins (
  device_code_hash bytea not null,
  user_code_hash bytea not null,
  client text not null,
  address text not null,
  user_agent text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  decided_by uuid,
  decided_in uuid,
  approved boolean,
  polled_at timestamp with time zone,
  interval_s integer not null
);
create table public.device_policies (
  device_id uuid not null,
  org_id uuid not null,
  fields jsonb not null,
  since timestamp with time zone not null default now()
);
create table public.device_presence (
  device_no integer not null,
  presence text not null default 'unknown'::text,
  reason text not null default 'never_seen'::text,
  since timestamp with time zone not null default now(),
  first_seen_at timestamp with time zone,
  last_seen_at timestamp with time zone,
  gateway_id text not null default ''::text,
  connection_epoch bigint not null default 0,
  beacon_interval_ms integer not null default 60000
);
create table public.device_software (
  device_no integer not null,
  title_id integer not null,
  version_id integer not null,
  arch text not null,
  publisher text,
  installed_at timestamp with time zone,
  since timestamp with time zone not null,
  size_bytes bigint,
  generation smallint not null
);
create table public.devices (
  id uuid not null,
  org_id uuid not null,
  site_id uuid not null,
  device_no integer not null generated as identity,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  enrolled_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  booted_at timestamp with time zone,
  deleted_at timestamp with time zone,
  clone_of uuid,
  lifecycle text not null,
  all_tags jsonb not null generated as (ruled_tags || tags),
  hostname_folded text not null,
  addresses inet[] not null default '{}'::inet[],
  manufacturer text,
  agent_version_key text not null default ''::text,
  os text not null,
  arch text not null,
  policy_level text not null default 'control'::text,
  hostname text not null,
  display_name text,
  search_text text not null,
  os_name text not null default ''::text,
  os_version text not null default ''::text,
  os_version_key text not null default ''::text,
  agent_version text not null default ''::text,
  serial_number text,
  model text,
  macs text[] not null default '{}'::text[],
  tags jsonb not null default '{}'::jsonb,
  ruled_tags jsonb not null default '{}'::jsonb,
  moved_to uuid
);
create table public.enrolment_tokens (
  id uuid not null,
  org_id uuid not null,
  site_id uuid not null,
  handle text not null,
  secret_hash bytea not null,
  description text not null,
  uses_allowed integer,
  uses integer not null default 0,
  tags jsonb not null default '{}'::jsonb,
  needs_approval boolean not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  created_by uuid,
  revoked_at timestamp with time zone
);
create table public.event_cursors (
  name text not null,
  "position" bigint not null,
  updated_at timestamp with time zone not null default now()
);
create table public.event_log (
  "position" bigint not null,
  id uuid not null,
  org_id uuid not null,
  type text not null,
  version integer not null,
  subject_id uuid not null,
  priority text not null,
  payload jsonb not null,
  actor text,
  occurred_at timestamp with time zone not null,
  sequenced_at timestamp with time zone not null
) partition by RANGE (sequenced_at);
create table public.event_outbox (
  seq bigint not null generated as identity,
  id uuid not null,
  org_id uuid not null,
  type text not null,
  version integer not null,
  subject_id uuid not null,
  priority text not null,
  payload jsonb not null,
  actor text,
  occurred_at timestamp with time zone not null
);
create table public.event_sequencer (
  only_row boolean not null default true,
  holder text not null default ''::text,
  lease_until timestamp with time zone not null default '-infinity'::timestamp with time zone,
  "position" bigint not null default 0
);
create table public.grants (
  id uuid not null,
  user_id uuid not null,
  role_id uuid not null,
  org_id uuid,
  site_id uuid,
  group_id uuid,
  created_at timestamp with time zone not null default now(),
  created_by uuid,
  provider_id uuid
);
create table public.group_devices (
  group_id uuid not null,
  device_id uuid not null,
  org_id uuid not null,
  added_at timestamp with time zone not null default now()
);
create table public.group_retags (
  group_id uuid not null,
  org_id uuid not null,
  asked integer not null default 1,
  asked_at timestamp with time zone not null default now(),
  tags_before jsonb,
  total integer not null,
  looked_to uuid,
  looked integer not null default 0,
  changed integer not null default 0,
  finished_at timestamp with time zone
);
create table public.group_sizes (
  group_id uuid not null,
  org_id uuid not null,
  devices integer not null
);
create table public.group_tags (
  group_id uuid not null,
  org_id uuid not null,
  key text not null,
  value text not null
);
create table public.groups (
  id uuid not null,
  org_id uuid not null,
  parent_id uuid,
  name text not null,
  description text not null default ''::text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  query text,
  queued_query text,
  settled_query text,
  priority integer not null default 100
);
create table public.idempotency_keys (
  key_hash bytea not null,
  request_hash bytea not null,
  answer bytea,
  created_at timestamp with time zone not null default now()
);
create table public.inventory_changes (
  id bigint not null generated as identity,
  device_no integer not null,
  at timestamp with time zone not null,
  category text not null,
  kind text not null,
  key text not null,
  change text not null,
  before jsonb,
  after jsonb,
  title_id integer
) partition by RANGE (at);
create table public.inventory_items (
  device_no integer not null,
  category text not null,
  kind text not null,
  key text not null,
  fields jsonb not null,
  since timestamp with time zone not null,
  generation smallint not null
);
create table public.inventory_states (
  device_no integer not null,
  category text not null,
  state bytea not null,
  collected_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  items integer not null,
  generation smallint not null,
  replacing boolean not null,
  whole boolean not null,
  note text not null default ''::text
);
create table public.leases (
  name text not null,
  holder text not null,
  expires_at timestamp with time zone not null
);
create table public.membership_fills (
  group_id uuid not null,
  query text not null,
  filled_to integer not null default 0
);
create table public.membership_queue (
  id bigint not null generated as identity,
  device_no integer not null,
  touched text[] not null
);
create table public.membership_thresholds (
  metric text not null,
  value double precision not null
);
create table public.membership_timers (
  device_no integer not null,
  due_at timestamp with time zone not null
);
create table public.membership_watch (
  touched text not null
);
create table public.organisations (
  id uuid not null,
  name text not null,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  partner_id uuid
);
create table public.passkey_challenges (
  id uuid not null,
  purpose text not null,
  user_id uuid,
  challenge text not null,
  expires_at timestamp with time zone not null
);
create table public.passkeys (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  credential_id bytea not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}'::text[],
  synced boolean not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone
);
create table public.password_links (
  id uuid not null,
  user_id uuid not null,
  purpose text not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  created_by uuid,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone
);
create table public.policies (
  id uuid not null,
  org_id uuid not null,
  site_id uuid,
  group_id uuid,
  device_id uuid,
  fields jsonb not null default '{}'::jsonb,
  version integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now()
);
create table public.policy_queue (
  id bigint not null generated as identity,
  device_id uuid not null
);
create table public.provider_identities (
  provider_id uuid not null,
  subject text not null,
  user_id uuid not null,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now()
);
create table public.provider_mappings (
  provider_id uuid not null,
  group_name text not null,
  role_id uuid not null,
  org_id uuid,
  site_id uuid,
  group_id uuid
);
create table public.provider_sign_ins (
  state_hash bytea not null,
  browser_hash bytea not null,
  provider_id uuid not null,
  redirect_uri text not null,
  return_to text not null,
  expires_at timestamp with time zone not null
);
create table public.recovery_codes (
  user_id uuid not null,
  code_hash bytea not null,
  used_at timestamp with time zone
);
create table public.refresh_tokens (
  token_hash bytea not null,
  session_id uuid not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone
);
create table public.role_permissions (
  role_id uuid not null,
  permission text not null
);
create table public.roles (
  id uuid not null,
  name text not null,
  description text not null default ''::text,
  built_in text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone
);
create table public.saved_views (
  id uuid not null,
  org_id uuid,
  owner_id uuid not null,
  name text not null,
  query text not null,
  columns text[] not null default '{}'::text[],
  sort text not null,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now()
);
create table public.sessions (
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  address text not null,
  user_agent text not null,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  methods text[] not null default '{password}'::text[],
  proved_at timestamp with time zone not null default now()
);
create table public.settings (
  key text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default now(),
  version integer not null default 1,
  changed_by text
);
create table public.sign_in_providers (
  id uuid not null,
  kind text not null,
  name text not null,
  enabled boolean not null,
  settings jsonb not null,
  secret_id uuid,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone
);
create table public.sign_in_tickets (
  token_hash bytea not null,
  user_id uuid not null,
  methods text[] not null,
  failures integer not null default 0,
  expires_at timestamp with time zone not null
);
create table public.sites (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  location text not null default ''::text,
  timezone text not null default 'UTC'::text,
  contact_email text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  relay_device_id uuid
);
create table public.smart_members (
  device_id uuid not null,
  group_id uuid not null,
  org_id uuid not null,
  since timestamp with time zone not null default now()
);
create table public.software_titles (
  id integer not null generated as identity,
  ecosystem text not null,
  name text not null,
  name_folded text not null
);
create table public.software_versions (
  id integer not null generated as identity,
  ecosystem text not null,
  version text not null,
  sort_key text not null
);
create table public.telemetry_1h (
  device_no integer not null,
  at integer not null,
  packed bytea not null
) partition by RANGE (at);
create table public.telemetry_5m (
  device_no integer not null,
  at integer not null,
  packed bytea not null
) partition by RANGE (at);
create table public.telemetry_instances (
  device_no integer not null,
  instance integer not null,
  kind text not null,
  name text not null,
  detail text not null
);
create table public.telemetry_minutes (
  device_no integer not null,
  at integer not null,
  packed bytea not null
) partition by RANGE (at);
create table public.totp_factors (
  user_id uuid not null,
  secret_id uuid not null,
  created_at timestamp with time zone not null default now(),
  confirmed_at timestamp with time zone,
  last_step bigint not null default 0
);
create table public.trust (
  singleton boolean not null default true,
  installation_id uuid not null,
  root_public_key bytea not null,
  epoch integer not null,
  generation integer not null,
  created_at timestamp with time zone not null default now()
);
create table public.trust_materials (
  name text not null,
  open bytea not null,
  sealed bytea not null,
  statement bytea,
  created_at timestamp with time zone not null default now()
);
create table public.users (
  id uuid not null,
  email text not null,
  name text not null,
  password_hash text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  deleted_at timestamp with time zone
);
create table public.vault_secrets (
  id uuid not null,
  sealed bytea not null
);

-- views
create view muster.device_list as
 SELECT d.id,
    d.org_id,
    d.site_id,
    d.device_no,
    d.version,
    d.created_at,
    d.enrolled_at,
    d.updated_at,
    d.booted_at,
    d.clone_of,
    d.lifecycle,
    d.os,
    d.arch,
    d.policy_level,
    d.hostname,
    d.hostname_folded,
    d.display_name,
    d.search_text,
    d.os_name,
    d.os_version,
    d.os_version_key,
    d.agent_version,
    d.agent_version_key,
    d.serial_number,
    d.manufacturer,
    d.model,
    d.addresses,
    d.macs,
    d.all_tags AS tags,
    s.name AS site_name,
    p.presence,
    p.reason AS presence_reason,
    p.since AS presence_since,
    p.last_seen_at AS stored_seen_at,
        CASE
            WHEN p.presence = 'online'::text THEN now()
            ELSE p.last_seen_at
        END AS last_seen_at,
    l.at AS latest_at,
    l.cpu_percent,
    l.memory_percent,
    l.network_bits_per_second,
    l.disk_free_percent_least,
    l.disk_free_percent_most,
    l.disk_free_bytes_least,
    l.disk_free_bytes_most,
    l.disk_names,
    l.disk_free_percents,
    l.disk_free_bytes,
    l.agent_resident_bytes,
    l.agent_cpu_percent,
    l.agent_shedding,
    l.agent_minutes_dropped
   FROM devices d
     LEFT JOIN sites s ON s.id = d.site_id
     LEFT JOIN device_presence p ON p.device_no = d.device_no
     LEFT JOIN device_latest l ON l.device_no = d.device_no AND l.at > (now() - '00:05:00'::interval)
  WHERE d.deleted_at IS NULL;
create view muster.software_list as
 SELECT s.device_no,
    s.title_id
   FROM device_software s
     JOIN devices d USING (device_no)
  WHERE d.org_id = ANY ((( SELECT muster.scope() AS scope))::uuid[]);
create view muster.title_list as
 SELECT id,
    name,
    name_folded
   FROM software_titles;

-- constraints
alter table muster.migrations add constraint migrations_pkey PRIMARY KEY (number);
alter table public.access_token_keys add constraint access_token_keys_pkey PRIMARY KEY (id);
alter table public.access_token_keys add constraint access_token_keys_public_key_check CHECK ((jsonb_typeof(public_key) = 'object'::text));
alter table public.access_token_keys add constraint access_token_keys_secret_id_fkey FOREIGN KEY (secret_id) REFERENCES vault_secrets(id);
alter table public.api_keys add constraint api_keys_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.api_keys add constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.api_keys add constraint api_keys_pkey PRIMARY KEY (id);
alter table public.api_keys add constraint api_keys_prefix_key UNIQUE (prefix);
alter table public.api_keys add constraint api_keys_public_key_check CHECK ((length(public_key) = 32));
alter table public.api_keys add constraint api_keys_secret_hash_check CHECK ((length(secret_hash) = 32));
alter table public.api_keys add constraint api_keys_secret_hash_key UNIQUE (secret_hash);
alter table public.api_keys add constraint api_keys_signs_for_a_node CHECK (((public_key IS NULL) OR (device_id IS NOT NULL)));
alter table public.api_keys add constraint api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.approvals add constraint approvals_check CHECK (((decided_by IS NULL) OR (decided_by <> requested_by)));
alter table public.approvals add constraint approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id);
alter table public.approvals add constraint approvals_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(id);
alter table public.approvals add constraint approvals_pkey PRIMARY KEY (id);
alter table public.approvals add constraint approvals_request_hash_check CHECK ((length(request_hash) = 32));
alter table public.approvals add constraint approvals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id);
alter table public.approvals add constraint approvals_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'used'::text, 'denied'::text, 'withdrawn'::text, 'expired'::text])));
alter table public.audit_checkpoints add constraint audit_checkpoints_pkey PRIMARY KEY (org_id, size);
alter table public.audit_log add constraint audit_log_pkey PRIMARY KEY ("position", sequenced_at);
alter table public.audit_outbox add constraint audit_outbox_content_hash_check CHECK ((length(content_hash) = 32));
alter table public.audit_outbox add constraint audit_outbox_pkey PRIMARY KEY (seq);
alter table public.audit_outbox add constraint audit_outbox_salt_check CHECK ((length(salt) = 16));
alter table public.audit_sequencer add constraint audit_sequencer_only_row_check CHECK (only_row);
alter table public.audit_sequencer add constraint audit_sequencer_pkey PRIMARY KEY (only_row);
alter table public.audit_tiles add constraint audit_tiles_hashes_check CHECK ((((length(hashes) % 32) = 0) AND (length(hashes) <= 8192)));
alter table public.audit_tiles add constraint audit_tiles_pkey PRIMARY KEY (org_id, level, tile);
alter table public.audit_trees add constraint audit_trees_check CHECK (((signed_size <= size) AND (pruned_size <= size) AND ((pruned_size = 0) = (pruned_note IS NULL))));
alter table public.audit_trees add constraint audit_trees_peaks_check CHECK (((length(peaks) % 32) = 0));
alter table public.audit_trees add constraint audit_trees_pkey PRIMARY KEY (org_id);
alter table public.audit_trees add constraint audit_trees_size_check CHECK ((size >= 0));
alter table public.commands add constraint commands_check CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['queued'::text, 'sent'::text, 'received'::text, 'running'::text, 'cancelling'::text]))));
alter table public.commands add constraint commands_check1 CHECK (((due_at IS NULL) = (ended_at IS NOT NULL)));
alter table public.commands add constraint commands_pkey PRIMARY KEY (id);
alter table public.commands add constraint commands_sequence_check CHECK ((sequence > 0));
alter table public.commands add constraint commands_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'received'::text, 'running'::text, 'cancelling'::text, 'succeeded'::text, 'failed'::text, 'refused'::text, 'expired'::text, 'cancelled'::text, 'interrupted'::text])));
alter table public.commands add constraint commands_timeout_ms_check CHECK ((timeout_ms > 0));
alter table public.custom_fields add constraint custom_fields_applies_to_check CHECK (((applies_to <> '{}'::text[]) AND (applies_to <@ '{organisation,site,device}'::text[])));
alter table public.custom_fields add constraint custom_fields_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,39}$'::text));
alter table public.custom_fields add constraint custom_fields_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'enum'::text, 'number'::text, 'percent'::text, 'bytes'::text, 'duration'::text, 'time'::text, 'boolean'::text, 'ip'::text, 'version'::text])));
alter table public.custom_fields add constraint custom_fields_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.custom_fields add constraint custom_fields_org_id_key_key UNIQUE (org_id, key);
alter table public.custom_fields add constraint custom_fields_pkey PRIMARY KEY (id);
alter table public.custom_fields add constraint custom_fields_set_by_check CHECK ((set_by = ANY (ARRAY['operator'::text, 'administrator'::text])));
alter table public.custom_fields add constraint custom_fields_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)));
alter table public.custom_values add constraint custom_values_field_id_fkey FOREIGN KEY (field_id) REFERENCES custom_fields(id);
alter table public.custom_values add constraint custom_values_level_check CHECK (((level >= 0) AND (level <= 3)));
alter table public.custom_values add constraint custom_values_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.custom_values add constraint custom_values_pkey PRIMARY KEY (place_id, key, level);
alter table public.device_facts add constraint device_facts_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.device_facts add constraint device_facts_interfaces_check CHECK ((jsonb_typeof(interfaces) = 'array'::text));
alter table public.device_facts add constraint device_facts_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.device_facts add constraint device_facts_pkey PRIMARY KEY (device_id);
alter table public.device_keys add constraint device_keys_boots_check CHECK ((jsonb_typeof(boots) = 'array'::text));
alter table public.device_keys add constraint device_keys_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.device_keys add constraint device_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.device_keys add constraint device_keys_pkey PRIMARY KEY (device_id);
alter table public.device_keys add constraint device_keys_previous_token_hash_check CHECK ((length(previous_token_hash) = 32));
alter table public.device_keys add constraint device_keys_token_hash_check CHECK ((length(token_hash) = 32));
alter table public.device_latest add constraint device_latest_pkey PRIMARY KEY (device_no);
alter table public.device_logins add constraint device_logins_client_check CHECK (((length(client) >= 1) AND (length(client) <= 100)));
alter table public.device_logins add constraint device_logins_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id);
alter table public.device_logins add constraint device_logins_decided_in_fkey FOREIGN KEY (decided_in) REFERENCES sessions(id) ON DELETE CASCADE;
alter table public.device_logins add constraint device_logins_device_code_hash_check CHECK ((length(device_code_hash) = 32));
alter table public.device_logins add constraint device_logins_pkey PRIMARY KEY (device_code_hash);
alter table public.device_logins add constraint device_logins_user_code_hash_check CHECK ((length(user_code_hash) = 32));
alter table public.device_logins add constraint device_logins_user_code_hash_key UNIQUE (user_code_hash);
alter table public.device_policies add constraint device_policies_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.device_policies add constraint device_policies_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text));
alter table public.device_policies add constraint device_policies_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.device_policies add constraint device_policies_pkey PRIMARY KEY (device_id);
alter table public.device_presence add constraint device_presence_pkey PRIMARY KEY (device_no);
alter table public.device_presence add constraint device_presence_presence_check CHECK ((presence = ANY (ARRAY['unknown'::text, 'online'::text, 'unresponsive'::text, 'offline'::text])));
alter table public.device_software add constraint device_software_pkey PRIMARY KEY (device_no, title_id, version_id, arch);
alter table public.device_software add constraint device_software_title_id_fkey FOREIGN KEY (title_id) REFERENCES software_titles(id);
alter table public.device_software add constraint device_software_version_id_fkey FOREIGN KEY (version_id) REFERENCES software_versions(id);
alter table public.devices add constraint devices_clone_of_fkey FOREIGN KEY (clone_of) REFERENCES devices(id);
alter table public.devices add constraint devices_device_no_key UNIQUE (device_no);
alter table public.devices add constraint devices_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 255)));
alter table public.devices add constraint devices_hostname_check CHECK (((length(hostname) >= 1) AND (length(hostname) <= 255)));
alter table public.devices add constraint devices_lifecycle_check CHECK ((lifecycle = ANY (ARRAY['pending'::text, 'active'::text, 'suspended'::text, 'revoked'::text, 'retired'::text])));
alter table public.devices add constraint devices_moved_to_fkey FOREIGN KEY (moved_to) REFERENCES devices(id);
alter table public.devices add constraint devices_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.devices add constraint devices_os_check CHECK ((os = ANY (ARRAY['linux'::text, 'windows'::text, 'darwin'::text])));
alter table public.devices add constraint devices_pkey PRIMARY KEY (id);
alter table public.devices add constraint devices_policy_level_check CHECK ((policy_level = ANY (ARRAY['observe'::text, 'manage'::text, 'control'::text])));
alter table public.devices add constraint devices_ruled_tags_check CHECK ((jsonb_typeof(ruled_tags) = 'object'::text));
alter table public.devices add constraint devices_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id);
alter table public.devices add constraint devices_tags_check CHECK ((jsonb_typeof(tags) = 'object'::text));
alter table public.enrolment_tokens add constraint enrolment_tokens_check CHECK (((uses_allowed IS NULL) OR (uses <= uses_allowed)));
alter table public.enrolment_tokens add constraint enrolment_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id);
alter table public.enrolment_tokens add constraint enrolment_tokens_handle_check CHECK ((length(handle) = 12));
alter table public.enrolment_tokens add constraint enrolment_tokens_handle_key UNIQUE (handle);
alter table public.enrolment_tokens add constraint enrolment_tokens_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.enrolment_tokens add constraint enrolment_tokens_pkey PRIMARY KEY (id);
alter table public.enrolment_tokens add constraint enrolment_tokens_secret_hash_check CHECK ((length(secret_hash) = 32));
alter table public.enrolment_tokens add constraint enrolment_tokens_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id);
alter table public.enrolment_tokens add constraint enrolment_tokens_tags_check CHECK ((jsonb_typeof(tags) = 'object'::text));
alter table public.enrolment_tokens add constraint enrolment_tokens_uses_allowed_check CHECK ((uses_allowed > 0));
alter table public.enrolment_tokens add constraint enrolment_tokens_uses_check CHECK ((uses >= 0));
alter table public.event_cursors add constraint event_cursors_pkey PRIMARY KEY (name);
alter table public.event_log add constraint event_log_pkey PRIMARY KEY ("position", sequenced_at);
alter table public.event_outbox add constraint event_outbox_payload_check CHECK ((jsonb_typeof(payload) = 'object'::text));
alter table public.event_outbox add constraint event_outbox_pkey PRIMARY KEY (seq);
alter table public.event_outbox add constraint event_outbox_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'critical'::text])));
alter table public.event_sequencer add constraint event_sequencer_only_row_check CHECK (only_row);
alter table public.event_sequencer add constraint event_sequencer_pkey PRIMARY KEY (only_row);
alter table public.grants add constraint grants_check CHECK (((org_id IS NOT NULL) OR ((site_id IS NULL) AND (group_id IS NULL))));
alter table public.grants add constraint grants_check1 CHECK (((site_id IS NULL) OR (group_id IS NULL)));
alter table public.grants add constraint grants_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id);
alter table public.grants add constraint grants_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.grants add constraint grants_once UNIQUE NULLS NOT DISTINCT (user_id, role_id, org_id, site_id, group_id, provider_id);
alter table public.grants add constraint grants_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.grants add constraint grants_pkey PRIMARY KEY (id);
alter table public.grants add constraint grants_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES sign_in_providers(id);
alter table public.grants add constraint grants_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles(id);
alter table public.grants add constraint grants_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id);
alter table public.grants add constraint grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.group_devices add constraint group_devices_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.group_devices add constraint group_devices_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.group_devices add constraint group_devices_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.group_devices add constraint group_devices_pkey PRIMARY KEY (device_id, group_id);
alter table public.group_retags add constraint group_retags_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.group_retags add constraint group_retags_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.group_retags add constraint group_retags_pkey PRIMARY KEY (group_id);
alter table public.group_retags add constraint group_retags_tags_before_check CHECK ((jsonb_typeof(tags_before) = 'object'::text));
alter table public.group_sizes add constraint group_sizes_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.group_sizes add constraint group_sizes_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.group_sizes add constraint group_sizes_pkey PRIMARY KEY (group_id);
alter table public.group_tags add constraint group_tags_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.group_tags add constraint group_tags_key_check CHECK ((key ~ '^[a-z][a-z0-9_.-]{0,62}$'::text));
alter table public.group_tags add constraint group_tags_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.group_tags add constraint group_tags_pkey PRIMARY KEY (group_id, key);
alter table public.group_tags add constraint group_tags_value_check CHECK ((length(value) <= 255));
alter table public.groups add constraint groups_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.groups add constraint groups_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.groups add constraint groups_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES groups(id);
alter table public.groups add constraint groups_pkey PRIMARY KEY (id);
alter table public.groups add constraint groups_priority_check CHECK (((priority >= 0) AND (priority <= 1000)));
alter table public.groups add constraint groups_query_check CHECK (((length(query) >= 1) AND (length(query) <= 8192)));
alter table public.idempotency_keys add constraint idempotency_keys_key_hash_check CHECK ((length(key_hash) = 32));
alter table public.idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (key_hash);
alter table public.idempotency_keys add constraint idempotency_keys_request_hash_check CHECK ((length(request_hash) = 32));
alter table public.inventory_changes add constraint inventory_changes_change_check CHECK ((change = ANY (ARRAY['added'::text, 'removed'::text, 'changed'::text])));
alter table public.inventory_changes add constraint inventory_changes_pkey PRIMARY KEY (id, at);
alter table public.inventory_items add constraint inventory_items_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text));
alter table public.inventory_items add constraint inventory_items_pkey PRIMARY KEY (device_no, category, kind, key);
alter table public.inventory_states add constraint inventory_states_pkey PRIMARY KEY (device_no, category);
alter table public.inventory_states add constraint inventory_states_state_check CHECK ((length(state) <= 32));
alter table public.leases add constraint leases_pkey PRIMARY KEY (name);
alter table public.membership_fills add constraint membership_fills_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.membership_fills add constraint membership_fills_pkey PRIMARY KEY (group_id);
alter table public.membership_queue add constraint membership_queue_pkey PRIMARY KEY (id);
alter table public.membership_thresholds add constraint membership_thresholds_pkey PRIMARY KEY (metric, value);
alter table public.membership_timers add constraint membership_timers_pkey PRIMARY KEY (device_no);
alter table public.membership_watch add constraint membership_watch_pkey PRIMARY KEY (touched);
alter table public.organisations add constraint organisations_check CHECK ((partner_id <> id));
alter table public.organisations add constraint organisations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.organisations add constraint organisations_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES organisations(id);
alter table public.organisations add constraint organisations_pkey PRIMARY KEY (id);
alter table public.passkey_challenges add constraint passkey_challenges_pkey PRIMARY KEY (id);
alter table public.passkey_challenges add constraint passkey_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['sign-in'::text, 'factor'::text, 'prove'::text, 'register'::text])));
alter table public.passkey_challenges add constraint passkey_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.passkeys add constraint passkeys_credential_id_key UNIQUE (credential_id);
alter table public.passkeys add constraint passkeys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)));
alter table public.passkeys add constraint passkeys_pkey PRIMARY KEY (id);
alter table public.passkeys add constraint passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.password_links add constraint password_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id);
alter table public.password_links add constraint password_links_pkey PRIMARY KEY (id);
alter table public.password_links add constraint password_links_purpose_check CHECK ((purpose = ANY (ARRAY['invitation'::text, 'reset'::text])));
alter table public.password_links add constraint password_links_token_hash_check CHECK ((length(token_hash) = 32));
alter table public.password_links add constraint password_links_token_hash_key UNIQUE (token_hash);
alter table public.password_links add constraint password_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.policies add constraint policies_check CHECK ((num_nonnulls(site_id, group_id, device_id) <= 1));
alter table public.policies add constraint policies_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.policies add constraint policies_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text));
alter table public.policies add constraint policies_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.policies add constraint policies_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.policies add constraint policies_org_id_site_id_group_id_device_id_key UNIQUE NULLS NOT DISTINCT (org_id, site_id, group_id, device_id);
alter table public.policies add constraint policies_pkey PRIMARY KEY (id);
alter table public.policies add constraint policies_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id);
alter table public.policy_queue add constraint policy_queue_pkey PRIMARY KEY (id);
alter table public.provider_identities add constraint provider_identities_pkey PRIMARY KEY (provider_id, subject);
alter table public.provider_identities add constraint provider_identities_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES sign_in_providers(id);
alter table public.provider_identities add constraint provider_identities_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 1000)));
alter table public.provider_identities add constraint provider_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.provider_mappings add constraint provider_mappings_check CHECK (((org_id IS NOT NULL) OR ((site_id IS NULL) AND (group_id IS NULL))));
alter table public.provider_mappings add constraint provider_mappings_check1 CHECK (((site_id IS NULL) OR (group_id IS NULL)));
alter table public.provider_mappings add constraint provider_mappings_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.provider_mappings add constraint provider_mappings_group_name_check CHECK (((length(group_name) >= 1) AND (length(group_name) <= 1000)));
alter table public.provider_mappings add constraint provider_mappings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.provider_mappings add constraint provider_mappings_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES sign_in_providers(id);
alter table public.provider_mappings add constraint provider_mappings_provider_id_group_name_role_id_org_id_sit_key UNIQUE NULLS NOT DISTINCT (provider_id, group_name, role_id, org_id, site_id, group_id);
alter table public.provider_mappings add constraint provider_mappings_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles(id);
alter table public.provider_mappings add constraint provider_mappings_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id);
alter table public.provider_sign_ins add constraint provider_sign_ins_browser_hash_check CHECK ((length(browser_hash) = 32));
alter table public.provider_sign_ins add constraint provider_sign_ins_pkey PRIMARY KEY (state_hash);
alter table public.provider_sign_ins add constraint provider_sign_ins_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES sign_in_providers(id);
alter table public.provider_sign_ins add constraint provider_sign_ins_state_hash_check CHECK ((length(state_hash) = 32));
alter table public.recovery_codes add constraint recovery_codes_code_hash_check CHECK ((length(code_hash) = 32));
alter table public.recovery_codes add constraint recovery_codes_pkey PRIMARY KEY (user_id, code_hash);
alter table public.recovery_codes add constraint recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.refresh_tokens add constraint refresh_tokens_pkey PRIMARY KEY (token_hash);
alter table public.refresh_tokens add constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE;
alter table public.refresh_tokens add constraint refresh_tokens_token_hash_check CHECK ((length(token_hash) = 32));
alter table public.role_permissions add constraint role_permissions_pkey PRIMARY KEY (role_id, permission);
alter table public.role_permissions add constraint role_permissions_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles(id);
alter table public.roles add constraint roles_built_in_check CHECK ((built_in = ANY (ARRAY['admin'::text, 'operator'::text, 'viewer'::text, 'auditor'::text])));
alter table public.roles add constraint roles_built_in_key UNIQUE (built_in);
alter table public.roles add constraint roles_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.roles add constraint roles_pkey PRIMARY KEY (id);
alter table public.saved_views add constraint saved_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)));
alter table public.saved_views add constraint saved_views_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.saved_views add constraint saved_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id);
alter table public.saved_views add constraint saved_views_pkey PRIMARY KEY (id);
alter table public.sessions add constraint sessions_pkey PRIMARY KEY (id);
alter table public.sessions add constraint sessions_token_hash_check CHECK ((length(token_hash) = 32));
alter table public.sessions add constraint sessions_token_hash_key UNIQUE (token_hash);
alter table public.sessions add constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.settings add constraint settings_pkey PRIMARY KEY (key);
alter table public.sign_in_providers add constraint sign_in_providers_kind_check CHECK ((kind = ANY (ARRAY['oidc'::text, 'ldap'::text])));
alter table public.sign_in_providers add constraint sign_in_providers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.sign_in_providers add constraint sign_in_providers_pkey PRIMARY KEY (id);
alter table public.sign_in_providers add constraint sign_in_providers_secret_id_fkey FOREIGN KEY (secret_id) REFERENCES vault_secrets(id);
alter table public.sign_in_providers add constraint sign_in_providers_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text));
alter table public.sign_in_tickets add constraint sign_in_tickets_pkey PRIMARY KEY (token_hash);
alter table public.sign_in_tickets add constraint sign_in_tickets_token_hash_check CHECK ((length(token_hash) = 32));
alter table public.sign_in_tickets add constraint sign_in_tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.sites add constraint sites_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.sites add constraint sites_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.sites add constraint sites_pkey PRIMARY KEY (id);
alter table public.sites add constraint sites_relay_device_id_fkey FOREIGN KEY (relay_device_id) REFERENCES devices(id);
alter table public.smart_members add constraint smart_members_device_id_fkey FOREIGN KEY (device_id) REFERENCES devices(id);
alter table public.smart_members add constraint smart_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id);
alter table public.smart_members add constraint smart_members_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id);
alter table public.smart_members add constraint smart_members_pkey PRIMARY KEY (device_id, group_id);
alter table public.software_titles add constraint software_titles_ecosystem_name_key UNIQUE (ecosystem, name);
alter table public.software_titles add constraint software_titles_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300)));
alter table public.software_titles add constraint software_titles_pkey PRIMARY KEY (id);
alter table public.software_versions add constraint software_versions_ecosystem_version_key UNIQUE (ecosystem, version);
alter table public.software_versions add constraint software_versions_pkey PRIMARY KEY (id);
alter table public.telemetry_1h add constraint telemetry_1h_pkey PRIMARY KEY (device_no, at);
alter table public.telemetry_5m add constraint telemetry_5m_pkey PRIMARY KEY (device_no, at);
alter table public.telemetry_instances add constraint telemetry_instances_pkey PRIMARY KEY (device_no, instance);
alter table public.telemetry_minutes add constraint telemetry_minutes_pkey PRIMARY KEY (device_no, at);
alter table public.totp_factors add constraint totp_factors_pkey PRIMARY KEY (user_id);
alter table public.totp_factors add constraint totp_factors_secret_id_fkey FOREIGN KEY (secret_id) REFERENCES vault_secrets(id);
alter table public.totp_factors add constraint totp_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table public.trust add constraint trust_epoch_check CHECK ((epoch >= 1));
alter table public.trust add constraint trust_generation_check CHECK ((generation >= 0));
alter table public.trust add constraint trust_pkey PRIMARY KEY (singleton);
alter table public.trust add constraint trust_root_public_key_check CHECK ((length(root_public_key) = 32));
alter table public.trust add constraint trust_singleton_check CHECK (singleton);
alter table public.trust_materials add constraint trust_materials_pkey PRIMARY KEY (name);
alter table public.users add constraint users_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)));
alter table public.users add constraint users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table public.users add constraint users_pkey PRIMARY KEY (id);
alter table public.vault_secrets add constraint vault_secrets_pkey PRIMARY KEY (id);

-- indexes
CREATE INDEX api_keys_user ON public.api_keys USING btree (user_id);
CREATE UNIQUE INDEX approvals_open ON public.approvals USING btree (requested_by, request_hash) WHERE (state = ANY (ARRAY['pending'::text, 'approved'::text]));
CREATE INDEX approvals_state ON public.approvals USING btree (state, id);
CREATE INDEX audit_checkpoints_signed ON public.audit_checkpoints USING brin (signed_at) WITH (pages_per_range='32');
CREATE INDEX audit_log_action ON ONLY public.audit_log USING btree (action, "position");
CREATE UNIQUE INDEX audit_log_leaf ON ONLY public.audit_log USING btree (org_id, leaf_index, sequenced_at);
CREATE INDEX audit_log_org ON ONLY public.audit_log USING btree (org_id, "position");
CREATE INDEX audit_log_target ON ONLY public.audit_log USING btree (target_id, "position");
CREATE INDEX audit_log_target_name ON ONLY public.audit_log USING btree (target_name, "position");
CREATE INDEX audit_log_timeline ON ONLY public.audit_log USING btree (target_id, occurred_at DESC, id DESC);
CREATE INDEX audit_log_who ON ONLY public.audit_log USING btree (who_id, "position");
CREATE INDEX audit_log_who_name ON ONLY public.audit_log USING btree (who_name, "position");
CREATE INDEX commands_due ON ONLY public.commands USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX commands_ended ON ONLY public.commands USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX commands_newest ON ONLY public.commands USING btree (org_id, id DESC);
CREATE INDEX commands_of_device ON ONLY public.commands USING btree (device_id, id DESC);
CREATE INDEX commands_open ON ONLY public.commands USING btree (device_id, sequence) WHERE (ended_at IS NULL);
CREATE INDEX commands_timeline ON ONLY public.commands USING btree (device_id, created_at DESC, id DESC);
CREATE INDEX custom_values_field ON public.custom_values USING btree (field_id);
CREATE INDEX custom_values_key ON public.custom_values USING btree (key, level, place_id);
CREATE INDEX device_keys_by_key ON public.device_keys USING hash (public_key);
CREATE INDEX device_logins_expires ON public.device_logins USING btree (expires_at);
CREATE INDEX device_software_title ON public.device_software USING btree (title_id, version_id, device_no);
CREATE INDEX devices_by_age ON public.devices USING btree (created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX devices_by_name ON public.devices USING btree (hostname_folded, id) WHERE (deleted_at IS NULL);
CREATE INDEX devices_no_org ON public.devices USING btree (device_no) INCLUDE (org_id);
CREATE INDEX devices_of_org ON public.devices USING btree (org_id);
CREATE INDEX devices_of_site ON public.devices USING btree (site_id);
CREATE INDEX enrolment_tokens_org ON public.enrolment_tokens USING btree (org_id, id DESC);
CREATE INDEX event_log_group ON ONLY public.event_log USING btree (((payload ->> 'groupId'::text)), "position" DESC) WHERE (type = ANY (ARRAY['device.group_entered'::text, 'device.group_left'::text]));
CREATE INDEX event_log_subject ON ONLY public.event_log USING btree (subject_id, "position");
CREATE INDEX event_log_timeline ON ONLY public.event_log USING btree (subject_id, type, occurred_at DESC, id DESC);
CREATE INDEX grants_group ON public.grants USING btree (group_id) WHERE (group_id IS NOT NULL);
CREATE INDEX grants_org ON public.grants USING btree (org_id, user_id);
CREATE INDEX grants_role ON public.grants USING btree (role_id);
CREATE INDEX group_devices_group ON public.group_devices USING btree (group_id, device_id);
CREATE INDEX group_retags_open ON public.group_retags USING btree (asked_at) WHERE (finished_at IS NULL);
CREATE UNIQUE INDEX groups_name ON public.groups USING btree (org_id, lower(name)) WHERE (deleted_at IS NULL);
CREATE INDEX groups_parent ON public.groups USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX groups_unqueued ON public.groups USING btree (id) WHERE ((query IS DISTINCT FROM queued_query) OR ((deleted_at IS NOT NULL) AND (queued_query IS NOT NULL)));
CREATE INDEX idempotency_keys_created ON public.idempotency_keys USING btree (created_at);
CREATE INDEX inventory_changes_device ON ONLY public.inventory_changes USING btree (device_no, at DESC, id DESC);
CREATE INDEX inventory_changes_title ON ONLY public.inventory_changes USING btree (title_id, at DESC) WHERE (title_id IS NOT NULL);
CREATE INDEX inventory_items_key ON public.inventory_items USING btree (kind, key, device_no);
CREATE INDEX inventory_items_protection ON public.inventory_items USING btree (kind, ((fields ->> 'state'::text)), device_no) WHERE (kind = ANY (ARRAY['firewall'::text, 'encryption'::text, 'antivirus'::text]));
CREATE INDEX inventory_states_changed ON public.inventory_states USING btree (category, changed_at, device_no);
CREATE INDEX membership_fills_next ON public.membership_fills USING btree (filled_to);
CREATE INDEX membership_timers_due ON public.membership_timers USING btree (due_at);
CREATE UNIQUE INDEX organisations_name ON public.organisations USING btree (lower(name)) WHERE (deleted_at IS NULL);
CREATE INDEX organisations_partner ON public.organisations USING btree (partner_id) WHERE ((partner_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX passkey_challenges_expires ON public.passkey_challenges USING btree (expires_at);
CREATE INDEX passkeys_user ON public.passkeys USING btree (user_id);
CREATE INDEX password_links_user ON public.password_links USING btree (user_id);
CREATE INDEX policies_device ON public.policies USING btree (device_id) WHERE (device_id IS NOT NULL);
CREATE INDEX policies_group ON public.policies USING btree (group_id) WHERE (group_id IS NOT NULL);
CREATE INDEX policies_site ON public.policies USING btree (site_id) WHERE (site_id IS NOT NULL);
CREATE INDEX provider_identities_user ON public.provider_identities USING btree (user_id);
CREATE INDEX provider_mappings_role ON public.provider_mappings USING btree (role_id);
CREATE INDEX provider_sign_ins_expiry ON public.provider_sign_ins USING btree (expires_at);
CREATE INDEX refresh_tokens_session ON public.refresh_tokens USING btree (session_id);
CREATE UNIQUE INDEX roles_name ON public.roles USING btree (lower(name)) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX saved_views_private ON public.saved_views USING btree (owner_id, lower(name)) WHERE (org_id IS NULL);
CREATE UNIQUE INDEX saved_views_shared ON public.saved_views USING btree (org_id, lower(name)) WHERE (org_id IS NOT NULL);
CREATE INDEX sessions_expires ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_user ON public.sessions USING btree (user_id);
CREATE UNIQUE INDEX sign_in_providers_name ON public.sign_in_providers USING btree (lower(name)) WHERE (deleted_at IS NULL);
CREATE INDEX sign_in_tickets_expires ON public.sign_in_tickets USING btree (expires_at);
CREATE UNIQUE INDEX sites_name ON public.sites USING btree (org_id, lower(name)) WHERE (deleted_at IS NULL);
CREATE INDEX sites_relay ON public.sites USING btree (relay_device_id) WHERE (relay_device_id IS NOT NULL);
CREATE INDEX smart_members_group ON public.smart_members USING btree (group_id, device_id);
CREATE INDEX software_titles_name ON public.software_titles USING btree (name_folded, id);
CREATE UNIQUE INDEX users_email ON public.users USING btree (email) WHERE (deleted_at IS NULL);

-- row-level security
alter table public.audit_checkpoints enable row level security, force row level security;
alter table public.audit_log enable row level security, force row level security;
alter table public.audit_outbox enable row level security, force row level security;
alter table public.audit_tiles enable row level security, force row level security;
alter table public.audit_trees enable row level security, force row level security;
alter table public.commands enable row level security, force row level security;
alter table public.custom_fields enable row level security, force row level security;
alter table public.custom_values enable row level security, force row level security;
alter table public.device_facts enable row level security, force row level security;
alter table public.device_keys enable row level security, force row level security;
alter table public.device_policies enable row level security, force row level security;
alter table public.devices enable row level security, force row level security;
alter table public.enrolment_tokens enable row level security, force row level security;
alter table public.event_log enable row level security, force row level security;
alter table public.event_outbox enable row level security, force row level security;
alter table public.group_devices enable row level security, force row level security;
alter table public.group_retags enable row level security, force row level security;
alter table public.group_sizes enable row level security, force row level security;
alter table public.group_tags enable row level security, force row level security;
alter table public.groups enable row level security, force row level security;
alter table public.organisations enable row level security, force row level security;
alter table public.policies enable row level security, force row level security;
alter table public.saved_views enable row level security, force row level security;
alter table public.sites enable row level security, force row level security;
alter table public.smart_members enable row level security, force row level security;

-- policies
create policy scope on public.audit_checkpoints for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.audit_log for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.audit_outbox for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[]))) with check (((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])) OR (org_id = '00000000-0000-0000-0000-000000000000'::uuid)));
create policy scope on public.audit_tiles for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.audit_trees for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.commands for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.custom_fields for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.custom_values for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.device_facts for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.device_keys for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.device_policies for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.devices for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.enrolment_tokens for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.event_log for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.event_outbox for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.group_devices for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.group_retags for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.group_sizes for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.group_tags for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.groups for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.organisations for all using ((id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.policies for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.saved_views for all using (((org_id IS NULL) OR (org_id = ANY (( SELECT muster.scope() AS scope)::uuid[]))));
create policy scope on public.sites for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));
create policy scope on public.smart_members for all using ((org_id = ANY (( SELECT muster.scope() AS scope)::uuid[])));

-- functions
CREATE OR REPLACE FUNCTION muster.add_presence()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  insert into device_presence (device_no) values (new.device_no) on conflict do nothing;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.ask_retag(of_groups uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into public.group_retags as known (group_id, org_id, total)
  select g.id, g.org_id, (select count(*) from public.smart_members m where m.group_id = g.id)
  from public.groups g where g.id = any (of_groups)
  on conflict (group_id) do update set asked = known.asked + 1, asked_at = now(), tags_before = null,
    total = excluded.total, looked_to = null, looked = 0, changed = 0, finished_at = null;
  perform pg_notify('muster_tags', '');
end $function$
;
CREATE OR REPLACE FUNCTION muster.changes_of(device integer, of_category text)
 RETURNS TABLE(changed_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select s.changed_at from inventory_states s join devices d using (device_no)
  where s.device_no = device and s.category = of_category and d.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.collected_of(device integer)
 RETURNS TABLE(collected_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select s.collected_at from inventory_states s join devices d using (device_no)
  where s.device_no = device and s.category = 'system' and d.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.count_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into public.group_sizes as known (group_id, org_id, devices)
  select m.group_id, m.org_id, case when new.deleted_at is null then 1 else -1 end
  from (select group_id, org_id from public.group_devices where device_id = new.id union all
    select group_id, org_id from public.smart_members where device_id = new.id) m
  order by 1
  on conflict (group_id) do update set devices = known.devices + excluded.devices;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.count_entering()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into public.group_sizes as known (group_id, org_id, devices)
  select g.id, g.org_id, count(*) from changed_rows r join public.groups g on g.id = r.group_id group by g.id order by g.id
  on conflict (group_id) do update set devices = known.devices + excluded.devices;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.count_leaving()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into public.group_sizes as known (group_id, org_id, devices)
  select g.id, g.org_id, -count(*) from changed_rows r join public.groups g on g.id = r.group_id
  -- One that is deleted was not counted any more.
  where not exists (select from public.devices d where d.id = r.device_id and d.deleted_at is not null)
  group by g.id order by g.id
  on conflict (group_id) do update set devices = known.devices + excluded.devices;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.crosses(of_metric text, was double precision, now_is double precision)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select exists (select from membership_thresholds t where t.metric = of_metric
    and ((was is null) <> (now_is is null) or (was < t.value) <> (now_is < t.value) or (was <= t.value) <> (now_is <= t.value)))
$function$
;
CREATE OR REPLACE FUNCTION muster.device_no_of(device uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select d.device_no from devices d where d.id = device and d.org_id = any (muster.scope())
$function$
;
CREATE OR REPLACE FUNCTION muster.device_nos(whole uuid[], sites uuid[], groups uuid[], one uuid)
 RETURNS integer[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select coalesce(array_agg(d.device_no), '{}') from devices d
  where d.org_id = any ((select muster.scope())::uuid[]) and d.deleted_at is null
    and (one is null or d.id = one)
    and (whole is null or d.org_id = any (whole) or d.site_id = any (sites)
      or exists (select from group_devices m where m.device_id = d.id and m.group_id = any (groups)))
$function$
;
CREATE OR REPLACE FUNCTION muster.devices_changed(of_category text, low timestamp with time zone, low_in boolean, high timestamp with time zone, high_in boolean)
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select s.device_no
  from inventory_states s join devices d using (device_no)
  where s.category = of_category and d.org_id = any ((select muster.scope())::uuid[])
    and (low is null or s.changed_at > low or (low_in and s.changed_at = low))
    and (high is null or s.changed_at < high or (high_in and s.changed_at = high))
$function$
;
CREATE OR REPLACE FUNCTION muster.devices_collected(low timestamp with time zone, low_in boolean, high timestamp with time zone, high_in boolean)
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select s.device_no
  from inventory_states s join devices d using (device_no)
  where s.category = 'system' and d.org_id = any ((select muster.scope())::uuid[])
    and (low is null or s.collected_at > low or (low_in and s.collected_at = low))
    and (high is null or s.changed_at <= high)
    and (high is null or s.collected_at < high or (high_in and s.collected_at = high))
$function$
;
CREATE OR REPLACE FUNCTION muster.devices_in_groups(named uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select m.device_id from group_devices m
  where m.group_id = any (muster.groups_within(named)) and m.org_id = any ((select muster.scope())::uuid[])
  union
  select m.device_id from smart_members m
  where m.group_id = any (muster.groups_within(named)) and m.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.devices_inside(roots uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
RETURN (WITH RECURSIVE inside AS (SELECT g.id FROM groups g WHERE (g.id = ANY (devices_inside.roots)) UNION SELECT g.id FROM (groups g JOIN inside i ON ((g.parent_id = i.id)))) SELECT COALESCE(array_agg(m.device_id), '{}'::uuid[]) AS "coalesce" FROM (SELECT group_devices.device_id, group_devices.group_id FROM group_devices UNION ALL SELECT smart_members.device_id, smart_members.group_id FROM smart_members) m WHERE (m.group_id IN (SELECT inside.id FROM inside)))
;
CREATE OR REPLACE FUNCTION muster.devices_protected(of_kind text, states text[])
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select distinct i.device_no
  from inventory_items i join devices d using (device_no)
  where i.kind = of_kind and i.kind in ('firewall', 'encryption', 'antivirus') and i.fields ->> 'state' = any (states)
    and d.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.devices_with_software(titles integer[], low text, low_in boolean, high text, high_in boolean)
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select found.device_no
  from (
    select s.device_no from device_software s
    where s.title_id = any (titles)
      and (low is null and high is null or exists (
        select from software_versions v where v.id = s.version_id
          and (low is null or v.sort_key > low or (low_in and v.sort_key = low))
          and (high is null or v.sort_key < high or (high_in and v.sort_key = high))))
    group by s.device_no
  ) found join devices d using (device_no)
  where d.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.drop_audit_partition(ends timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
begin
  execute format('drop table %I', 'audit_log_' || to_char(ends - interval '1 month', 'YYYYMM'));
end $function$
;
CREATE OR REPLACE FUNCTION muster.drop_command_month(starts timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
begin
  execute format('drop table %I', 'commands_' || to_char(starts, 'YYYYMM'));
end $function$
;
CREATE OR REPLACE FUNCTION muster.drop_event_partitions(before timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  part text;
begin
  for part in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'event_log'::regclass order by child.relname
  loop
    if to_date(right(part, 6), 'YYYYMM') + interval '1 month' <= before then
      execute format('drop table %I', part);
      return next part;
    end if;
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.drop_inventory_partitions(before timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  part text;
begin
  for part in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'inventory_changes'::regclass order by child.relname
  loop
    if to_date(right(part, 6), 'YYYYMM') + interval '1 month' <= before then
      execute format('drop table %I', part);
      return next part;
    end if;
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.drop_relay()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update sites set relay_device_id = null, version = version + 1 where relay_device_id = new.id;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.drop_telemetry_partitions(parent text, before integer, width integer)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  part record;
begin
  if parent not in ('telemetry_minutes', 'telemetry_5m', 'telemetry_1h') then
    raise exception 'not a telemetry table: %', parent;
  end if;
  for part in
    select child.relname as name, substring(child.relname from '[0-9]+$')::int as start
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = parent::regclass
  loop
    if part.start + width <= before then
      execute format('drop table %I', part.name);
      return next part.name;
    end if;
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.erase_audit_row(log uuid, index bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  -- The owner of the tables is under row-level security too.
  perform set_config('muster.org_ids', format('{%s}', log), true);
  update audit_log set content = null, salt = null, who_id = null, who_name = null, target_id = null, target_name = null
    where org_id = log and leaf_index = index and content is not null and action <> 'audit.row_erased';
  return found;
end $function$
;
CREATE OR REPLACE FUNCTION muster.factor_demanded(of_user uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
begin
  return exists (
    select from public.settings s join public.grants g on s.value ? g.role_id::text
    where s.key = 'signIn.requireFactor' and g.user_id = of_user);
end $function$
;
CREATE OR REPLACE FUNCTION muster.first_id(at timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (rpad(lpad(to_hex((floor((EXTRACT(epoch FROM at) * (1000)::numeric)))::bigint), 12, '0'::text), 32, '0'::text))::uuid
;
CREATE OR REPLACE FUNCTION muster.groups_around(inner_ids uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
RETURN (WITH RECURSIVE around AS (SELECT g.id, g.parent_id FROM groups g WHERE (g.id = ANY (groups_around.inner_ids)) UNION SELECT g.id, g.parent_id FROM (groups g JOIN around a ON ((g.id = a.parent_id)))) SELECT COALESCE(array_agg(around.id), '{}'::uuid[]) AS "coalesce" FROM around)
;
CREATE OR REPLACE FUNCTION muster.groups_of(device uuid)
 RETURNS TABLE(name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  with recursive around as (
    select m.group_id from (
      select group_id from group_devices where device_id = device
      union all select group_id from smart_members where device_id = device) m
    union
    select g.parent_id from around a join groups g on g.id = a.group_id where g.parent_id is not null and g.deleted_at is null
  )
  select g.name from around a join groups g on g.id = a.group_id
  where g.deleted_at is null and g.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.groups_within(roots uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (WITH RECURSIVE inside AS (SELECT g.id FROM groups g WHERE ((g.id = ANY (groups_within.roots)) AND (g.deleted_at IS NULL)) UNION SELECT g.id FROM (groups g JOIN inside i ON ((g.parent_id = i.id))) WHERE (g.deleted_at IS NULL)) SELECT COALESCE(array_agg(inside.id), '{}'::uuid[]) AS "coalesce" FROM inside)
;
CREATE OR REPLACE FUNCTION muster.has_software(device integer, titles integer[], low text, low_in boolean, high text, high_in boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_nestloop TO 'on'
AS $function$
begin
  if not exists (select from devices d where d.device_no = device and d.org_id = any (muster.scope())) then
    return false;
  end if;
  if low is null and high is null then
    return exists (select from device_software s where s.device_no = device and s.title_id = any (titles));
  end if;
  return exists (
    select from device_software s join software_versions v on v.id = s.version_id
    where s.device_no = device and s.title_id = any (titles)
      and (low is null or v.sort_key > low or (low_in and v.sort_key = low))
      and (high is null or v.sort_key < high or (high_in and v.sort_key = high)));
end $function$
;
CREATE OR REPLACE FUNCTION muster.held_roles(of_user uuid)
 RETURNS json
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
begin
  return (
    select json_agg(json_build_object('builtIn', r.built_in,
      'permissions', array(select p.permission from public.role_permissions p where p.role_id = r.id),
      'everywhere', x.everywhere, 'orgIds', array_to_string(muster.with_customers(x.org_ids), ','),
      'partOrgIds', array_to_string(x.part_org_ids, ','), 'siteIds', array_to_string(x.site_ids, ','),
      'groupIds', case when x.group_ids is null then null else array_to_string(muster.groups_within(x.group_ids), ',') end))
    from (
      select g.role_id, bool_or(g.org_id is null) as everywhere,
        array_agg(g.org_id) filter (where g.org_id is not null and g.site_id is null and g.group_id is null) as org_ids,
        array_agg(distinct g.org_id) filter (where g.site_id is not null or g.group_id is not null) as part_org_ids,
        array_agg(g.site_id) filter (where g.site_id is not null) as site_ids,
        array_agg(g.group_id) filter (where g.group_id is not null) as group_ids
      from public.grants g where g.user_id = of_user group by g.role_id
    ) x join public.roles r on r.id = x.role_id and r.deleted_at is null
  );
end $function$
;
CREATE OR REPLACE FUNCTION muster.is_proof_old(proved_at timestamp with time zone, now_is timestamp with time zone, by_default integer)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
declare
  minutes int := coalesce((select s.value::int from public.settings s where s.key = 'signIn.stepUpMinutes'), by_default);
begin
  return minutes > 0 and proved_at < now_is - minutes * interval '1 minute';
end $function$
;
CREATE OR REPLACE FUNCTION muster.make_audit_partitions(from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'audit_log_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      execute format('create table if not exists %I partition of audit_log for values from (%L) to (%L)',
        part, month, month + interval '1 month');
      execute format('alter table %I enable row level security, force row level security', part);
      execute format('comment on table %I is %L', part, 'owned: a month of audit_log');
      execute format('create policy scope on %I using (org_id = any ((select muster.scope())::uuid[]))', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.make_command_months(from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '2s'
AS $function$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'commands_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      -- Nodes that miss it at the same time make it once.
      lock table commands in access exclusive mode;
    end if;
    if to_regclass(part) is null then
      execute format('create table %I partition of commands for values from (%L) to (%L) with (fillfactor = 80)',
        part, muster.first_id(month), muster.first_id(month + interval '1 month'));
      -- A constraint over all months would have to contain the id, and would say nothing. Sequences are drawn from a
      -- counter under the device's row lock; this finds a fault in that.
      execute format('alter table %I add unique (device_id, sequence)', part);
      execute format('alter table %I enable row level security, force row level security', part);
      execute format('comment on table %I is %L', part, 'owned: a month of commands');
      execute format('create policy scope on %I using (org_id = any ((select muster.scope())::uuid[]))', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.make_event_partitions(from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'event_log_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      execute format('create table if not exists %I partition of event_log for values from (%L) to (%L)',
        part, month, month + interval '1 month');
      execute format('alter table %I enable row level security, force row level security', part);
      execute format('comment on table %I is %L', part, 'owned: a month of event_log');
      execute format('create policy scope on %I using (org_id = any ((select muster.scope())::uuid[]))', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.make_inventory_partitions(from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'inventory_changes_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      execute format('create table if not exists %I partition of inventory_changes for values from (%L) to (%L)',
        part, month, month + interval '1 month');
      execute format('comment on table %I is %L', part, 'bulk: a month of inventory_changes');
      execute format('grant select, insert on %I to muster_ingest', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION muster.make_telemetry_partition(parent text, start integer, width integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  part text := parent || '_' || start;
begin
  if parent not in ('telemetry_minutes', 'telemetry_5m', 'telemetry_1h') then
    raise exception 'not a telemetry table: %', parent;
  end if;
  if to_regclass(part) is not null then return; end if;
  execute format('create table if not exists %I partition of %I for values from (%s) to (%s)', part, parent, start, start + width);
  execute format('grant select, insert on %I to muster_ingest', part);
end $function$
;
CREATE OR REPLACE FUNCTION muster.oldest_audit_month(before timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
 SET "TimeZone" TO 'UTC'
AS $function$
  select min(ends) from (
    select to_date(right(child.relname, 6), 'YYYYMM')::timestamptz + interval '1 month' as ends
    from pg_inherits join pg_class child on child.oid = inhrelid where inhparent = 'audit_log'::regclass
  ) months where ends <= before
$function$
;
CREATE OR REPLACE FUNCTION muster.policy_of(device uuid)
 RETURNS TABLE(fields jsonb)
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select p.fields from public.device_policies p where p.device_id = device
$function$
;
CREATE OR REPLACE FUNCTION muster.protections_of(device integer, of_kind text)
 RETURNS TABLE(state text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select i.fields ->> 'state' from inventory_items i join devices d using (device_no)
  where i.device_no = device and i.category = 'security' and i.kind = of_kind
    and d.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.provable_by(of_user uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
begin
  return array_remove(array[
    case when exists (select from public.users w where w.id = of_user and w.password_hash is not null)
      or exists (select from public.provider_identities i join public.sign_in_providers v on v.id = i.provider_id
        where i.user_id = of_user and v.kind = 'ldap' and v.enabled and v.deleted_at is null) then 'password' end,
    case when exists (select from public.passkeys p where p.user_id = of_user) then 'passkey' end,
    case when exists (select from public.totp_factors t where t.user_id = of_user and t.confirmed_at is not null) then 'totp' end,
    case when exists (select from public.recovery_codes r where r.user_id = of_user and r.used_at is null) then 'recovery' end
  ], null);
end $function$
;
CREATE OR REPLACE FUNCTION muster.queue_policies(ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into public.policy_queue (device_id) select distinct id from unnest(ids) as id where id is not null;
  if found then perform pg_notify('muster_policies', ''); end if;
end $function$
;
CREATE OR REPLACE FUNCTION muster.reached_organisations(of_user uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
begin
  if exists (select from public.grants g where g.user_id = of_user and g.org_id is null) then
    return (select string_agg(o.id::text, ',' order by o.id) from public.organisations o where o.deleted_at is null);
  end if;
  return (select string_agg(o.id::text, ',' order by o.id) from public.organisations o
    where o.deleted_at is null and o.id in (
      select g.org_id from public.grants g where g.user_id = of_user
      union
      select c.id from public.grants g join public.organisations c on c.partner_id = g.org_id
      where g.user_id = of_user and g.site_id is null and g.group_id is null));
end $function$
;
CREATE OR REPLACE FUNCTION muster.read_device_software(device uuid, like_name text, after_name text, after_title integer, after_version integer, page integer)
 RETURNS TABLE(title_id integer, version_id integer, ecosystem text, name text, name_folded text, version text, arch text, publisher text, installed_at timestamp with time zone, since timestamp with time zone, size_bytes bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select s.title_id, s.version_id, t.ecosystem, t.name, t.name_folded, v.version, s.arch, s.publisher,
    s.installed_at, s.since, s.size_bytes
  from device_software s join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id
  where s.device_no = muster.device_no_of(device) and t.name_folded like like_name
    and (t.name_folded, s.title_id, s.version_id) > (after_name, after_title, after_version)
  order by t.name_folded, s.title_id, s.version_id, s.arch limit page
$function$
;
CREATE OR REPLACE FUNCTION muster.read_inventory_changes(device uuid, of_category text, from_time timestamp with time zone, before_time timestamp with time zone, before_id bigint, page integer)
 RETURNS TABLE(id bigint, at timestamp with time zone, category text, kind text, key text, change text, before jsonb, after jsonb, title_id integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select c.id, c.at, c.category, c.kind, c.key, c.change, c.before, c.after, c.title_id
  from inventory_changes c
  where c.device_no = muster.device_no_of(device) and (of_category is null or c.category = of_category)
    and c.at >= from_time and (c.at, c.id) < (before_time, before_id)
  order by c.at desc, c.id desc limit page
$function$
;
CREATE OR REPLACE FUNCTION muster.read_inventory_items(device uuid, of_category text)
 RETURNS TABLE(kind text, key text, fields jsonb, since timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select i.kind, i.key, i.fields, i.since from inventory_items i
  where i.device_no = muster.device_no_of(device) and i.category = of_category
  order by i.kind, i.key
$function$
;
CREATE OR REPLACE FUNCTION muster.read_inventory_states(device uuid)
 RETURNS TABLE(category text, collected_at timestamp with time zone, received_at timestamp with time zone, changed_at timestamp with time zone, items integer, whole boolean, note text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select s.category, s.collected_at, s.received_at, s.changed_at, s.items, s.whole, s.note
  from inventory_states s where s.device_no = muster.device_no_of(device)
$function$
;
CREATE OR REPLACE FUNCTION muster.read_software_titles(nos integer[], like_name text, of_ecosystem text, after_name text, after_id integer, page integer, most integer)
 RETURNS TABLE(id integer, ecosystem text, name text, name_folded text, devices integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  -- A device has few rows of one title; where they are more than these, they are all read.
  enough int := 4 * (most + 1);
begin
  if cardinality(nos) <= 500 then
    -- Few devices: what they have is gathered first, and the dictionary is asked for those names alone.
    return query
      select t.id, t.ecosystem, t.name, t.name_folded, held.devices
      from (select s.title_id, count(distinct s.device_no)::int as devices from device_software s
        where s.device_no = any (nos) group by 1) held
      join software_titles t on t.id = held.title_id
      where t.name_folded like like_name and (of_ecosystem is null or t.ecosystem = of_ecosystem)
        and (t.name_folded, t.id) > (after_name, after_id)
      order by t.name_folded, t.id limit page;
    return;
  end if;
  -- Many: the dictionary is walked in order, and each title is counted no further than is shown.
  return query
    with scoped as materialized (select unnest(nos) as no)
    select t.id, t.ecosystem, t.name, t.name_folded, counted.devices
    from software_titles t cross join lateral (
      select count(distinct first.device_no)::int as devices, count(*) = enough as is_cut from (
        select s.device_no from device_software s
        where s.title_id = t.id and (s.device_no in (select no from scoped)) is true limit enough) first
    ) held cross join lateral (
      select case when not held.is_cut or held.devices > most then held.devices else (
        select count(distinct s.device_no)::int from device_software s
        where s.title_id = t.id and (s.device_no in (select no from scoped)) is true) end as devices
    ) counted
    where t.name_folded like like_name and (of_ecosystem is null or t.ecosystem = of_ecosystem)
      and (t.name_folded, t.id) > (after_name, after_id) and held.devices > 0
    order by t.name_folded, t.id limit page;
end $function$
;
CREATE OR REPLACE FUNCTION muster.read_software_versions(nos integer[], of_title integer)
 RETURNS TABLE(ecosystem text, name text, version text, devices integer, first_since timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select t.ecosystem, t.name, v.version, count(distinct s.device_no)::int, min(s.since)
  from device_software s join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id
  where s.title_id = of_title and (s.device_no in (select unnest(nos))) is true
  group by t.ecosystem, t.name, v.version, v.sort_key order by v.sort_key desc, v.version desc
$function$
;
CREATE OR REPLACE FUNCTION muster.read_telemetry(device uuid, tier text, from_minute integer, to_minute integer)
 RETURNS TABLE(at integer, packed bytea)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  number int;
begin
  select d.device_no into number from devices d where d.id = device and d.org_id = any (muster.scope());
  if number is null then return; end if;
  if tier = 'minutes' then
    return query select m.at, m.packed from telemetry_minutes m where m.device_no = number and m.at >= from_minute and m.at < to_minute;
  elsif tier = '5m' then
    return query select m.at, m.packed from telemetry_5m m where m.device_no = number and m.at >= from_minute and m.at < to_minute;
  else
    return query select m.at, m.packed from telemetry_1h m where m.device_no = number and m.at >= from_minute and m.at < to_minute;
  end if;
end $function$
;
CREATE OR REPLACE FUNCTION muster.read_telemetry_instances(device uuid)
 RETURNS TABLE(instance integer, kind text, name text, detail text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select i.instance, i.kind, i.name, i.detail
  from telemetry_instances i join devices d using (device_no)
  where d.id = device and d.org_id = any (muster.scope())
$function$
;
CREATE OR REPLACE FUNCTION muster.read_title_changes(nos integer[], of_title integer, before_time timestamp with time zone, before_id bigint, page integer)
 RETURNS TABLE(id bigint, at timestamp with time zone, change text, before jsonb, after jsonb, device_id uuid, device_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select c.id, c.at, c.change, c.before, c.after, d.id, coalesce(d.display_name, d.hostname)
  from inventory_changes c join devices d using (device_no)
  where c.title_id = of_title and c.device_no = any (nos) and d.org_id = any (muster.scope())
    and (c.at, c.id) < (before_time, before_id)
  order by c.at desc, c.id desc limit page
$function$
;
CREATE OR REPLACE FUNCTION muster.requeue_group()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.queued_query := null;
  new.settled_query := null;
  return new;
end $function$
;
CREATE OR REPLACE FUNCTION muster.requeue_of_device()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from public.policies p where p.org_id = new.org_id and p.fields <> '{}') then
    perform muster.queue_policies(array[new.id]);
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.requeue_of_group()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from public.policies p where p.fields <> '{}'
    and p.group_id = any (muster.groups_around(array[new.id, old.parent_id])))
  then
    perform muster.queue_policies(muster.devices_inside(array[new.id]));
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.requeue_of_members()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from public.policies p where p.group_id is not null and p.fields <> '{}') then return null; end if;
  perform muster.queue_policies(array(select r.device_id from changed_rows r
    where r.group_id = any (array(select c.group_id from (select distinct group_id from changed_rows) c
      where exists (select from public.policies p
        where p.fields <> '{}' and p.group_id = any (muster.groups_around(array[c.group_id])))))));
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.requeue_of_policy()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and old.fields = new.fields then return null; end if;
  if tg_op = 'INSERT' and new.fields = '{}' then return null; end if;
  if new.device_id is not null then
    perform muster.queue_policies(array[new.device_id]);
  elsif new.group_id is not null then
    perform muster.queue_policies(muster.devices_inside(array[new.group_id]));
  else
    perform muster.queue_policies(array(select d.id from public.devices d where d.org_id = new.org_id
      and d.deleted_at is null and (new.site_id is null or d.site_id = new.site_id)));
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.retag_group()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform muster.ask_retag(array(select distinct r.group_id from changed_rows r));
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.retag_members()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform muster.rule_tags(array(select r.device_id from changed_rows r
    where r.group_id in (select t.group_id from public.group_tags t)));
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.retag_of_gone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  members uuid[] := array(select m.device_id from public.smart_members m where m.group_id = new.id limit 501);
begin
  if cardinality(members) <= 500 then perform muster.rule_tags(members); end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.retag_of_group()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from public.group_tags t where t.group_id = new.id) then
    perform muster.ask_retag(array[new.id]);
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.rule_tags(ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  changed int;
begin
  perform from public.devices d where d.id = any (ids) order by d.id for no key update;
  update public.devices d set ruled_tags = n.tags
  from (
    select i.id, coalesce(jsonb_object_agg(t.key, t.value order by g.priority, g.id desc) filter (where t.key is not null), '{}') as tags
    from (select distinct id from unnest(ids) as id) i
    left join public.smart_members m on m.device_id = i.id
    left join public.groups g on g.id = m.group_id and g.deleted_at is null
    left join public.group_tags t on t.group_id = g.id
    group by i.id
  ) n
  where d.id = n.id and d.ruled_tags <> n.tags;
  get diagnostics changed = row_count;
  return changed;
end $function$
;
CREATE OR REPLACE FUNCTION muster.scope()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (COALESCE(NULLIF(current_setting('muster.org_ids'::text, true), ''::text), '{}'::text))::uuid[]
;
CREATE OR REPLACE FUNCTION muster.software_of(device integer)
 RETURNS TABLE(name text, name_folded text, version text, sort_key text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select t.name, t.name_folded, v.version, v.sort_key
  from device_software s join devices d using (device_no)
    join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id
  where s.device_no = device and d.org_id = any ((select muster.scope())::uuid[])
$function$
;
CREATE OR REPLACE FUNCTION muster.tell_fields()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update public.groups g set queued_query = null, settled_query = null
  where g.deleted_at is null and g.query ilike '%custom.%' and g.org_id in (select r.org_id from changed_rows r);
  if found then perform pg_notify('muster_membership', ''); end if;
  perform pg_notify('muster_fields', '');
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.tell_groups()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('muster_membership', '');
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.tell_rights()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('muster_rights', '');
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.updated_at := now();
  return new;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_custom()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  changed record;
begin
  for changed in
    select r.level, r.place_id, array_agg('custom.' || r.key) as words from changed_rows r group by 1, 2
  loop
    perform muster.touch_devices(array(
      select d.device_no from public.devices d where d.deleted_at is null and case changed.level
        when 3 then d.id = changed.place_id
        when 2 then d.site_id = changed.place_id
        else d.org_id = changed.place_id end), changed.words);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_device_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  was jsonb;
  is_now jsonb;
  changed text[];
begin
  -- A device that is new, gone, or somebody else's now, concerns every group.
  if tg_op = 'INSERT' or (new.deleted_at is null) <> (old.deleted_at is null) or new.org_id <> old.org_id then
    perform muster.touch_devices(array[new.device_no], array(select w.touched from membership_watch w));
    return null;
  end if;
  if not exists (select from membership_watch) then return null; end if;
  was := to_jsonb(old);
  is_now := to_jsonb(new);
  select array_agg(w.touched) into changed from membership_watch w
  where is_now -> w.touched is distinct from was -> w.touched and w.touched not in ('version', 'updated_at')
    or w.touched = 'site_name' and new.site_id <> old.site_id;
  if changed is not null then perform muster.touch_devices(array[new.device_no], changed); end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_devices(nos integer[], changed text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  asked text[];
begin
  select array_agg(w.touched) into asked from membership_watch w where w.touched = any (changed);
  if asked is null then return; end if;
  insert into membership_queue (device_no, touched) select no, asked from unnest(nos) as no order by no;
  perform pg_notify('muster_membership', '');
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_first_latest()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  perform muster.touch_devices(array(select device_no from new_rows),
    '{cpu_percent,memory_percent,network_bits_per_second,disk}');
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_latest()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  if not exists (select from membership_thresholds) then return null; end if;
  insert into membership_queue (device_no, touched)
  select device_no, changed from (
    select n.device_no, array_remove(array[
      case when muster.crosses('cpu_percent', o.cpu_percent, n.cpu_percent) then 'cpu_percent' end,
      case when muster.crosses('memory_percent', o.memory_percent, n.memory_percent) then 'memory_percent' end,
      case when muster.crosses('network_bits_per_second', o.network_bits_per_second, n.network_bits_per_second) then 'network_bits_per_second' end,
      case when o.disk_names is distinct from n.disk_names
          or exists (select from unnest(o.disk_free_percents, n.disk_free_percents) as e (was, is_now)
            where muster.crosses('disk', e.was, e.is_now))
          or exists (select from unnest(o.disk_free_bytes, n.disk_free_bytes) as e (was, is_now)
            where muster.crosses('disk', e.was, e.is_now)) then 'disk' end
    ], null) as changed
    from new_rows n join old_rows o using (device_no)
  ) crossed where changed <> '{}' order by device_no;
  if found then perform pg_notify('muster_membership', ''); end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_members()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  if tg_op = 'DELETE' then
    perform muster.touch_devices(array(select distinct d.device_no from old_rows r join devices d on d.id = r.device_id), '{group}');
  else
    perform muster.touch_devices(array(select distinct d.device_no from new_rows r join devices d on d.id = r.device_id), '{group}');
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_presence()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  perform muster.touch_devices(array[new.device_no],
    '{presence,presence_reason,last_seen_at,stored_seen_at,booted_at}');
  -- Metrics are forgotten five minutes after the last one.
  if new.presence <> 'online' then
    insert into membership_timers as known (device_no, due_at)
      select new.device_no, now() + interval '5 minutes 5 seconds' where exists (select from membership_thresholds)
      on conflict (device_no) do update set due_at = least(known.due_at, excluded.due_at);
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.touch_site()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  perform muster.touch_devices(array(select d.device_no from devices d where d.site_id = new.id), '{site_name}');
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION muster.with_customers(orgs uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (orgs || ARRAY(SELECT o.id FROM organisations o WHERE ((o.partner_id = ANY (with_customers.orgs)) AND (o.deleted_at IS NULL))))
;

-- triggers
CREATE TRIGGER tell_in AFTER INSERT ON custom_fields REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_fields();
CREATE TRIGGER tell_on AFTER UPDATE ON custom_fields REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_fields();
CREATE TRIGGER tell_out AFTER DELETE ON custom_fields REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_fields();
CREATE TRIGGER touch BEFORE UPDATE ON custom_fields FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER touch_membership_in AFTER INSERT ON custom_values REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_custom();
CREATE TRIGGER touch_membership_on AFTER UPDATE ON custom_values REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_custom();
CREATE TRIGGER touch_membership_out AFTER DELETE ON custom_values REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_custom();
CREATE TRIGGER touch_first_membership AFTER INSERT ON device_latest REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_first_latest();
CREATE TRIGGER touch_membership AFTER UPDATE ON device_latest REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_latest();
CREATE TRIGGER touch_membership AFTER UPDATE ON device_presence FOR EACH ROW WHEN (old.presence IS DISTINCT FROM new.presence OR old.reason IS DISTINCT FROM new.reason) EXECUTE FUNCTION muster.touch_presence();
CREATE TRIGGER add_presence AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION muster.add_presence();
CREATE TRIGGER count_deleted AFTER UPDATE OF deleted_at ON devices FOR EACH ROW WHEN ((old.deleted_at IS NULL) <> (new.deleted_at IS NULL)) EXECUTE FUNCTION muster.count_deleted();
CREATE TRIGGER drop_relay AFTER UPDATE OF site_id, org_id, lifecycle, deleted_at ON devices FOR EACH ROW WHEN (new.site_id <> old.site_id OR new.org_id <> old.org_id OR (new.lifecycle = ANY (ARRAY['retired'::text, 'revoked'::text])) OR new.deleted_at IS NOT NULL) EXECUTE FUNCTION muster.drop_relay();
CREATE TRIGGER requeue_new_policies AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION muster.requeue_of_device();
CREATE TRIGGER requeue_policies AFTER UPDATE OF site_id, deleted_at ON devices FOR EACH ROW WHEN (old.site_id IS DISTINCT FROM new.site_id OR old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION muster.requeue_of_device();
CREATE TRIGGER tell_rights AFTER UPDATE OF site_id ON devices FOR EACH ROW WHEN (old.site_id IS DISTINCT FROM new.site_id) EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch BEFORE UPDATE ON devices FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER touch_membership AFTER INSERT OR UPDATE ON devices FOR EACH ROW EXECUTE FUNCTION muster.touch_device_row();
CREATE TRIGGER touch BEFORE UPDATE ON event_cursors FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER tell_rights AFTER INSERT OR DELETE OR UPDATE ON grants FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER count_in AFTER INSERT ON group_devices REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.count_entering();
CREATE TRIGGER count_out AFTER DELETE ON group_devices REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.count_leaving();
CREATE TRIGGER requeue_policies_in AFTER INSERT ON group_devices REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.requeue_of_members();
CREATE TRIGGER requeue_policies_out AFTER DELETE ON group_devices REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.requeue_of_members();
CREATE TRIGGER tell_rights AFTER INSERT OR DELETE ON group_devices FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch_members_in AFTER INSERT ON group_devices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_members();
CREATE TRIGGER touch_members_out AFTER DELETE ON group_devices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_members();
CREATE TRIGGER retag_in AFTER INSERT ON group_tags REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.retag_group();
CREATE TRIGGER retag_out AFTER DELETE ON group_tags REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.retag_group();
CREATE TRIGGER requeue BEFORE UPDATE OF query ON groups FOR EACH ROW WHEN (old.query IS DISTINCT FROM new.query) EXECUTE FUNCTION muster.requeue_group();
CREATE TRIGGER requeue_policies AFTER UPDATE OF parent_id, priority, name, deleted_at ON groups FOR EACH ROW WHEN (old.parent_id IS DISTINCT FROM new.parent_id OR old.priority <> new.priority OR old.name <> new.name OR old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION muster.requeue_of_group();
CREATE TRIGGER retag AFTER UPDATE OF priority ON groups FOR EACH ROW WHEN (old.priority <> new.priority) EXECUTE FUNCTION muster.retag_of_group();
CREATE TRIGGER retag_gone AFTER UPDATE OF deleted_at ON groups FOR EACH ROW WHEN (old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION muster.retag_of_gone();
CREATE TRIGGER tell_membership AFTER INSERT OR UPDATE OF query, deleted_at ON groups FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_groups();
CREATE TRIGGER tell_rights AFTER DELETE OR UPDATE ON groups FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch BEFORE UPDATE ON groups FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER tell_rights AFTER UPDATE OF deleted_at ON organisations FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER tell_rights_of_customer AFTER INSERT ON organisations FOR EACH ROW WHEN (new.partner_id IS NOT NULL) EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER tell_rights_of_partner AFTER UPDATE OF partner_id ON organisations FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch BEFORE UPDATE ON organisations FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER requeue_policies AFTER INSERT OR UPDATE ON policies FOR EACH ROW EXECUTE FUNCTION muster.requeue_of_policy();
CREATE TRIGGER touch BEFORE UPDATE ON policies FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER tell_rights AFTER INSERT OR DELETE ON role_permissions FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER tell_rights AFTER DELETE OR UPDATE ON roles FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch BEFORE UPDATE ON roles FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER touch BEFORE UPDATE ON saved_views FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER tell_rights AFTER UPDATE OF ended_at ON sessions FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch BEFORE UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER touch BEFORE UPDATE ON sign_in_providers FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER touch BEFORE UPDATE ON sites FOR EACH ROW EXECUTE FUNCTION muster.touch();
CREATE TRIGGER touch_membership AFTER UPDATE OF name ON sites FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name) EXECUTE FUNCTION muster.touch_site();
CREATE TRIGGER count_in AFTER INSERT ON smart_members REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.count_entering();
CREATE TRIGGER count_out AFTER DELETE ON smart_members REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.count_leaving();
CREATE TRIGGER requeue_policies_in AFTER INSERT ON smart_members REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.requeue_of_members();
CREATE TRIGGER requeue_policies_out AFTER DELETE ON smart_members REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.requeue_of_members();
CREATE TRIGGER retag_in AFTER INSERT ON smart_members REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.retag_members();
CREATE TRIGGER retag_out AFTER DELETE ON smart_members REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.retag_members();
CREATE TRIGGER touch_members_in AFTER INSERT ON smart_members REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_members();
CREATE TRIGGER touch_members_out AFTER DELETE ON smart_members REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.touch_members();
CREATE TRIGGER tell_rights AFTER UPDATE OF disabled_at, deleted_at ON users FOR EACH STATEMENT EXECUTE FUNCTION muster.tell_rights();
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION muster.touch();

-- grants
grant select on table muster.device_list to muster_app;
grant select on table muster.software_list to muster_app;
grant select on table muster.title_list to muster_app;
grant delete, insert, select on table public.access_token_keys to muster_app;
grant delete, insert, select on table public.access_token_keys to muster_system;
grant insert, select, update on table public.api_keys to muster_app;
grant insert, select, update on table public.api_keys to muster_system;
grant insert, select, update on table public.approvals to muster_app;
grant insert, select, update on table public.approvals to muster_system;
grant select on table public.audit_checkpoints to muster_app;
grant delete, insert, select on table public.audit_checkpoints to muster_system;
grant select on table public.audit_log to muster_app;
grant insert, select on table public.audit_log to muster_system;
grant insert on table public.audit_outbox to muster_app;
grant delete, insert, select on table public.audit_outbox to muster_system;
grant select, update on table public.audit_sequencer to muster_system;
grant select on table public.audit_tiles to muster_app;
grant insert, select, update on table public.audit_tiles to muster_system;
grant select on table public.audit_trees to muster_app;
grant insert, select, update on table public.audit_trees to muster_system;
grant insert, select, update on table public.commands to muster_app;
grant insert, select, update on table public.commands to muster_system;
grant delete, insert, select, update on table public.custom_fields to muster_app;
grant select on table public.custom_fields to muster_system;
grant delete, insert, select, update on table public.custom_values to muster_app;
grant select, update on table public.custom_values to muster_system;
grant usage on sequence public.device_connection_epochs to muster_system;
grant insert, select, update on table public.device_facts to muster_app;
grant insert, select, update on table public.device_facts to muster_system;
grant insert, select, update on table public.device_keys to muster_app;
grant insert, select, update on table public.device_keys to muster_system;
grant insert, select, update on table public.device_latest to muster_ingest;
grant insert, select, update on table public.device_latest to muster_system;
grant delete, insert, select, update on table public.device_logins to muster_app;
grant delete, insert, select, update on table public.device_logins to muster_system;
grant select on table public.device_policies to muster_app;
grant insert, select, update on table public.device_policies to muster_system;
grant insert, select, update on table public.device_presence to muster_system;
grant delete, insert, select, update on table public.device_software to muster_ingest;
grant insert, select, update on table public.devices to muster_app;
grant insert, select, update on table public.devices to muster_system;
grant insert, select, update on table public.enrolment_tokens to muster_app;
grant insert, select, update on table public.enrolment_tokens to muster_system;
grant delete, insert, select, update on table public.event_cursors to muster_system;
grant select on table public.event_log to muster_app;
grant insert, select on table public.event_log to muster_system;
grant insert on table public.event_outbox to muster_app;
grant delete, insert, select on table public.event_outbox to muster_system;
grant select, update on table public.event_sequencer to muster_system;
grant delete, insert, select on table public.grants to muster_app;
grant delete, insert, select on table public.grants to muster_system;
grant delete, insert, select on table public.group_devices to muster_app;
grant delete, insert, select on table public.group_devices to muster_system;
grant insert, select, update on table public.group_retags to muster_app;
grant select, update on table public.group_retags to muster_system;
grant insert, select, update on table public.group_sizes to muster_app;
grant insert, select, update on table public.group_sizes to muster_system;
grant delete, insert, select, update on table public.group_tags to muster_app;
grant select on table public.group_tags to muster_system;
grant insert, select, update on table public.groups to muster_app;
grant insert, select, update on table public.groups to muster_system;
grant delete, insert, select, update on table public.idempotency_keys to muster_app;
grant delete, insert, select, update on table public.idempotency_keys to muster_system;
grant insert, select on table public.inventory_changes to muster_ingest;
grant delete, insert, select, update on table public.inventory_items to muster_ingest;
grant delete, insert, select, update on table public.inventory_states to muster_ingest;
grant delete, insert, select, update on table public.leases to muster_app;
grant delete, insert, select, update on table public.leases to muster_system;
grant delete, insert, select, update on table public.membership_fills to muster_system;
grant delete, insert, select on table public.membership_queue to muster_ingest;
grant delete, insert, select on table public.membership_thresholds to muster_ingest;
grant delete, insert, select, update on table public.membership_timers to muster_ingest;
grant delete, insert, select on table public.membership_watch to muster_ingest;
grant insert, select, update on table public.organisations to muster_app;
grant insert, select, update on table public.organisations to muster_system;
grant delete, insert, select on table public.passkey_challenges to muster_app;
grant delete, insert, select on table public.passkey_challenges to muster_system;
grant delete, insert, select, update on table public.passkeys to muster_app;
grant delete, insert, select, update on table public.passkeys to muster_system;
grant delete, insert, select, update on table public.password_links to muster_app;
grant delete, insert, select, update on table public.password_links to muster_system;
grant insert, select, update on table public.policies to muster_app;
grant select on table public.policies to muster_system;
grant insert on table public.policy_queue to muster_app;
grant delete, insert, select on table public.policy_queue to muster_system;
grant delete, insert, select, update on table public.provider_identities to muster_app;
grant delete, insert, select, update on table public.provider_identities to muster_system;
grant delete, insert, select on table public.provider_mappings to muster_app;
grant delete, insert, select on table public.provider_mappings to muster_system;
grant delete, insert, select on table public.provider_sign_ins to muster_app;
grant delete, insert, select on table public.provider_sign_ins to muster_system;
grant delete, insert, select, update on table public.recovery_codes to muster_app;
grant delete, insert, select, update on table public.recovery_codes to muster_system;
grant delete, insert, select, update on table public.refresh_tokens to muster_app;
grant delete, insert, select, update on table public.refresh_tokens to muster_system;
grant delete, insert, select on table public.role_permissions to muster_app;
grant delete, insert, select on table public.role_permissions to muster_system;
grant insert, select, update on table public.roles to muster_app;
grant insert, select, update on table public.roles to muster_system;
grant delete, insert, select, update on table public.saved_views to muster_app;
grant select on table public.saved_views to muster_system;
grant delete, insert, select, update on table public.sessions to muster_app;
grant delete, insert, select, update on table public.sessions to muster_system;
grant delete, insert, select, update on table public.settings to muster_app;
grant delete, insert, select, update on table public.settings to muster_system;
grant insert, select, update on table public.sign_in_providers to muster_app;
grant insert, select, update on table public.sign_in_providers to muster_system;
grant delete, insert, select, update on table public.sign_in_tickets to muster_app;
grant delete, insert, select, update on table public.sign_in_tickets to muster_system;
grant insert, select, update on table public.sites to muster_app;
grant insert, select, update on table public.sites to muster_system;
grant delete, insert, select on table public.smart_members to muster_app;
grant delete, insert, select on table public.smart_members to muster_system;
grant insert, select on table public.software_titles to muster_ingest;
grant insert, select on table public.software_versions to muster_ingest;
grant insert, select, update on table public.telemetry_1h to muster_ingest;
grant insert, select, update on table public.telemetry_5m to muster_ingest;
grant insert, select, update on table public.telemetry_instances to muster_ingest;
grant insert, select on table public.telemetry_minutes to muster_ingest;
grant delete, insert, select, update on table public.totp_factors to muster_app;
grant delete, insert, select, update on table public.totp_factors to muster_system;
grant insert, select, update on table public.trust to muster_system;
grant insert, select on table public.trust_materials to muster_system;
grant insert, select, update on table public.users to muster_app;
grant insert, select, update on table public.users to muster_system;
grant delete, insert, select, update on table public.vault_secrets to muster_app;
grant delete, insert, select, update on table public.vault_secrets to muster_system;

-- function grants
grant execute on function muster.changes_of(device integer, of_category text) to muster_app;
grant execute on function muster.collected_of(device integer) to muster_app;
grant execute on function muster.device_no_of(device uuid) to muster_app;
grant execute on function muster.device_nos(whole uuid[], sites uuid[], groups uuid[], one uuid) to muster_app;
grant execute on function muster.devices_changed(of_category text, low timestamp with time zone, low_in boolean, high timestamp with time zone, high_in boolean) to muster_app;
grant execute on function muster.devices_collected(low timestamp with time zone, low_in boolean, high timestamp with time zone, high_in boolean) to muster_app;
grant execute on function muster.devices_in_groups(named uuid[]) to muster_app;
grant execute on function muster.devices_protected(of_kind text, states text[]) to muster_app;
grant execute on function muster.devices_with_software(titles integer[], low text, low_in boolean, high text, high_in boolean) to muster_app;
grant execute on function muster.drop_audit_partition(ends timestamp with time zone) to muster_system;
grant execute on function muster.drop_command_month(starts timestamp with time zone) to muster_system;
grant execute on function muster.drop_event_partitions(before timestamp with time zone) to muster_system;
grant execute on function muster.drop_inventory_partitions(before timestamp with time zone) to muster_ingest;
grant execute on function muster.drop_telemetry_partitions(parent text, before integer, width integer) to muster_ingest;
grant execute on function muster.erase_audit_row(log uuid, index bigint) to muster_system;
grant execute on function muster.groups_of(device uuid) to muster_app;
grant execute on function muster.has_software(device integer, titles integer[], low text, low_in boolean, high text, high_in boolean) to muster_app;
grant execute on function muster.make_audit_partitions(from_time timestamp with time zone, to_time timestamp with time zone) to muster_system;
grant execute on function muster.make_command_months(from_time timestamp with time zone, to_time timestamp with time zone) to muster_system;
grant execute on function muster.make_event_partitions(from_time timestamp with time zone, to_time timestamp with time zone) to muster_system;
grant execute on function muster.make_inventory_partitions(from_time timestamp with time zone, to_time timestamp with time zone) to muster_ingest;
grant execute on function muster.make_telemetry_partition(parent text, start integer, width integer) to muster_ingest;
grant execute on function muster.oldest_audit_month(before timestamp with time zone) to muster_system;
grant execute on function muster.protections_of(device integer, of_kind text) to muster_app;
grant execute on function muster.read_device_software(device uuid, like_name text, after_name text, after_title integer, after_version integer, page integer) to muster_app;
grant execute on function muster.read_inventory_changes(device uuid, of_category text, from_time timestamp with time zone, before_time timestamp with time zone, before_id bigint, page integer) to muster_app;
grant execute on function muster.read_inventory_items(device uuid, of_category text) to muster_app;
grant execute on function muster.read_inventory_states(device uuid) to muster_app;
grant execute on function muster.read_software_titles(nos integer[], like_name text, of_ecosystem text, after_name text, after_id integer, page integer, most integer) to muster_app;
grant execute on function muster.read_software_versions(nos integer[], of_title integer) to muster_app;
grant execute on function muster.read_telemetry(device uuid, tier text, from_minute integer, to_minute integer) to muster_app;
grant execute on function muster.read_telemetry_instances(device uuid) to muster_app;
grant execute on function muster.read_title_changes(nos integer[], of_title integer, before_time timestamp with time zone, before_id bigint, page integer) to muster_app;
grant execute on function muster.software_of(device integer) to muster_app;
grant execute on function muster.touch_devices(nos integer[], changed text[]) to muster_app;
grant execute on function muster.touch_devices(nos integer[], changed text[]) to muster_ingest;
grant execute on function muster.touch_devices(nos integer[], changed text[]) to muster_system;

-- comments
comment on table muster.migrations is 'installation: which migrations this database has; needed before any scope exists';
comment on table public.access_token_keys is 'installation: signs tokens of all people; the private half is in the vault';
comment on table public.api_keys is 'installation: keys of people for scripts and nodes; read to find the scope, so before there is one';
comment on table public.approvals is 'installation: requests concern endpoints, of which some belong to no organisation; who sees one is decided by its devices';
comment on table public.audit_checkpoints is 'owned: signed checkpoints of each audit log; every one of a week, then one an hour';
comment on table public.audit_log is 'owned: the audit log; month partitions, kept as long as MUSTER_AUDIT_RETENTION says';
comment on table public.audit_outbox is 'owned: audit rows that are committed and have no place in a log yet';
comment on table public.audit_sequencer is 'installation: who appends to the audit logs of all organisations, and how far it came';
comment on table public.audit_tiles is 'owned: inner hashes of each audit log, for proofs';
comment on table public.audit_trees is 'owned: the growing edge of each audit log';
comment on table public.commands is 'owned: what was asked of devices, by whom, and how it ended; month partitions by the time in the id, dropped commands.retentionDays after the last command of the month ended';
comment on table public.custom_fields is 'owned: what organisations keep about their devices beside what devices say';
comment on table public.custom_values is 'owned: values of custom fields, each where it was set';
comment on table public.device_facts is 'owned: facts that are shown but not listed by, apart so that the scan of devices stays short';
comment on table public.device_keys is 'owned: what proves a device: key, token, boots; read at each challenge';
comment on table public.device_latest is 'bulk: latest minute of each device, written by modules/telemetry';
comment on table public.device_logins is 'installation: sign-ins that wait for their approval; nobody is known yet';
comment on table public.device_policies is 'owned: what policies add up to for a device; without a row the defaults hold';
comment on table public.device_presence is 'bulk: presence, written by modules/devices/presence alone';
comment on table public.device_software is 'bulk: software that is installed now; goes with its device';
comment on table public.devices is 'owned: every machine that was ever enrolled, with the facts that lists filter and sort by';
comment on table public.enrolment_tokens is 'owned: what a machine exchanges for an identity';
comment on table public.event_cursors is 'installation: how far each durable subscriber has read the events of all organisations';
comment on table public.event_log is 'owned: events in commit order; month partitions, kept 400 days';
comment on table public.event_outbox is 'owned: events that are committed and have no position yet';
comment on table public.event_sequencer is 'installation: who gives positions to events of all organisations, and the last one given';
comment on table public.grants is 'installation: which role a person has where; read to find the scope, so before there is one';
comment on table public.group_devices is 'owned: which devices are in a static group';
comment on table public.group_retags is 'owned: how far the last change of a smart group''s tags has come with its members';
comment on table public.group_sizes is 'owned: how many devices are in each group itself';
comment on table public.group_tags is 'owned: tags that the members of a smart group get and lose with it';
comment on table public.groups is 'owned: groups of devices beside the sites, static or smart';
comment on table public.idempotency_keys is 'installation: sealed answers kept for 24 hours, so that a repeated POST does nothing twice; keyed by person';
comment on table public.inventory_changes is 'bulk: what changed, by device and time; month partitions, kept 400 days';
comment on table public.inventory_items is 'bulk: what there is now, of every category but software; goes with its device';
comment on table public.inventory_states is 'bulk: age and acknowledged state of each category; goes with its device';
comment on table public.leases is 'installation: which process does a job that only one may do at a time';
comment on table public.membership_fills is 'installation: smart groups that are being filled, for the one worker that does it';
comment on table public.membership_queue is 'bulk: devices to be looked at again; emptied within a second';
comment on table public.membership_thresholds is 'bulk: where metrics matter to smart groups';
comment on table public.membership_timers is 'bulk: the next moment at which a group of the device may change by itself';
comment on table public.membership_watch is 'bulk: what any smart group asks for';
comment on table public.organisations is 'owned: the organisation itself; its id is the organisation id';
comment on table public.passkey_challenges is 'installation: single-use challenges of browsers that may not have signed in yet';
comment on table public.passkeys is 'installation: passkeys of people; asked before there is a scope';
comment on table public.password_links is 'installation: single-use links to a password; read before anybody is known';
comment on table public.policies is 'owned: what an organisation, site, group or device sets for its devices';
comment on table public.policy_queue is 'installation: devices whose policy is to be worked out again; ids alone, emptied within a second';
comment on table public.provider_identities is 'installation: by which provider people sign in; read before anybody is known';
comment on table public.provider_mappings is 'installation: which role a provider''s group gives, and where';
comment on table public.provider_sign_ins is 'installation: sign-ins on their way; nobody is known yet';
comment on table public.recovery_codes is 'installation: single-use codes for people who lost their factor; asked before there is a scope';
comment on table public.refresh_tokens is 'installation: belongs to a session; read before anybody is known';
comment on table public.role_permissions is 'installation: what roles of one''s own hold';
comment on table public.roles is 'installation: roles mean the same in every organisation';
comment on table public.saved_views is 'installation: private ones belong to a person and to no organisation; shared ones are held to theirs by the policy';
comment on table public.sessions is 'installation: who is signed in; read to find the scope, so before there is one';
comment on table public.settings is 'installation: what the server remembers about itself, and the settings that differ from their default';
comment on table public.sign_in_providers is 'installation: people are not of one organisation; read before anybody is known';
comment on table public.sign_in_tickets is 'installation: sign-ins that wait for a second factor; nobody is known yet';
comment on table public.sites is 'owned: places of an organisation';
comment on table public.smart_members is 'owned: which devices are in a smart group; no right ever stands on it';
comment on table public.software_titles is 'bulk: dictionary of names that the devices of all organisations share';
comment on table public.software_versions is 'bulk: dictionary of versions with the key that orders them';
comment on table public.telemetry_1h is 'bulk: hourly rollups; kept 365 days, dropped by 30-day partition';
comment on table public.telemetry_5m is 'bulk: five-minute rollups; kept 30 days, dropped by week partition';
comment on table public.telemetry_instances is 'bulk: what instance numbers of a device mean (disk, interface, sensor)';
comment on table public.telemetry_minutes is 'bulk: minutes closed by agents; kept 7 days, dropped by day partition';
comment on table public.totp_factors is 'installation: one-time passwords of people; asked before there is a scope';
comment on table public.trust is 'installation: name, root key and epoch of this installation; there is one row';
comment on table public.trust_materials is 'installation: certificate authorities and signing keys, private halves sealed';
comment on table public.users is 'installation: people sign in before any organisation is known';
comment on table public.vault_secrets is 'installation: client secrets and bind passwords of sign-in providers, sealed';
