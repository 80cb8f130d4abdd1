CREATE TABLE access_token (jti TEXT NOT NULL, client TEXT NOT NULL, jkt TEXT NOT NULL,
  expires_at INSTANT NOT NULL, revoked_at INSTANT, PRIMARY KEY (jti)) STRICT;
CREATE INDEX ix_access_token_client ON access_token (client);
CREATE INDEX ix_access_token_expires_at ON access_token (expires_at);
CREATE TABLE account (id TEXT NOT NULL, organisation TEXT NOT NULL, label TEXT NOT NULL,
  role TEXT NOT NULL, created_at INSTANT NOT NULL, created_by TEXT NOT NULL, closed_at INSTANT,
  entered_at INSTANT, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_account_organisation ON account (organisation);
CREATE TABLE aggregate_member (point TEXT NOT NULL, energy TEXT NOT NULL, year INTEGER NOT NULL,
  owner TEXT NOT NULL, scheme TEXT NOT NULL, leaf TEXT NOT NULL, holder TEXT NOT NULL,
  category TEXT NOT NULL, moves FLAG NOT NULL, known_to TEXT NOT NULL, agreement TEXT,
  energies TEXT NOT NULL, PRIMARY KEY (point, energy, year)) STRICT;
CREATE INDEX aggregate_member_by_leaf ON aggregate_member (scheme, energy, year, leaf);
CREATE TABLE aggregate_release (id TEXT NOT NULL, owner TEXT NOT NULL, scheme TEXT NOT NULL,
  energy TEXT NOT NULL, period TEXT NOT NULL, version INTEGER NOT NULL, is_open FLAG NOT NULL,
  onward FLAG NOT NULL, released_at INSTANT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id),
  UNIQUE (scheme, energy, period, version)) STRICT;
CREATE INDEX ix_aggregate_release_is_open ON aggregate_release (is_open);
CREATE INDEX ix_aggregate_release_owner ON aggregate_release (owner);
CREATE TABLE aggregate_year (scheme TEXT NOT NULL, energy TEXT NOT NULL, year INTEGER NOT NULL,
  version INTEGER NOT NULL, frozen_at INSTANT NOT NULL, PRIMARY KEY (scheme, energy, year)) STRICT;
CREATE TABLE agreement (id TEXT NOT NULL, version INTEGER NOT NULL, owner TEXT NOT NULL,
  recipient TEXT NOT NULL, author TEXT NOT NULL, state TEXT NOT NULL, valid_from INSTANT NOT NULL,
  valid_until INSTANT NOT NULL, terms TEXT NOT NULL, terms_sha256 TEXT NOT NULL,
  signatures TEXT NOT NULL, history TEXT NOT NULL, perimeter TEXT, changed_at INSTANT,
  PRIMARY KEY (id, version)) STRICT;
CREATE INDEX agreement_by_recipient ON agreement (recipient, state);
CREATE INDEX ix_agreement_owner ON agreement (owner);
CREATE TABLE agreement_fault (agreement TEXT NOT NULL, version INTEGER NOT NULL,
  owner TEXT NOT NULL, recipient TEXT NOT NULL, fault TEXT NOT NULL, found_at INSTANT NOT NULL,
  PRIMARY KEY (agreement, version)) STRICT;
CREATE INDEX ix_agreement_fault_owner ON agreement_fault (owner);
CREATE INDEX ix_agreement_fault_recipient ON agreement_fault (recipient);
CREATE TABLE agreement_item (agreement TEXT NOT NULL, version INTEGER NOT NULL,
  subject TEXT NOT NULL, PRIMARY KEY (agreement, version, subject)) STRICT;
CREATE INDEX ix_agreement_item_subject ON agreement_item (subject);
CREATE TABLE asked_need (id TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL,
  digest TEXT NOT NULL, state TEXT NOT NULL, agreement TEXT, received_at INSTANT NOT NULL,
  answered_at INSTANT, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_asked_need_owner ON asked_need (owner);
CREATE TABLE assertion_replay (client TEXT NOT NULL, jti TEXT NOT NULL, expires_at INSTANT NOT NULL,
  PRIMARY KEY (client, jti)) STRICT;
CREATE INDEX ix_assertion_replay_expires_at ON assertion_replay (expires_at);
CREATE TABLE batch (id TEXT NOT NULL, owner TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL,
  subject TEXT, seq INTEGER NOT NULL, received_at INSTANT NOT NULL, client TEXT NOT NULL,
  receipt TEXT NOT NULL, superseded_by TEXT, deposit TEXT, source TEXT, undone_by TEXT,
  undone_at INSTANT, PRIMARY KEY (id), UNIQUE (owner, digest)) STRICT;
CREATE INDEX batch_by_subject ON batch (subject, received_at);
CREATE INDEX batch_sent ON batch (owner, received_at) WHERE deposit IS NULL AND kind = 'curve';
CREATE INDEX ix_batch_deposit ON batch (deposit);
CREATE TABLE cabinet (id TEXT NOT NULL, owner TEXT NOT NULL, external_id TEXT NOT NULL,
  body TEXT NOT NULL, digest TEXT NOT NULL, updated_at INSTANT NOT NULL, batch TEXT NOT NULL,
  supply_point TEXT, removed_at INSTANT, longitude REAL, latitude REAL, PRIMARY KEY (id),
  UNIQUE (owner, external_id)) STRICT;
CREATE INDEX cabinet_by_place ON cabinet (owner, longitude, latitude, removed_at);
CREATE INDEX cabinet_in_order ON cabinet (owner, id, removed_at);
CREATE INDEX ix_cabinet_owner ON cabinet (owner);
CREATE INDEX ix_cabinet_supply_point ON cabinet (supply_point);
CREATE TABLE calendar_feed (id TEXT NOT NULL, owner TEXT NOT NULL, secret TEXT NOT NULL,
  client TEXT NOT NULL, made_at INSTANT NOT NULL, revoked_at INSTANT, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_calendar_feed_owner ON calendar_feed (owner);
CREATE INDEX ix_calendar_feed_secret ON calendar_feed (secret);
CREATE TABLE campaign (id TEXT NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL,
  state TEXT NOT NULL, "plan" TEXT, proposed TEXT, body TEXT NOT NULL, history TEXT NOT NULL,
  changed_at INSTANT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_campaign_owner ON campaign (owner);
CREATE TABLE campaign_body (campaign TEXT NOT NULL, body TEXT NOT NULL, owner TEXT NOT NULL,
  invited_at INSTANT NOT NULL, PRIMARY KEY (campaign, body)) STRICT;
CREATE INDEX ix_campaign_body_body ON campaign_body (body);
CREATE INDEX ix_campaign_body_owner ON campaign_body (owner);
CREATE TABLE campaign_part ("plan" TEXT NOT NULL, body TEXT NOT NULL, campaign TEXT NOT NULL,
  owner TEXT NOT NULL, "view" TEXT NOT NULL, sha256 TEXT NOT NULL, told_at INSTANT, totals TEXT,
  answer TEXT, exact_eur TEXT, PRIMARY KEY ("plan", body)) STRICT;
CREATE INDEX ix_campaign_part_body ON campaign_part (body);
CREATE INDEX ix_campaign_part_owner ON campaign_part (owner);
CREATE TABLE campaign_rounds (id TEXT NOT NULL, campaign TEXT NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, problem TEXT NOT NULL, rounds TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_campaign_rounds_campaign ON campaign_rounds (campaign);
CREATE INDEX ix_campaign_rounds_owner ON campaign_rounds (owner);
CREATE TABLE campaign_rounds_part (rounds TEXT NOT NULL, body TEXT NOT NULL, campaign TEXT NOT NULL,
  owner TEXT NOT NULL, notice TEXT NOT NULL, "view" TEXT NOT NULL,
  PRIMARY KEY (rounds, body)) STRICT;
CREATE INDEX ix_campaign_rounds_part_body ON campaign_rounds_part (body);
CREATE INDEX ix_campaign_rounds_part_owner ON campaign_rounds_part (owner);
CREATE TABLE campaign_run (id TEXT NOT NULL, campaign TEXT NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, problem TEXT NOT NULL, "plan" TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_campaign_run_campaign ON campaign_run (campaign);
CREATE INDEX ix_campaign_run_owner ON campaign_run (owner);
CREATE TABLE cell_scheme (id TEXT NOT NULL, version INTEGER NOT NULL, owner TEXT NOT NULL,
  name TEXT NOT NULL, body TEXT NOT NULL, sha256 TEXT NOT NULL, updated_at INSTANT NOT NULL,
  PRIMARY KEY (id, version)) STRICT;
CREATE INDEX cell_scheme_by_name ON cell_scheme (owner, name);
CREATE TABLE change (seq SERIAL NOT NULL, at INSTANT NOT NULL, owner TEXT NOT NULL, other TEXT,
  kind TEXT NOT NULL, subject TEXT NOT NULL, covers TEXT, act TEXT NOT NULL,
  PRIMARY KEY (seq)) STRICT;
CREATE INDEX ix_change_owner ON change (owner);
CREATE TABLE clock_mark (id SERIAL NOT NULL, at INSTANT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE TABLE closure (id TEXT NOT NULL, series TEXT NOT NULL, owner TEXT NOT NULL,
  start_s INTEGER NOT NULL, end_s INTEGER NOT NULL, closed_at INSTANT NOT NULL,
  closed_by TEXT NOT NULL, gaps TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_closure_series ON closure (series);
CREATE TABLE consent (id TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL,
  recorded_at INSTANT NOT NULL, withdrawn_at INSTANT, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_consent_owner ON consent (owner);
CREATE TABLE deposit (id TEXT NOT NULL, owner TEXT NOT NULL, digest TEXT NOT NULL,
  sha256 TEXT NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL, profile TEXT NOT NULL,
  client TEXT NOT NULL, received_at INSTANT NOT NULL, n_in INTEGER, n_kept INTEGER,
  n_rejected INTEGER, report TEXT, undone_at INSTANT, PRIMARY KEY (id),
  UNIQUE (owner, digest)) STRICT;
CREATE INDEX deposit_by_owner ON deposit (owner, received_at);
CREATE TABLE dpop_replay (jkt TEXT NOT NULL, jti TEXT NOT NULL, expires_at INSTANT NOT NULL,
  PRIMARY KEY (jkt, jti)) STRICT;
CREATE INDEX ix_dpop_replay_expires_at ON dpop_replay (expires_at);
CREATE TABLE entry_link (token TEXT NOT NULL, account TEXT NOT NULL, made_by TEXT NOT NULL,
  expires_at INSTANT NOT NULL, used_at INSTANT, PRIMARY KEY (token)) STRICT;
CREATE INDEX ix_entry_link_account ON entry_link (account);
CREATE INDEX ix_entry_link_expires_at ON entry_link (expires_at);
CREATE TABLE epoch (number SERIAL NOT NULL, id TEXT NOT NULL, since_seq INTEGER NOT NULL,
  at INSTANT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (number)) STRICT;
CREATE INDEX ix_epoch_id ON epoch (id);
CREATE TABLE export (id TEXT NOT NULL, recipient TEXT NOT NULL, owner TEXT NOT NULL, agreement TEXT,
  client TEXT NOT NULL, made_at INSTANT NOT NULL, kept_until INSTANT NOT NULL, removed_at INSTANT,
  body TEXT NOT NULL, subjects TEXT NOT NULL, grants TEXT NOT NULL, manifest TEXT NOT NULL,
  tree_head TEXT, receipt TEXT, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_export_kept_until ON export (kept_until);
CREATE INDEX ix_export_owner ON export (owner);
CREATE INDEX ix_export_recipient ON export (recipient);
CREATE TABLE fact (owner TEXT NOT NULL, kind TEXT NOT NULL, "key" TEXT NOT NULL,
  seq INTEGER NOT NULL, revision INTEGER NOT NULL, batch TEXT NOT NULL, source TEXT NOT NULL,
  priority INTEGER NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL, subject TEXT,
  supply_point TEXT, at INSTANT, received_at INSTANT NOT NULL, undone_at INSTANT,
  PRIMARY KEY (owner, kind, "key", seq)) STRICT;
CREATE INDEX fact_by_subject ON fact (owner, kind, subject);
CREATE INDEX ix_fact_batch ON fact (batch);
CREATE INDEX ix_fact_supply_point ON fact (supply_point);
CREATE TABLE head (id SERIAL NOT NULL, n INTEGER NOT NULL, epoch TEXT NOT NULL,
  secret BLOB NOT NULL, place TEXT, PRIMARY KEY (id)) STRICT;
CREATE TABLE held_key (owner TEXT NOT NULL, kid TEXT NOT NULL, sealed BLOB NOT NULL,
  origin TEXT NOT NULL, held_at INSTANT NOT NULL, held_by TEXT NOT NULL,
  PRIMARY KEY (owner)) STRICT;
CREATE TABLE idempotency (client TEXT NOT NULL, "key" TEXT NOT NULL, request TEXT NOT NULL,
  body_sha256 TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL,
  created_at INSTANT NOT NULL, PRIMARY KEY (client, "key")) STRICT;
CREATE INDEX ix_idempotency_created_at ON idempotency (created_at);
CREATE TABLE invitation (word TEXT NOT NULL, organisation TEXT NOT NULL,
  expires_at INSTANT NOT NULL, used_at INSTANT, PRIMARY KEY (word)) STRICT;
CREATE INDEX ix_invitation_expires_at ON invitation (expires_at);
CREATE TABLE journal (seq SERIAL NOT NULL, at INSTANT NOT NULL, salt BLOB, record BLOB,
  leaf BLOB NOT NULL, nodes BLOB NOT NULL, PRIMARY KEY (seq)) STRICT;
CREATE TABLE journal_head (id SERIAL NOT NULL, size INTEGER NOT NULL, peaks BLOB NOT NULL,
  PRIMARY KEY (id)) STRICT;
CREATE TABLE journal_party (party TEXT NOT NULL, access FLAG NOT NULL, at INSTANT NOT NULL,
  seq INTEGER NOT NULL, PRIMARY KEY (party, access, at, seq)) WITHOUT ROWID, STRICT;
CREATE TABLE journal_subject (subject TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (subject, seq)) WITHOUT ROWID, STRICT;
CREATE TABLE light_point (id TEXT NOT NULL, owner TEXT NOT NULL, external_id TEXT NOT NULL,
  body TEXT NOT NULL, digest TEXT NOT NULL, updated_at INSTANT NOT NULL, batch TEXT NOT NULL,
  cabinet TEXT, removed_at INSTANT, longitude REAL, latitude REAL, PRIMARY KEY (id),
  UNIQUE (owner, external_id)) STRICT;
CREATE INDEX ix_light_point_cabinet ON light_point (cabinet);
CREATE INDEX ix_light_point_owner ON light_point (owner);
CREATE INDEX light_point_by_place ON light_point (owner, longitude, latitude, removed_at);
CREATE INDEX light_point_in_order ON light_point (owner, id, removed_at);
CREATE TABLE lighting_body (study TEXT NOT NULL, body TEXT NOT NULL, owner TEXT NOT NULL,
  invited_at INSTANT NOT NULL, PRIMARY KEY (study, body)) STRICT;
CREATE INDEX ix_lighting_body_body ON lighting_body (body);
CREATE INDEX ix_lighting_body_owner ON lighting_body (owner);
CREATE TABLE lighting_comparison (id TEXT NOT NULL, study TEXT NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, problem TEXT NOT NULL, comparison TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_lighting_comparison_owner ON lighting_comparison (owner);
CREATE INDEX ix_lighting_comparison_study ON lighting_comparison (study);
CREATE TABLE lighting_consultation (id TEXT NOT NULL, study TEXT NOT NULL, body TEXT NOT NULL,
  name TEXT NOT NULL, owner TEXT NOT NULL, published_at INSTANT NOT NULL, sha256 TEXT NOT NULL,
  record TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_lighting_consultation_owner ON lighting_consultation (owner);
CREATE INDEX ix_lighting_consultation_study ON lighting_consultation (study);
CREATE TABLE lighting_options (id TEXT NOT NULL, study TEXT NOT NULL, owner TEXT NOT NULL,
  version INTEGER NOT NULL, published_at INSTANT NOT NULL, sha256 TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_lighting_options_owner ON lighting_options (owner);
CREATE INDEX ix_lighting_options_study ON lighting_options (study);
CREATE TABLE lighting_part (comparison TEXT NOT NULL, body TEXT NOT NULL, study TEXT NOT NULL,
  owner TEXT NOT NULL, "view" TEXT NOT NULL, sha256 TEXT NOT NULL, told_at INSTANT, totals TEXT,
  summed_at INSTANT, answer TEXT, PRIMARY KEY (comparison, body)) STRICT;
CREATE INDEX ix_lighting_part_body ON lighting_part (body);
CREATE INDEX ix_lighting_part_owner ON lighting_part (owner);
CREATE TABLE lighting_study (id TEXT NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL,
  state TEXT NOT NULL, comparison TEXT, scenario TEXT, proposed TEXT, body TEXT NOT NULL,
  history TEXT NOT NULL, changed_at INSTANT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_lighting_study_owner ON lighting_study (owner);
CREATE TABLE lighting_voice (comparison TEXT NOT NULL, body TEXT NOT NULL, study TEXT NOT NULL,
  owner TEXT NOT NULL, voice TEXT NOT NULL, PRIMARY KEY (comparison, body)) STRICT;
CREATE INDEX ix_lighting_voice_body ON lighting_voice (body);
CREATE INDEX ix_lighting_voice_owner ON lighting_voice (owner);
CREATE TABLE lighting_weighing (comparison TEXT NOT NULL, study TEXT NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (comparison)) STRICT;
CREATE INDEX ix_lighting_weighing_owner ON lighting_weighing (owner);
CREATE INDEX ix_lighting_weighing_study ON lighting_weighing (study);
CREATE TABLE month_energy (series TEXT NOT NULL, year INTEGER NOT NULL, owner TEXT NOT NULL,
  energy TEXT, by_period FLAG NOT NULL, months INTEGER NOT NULL, wh TEXT NOT NULL,
  PRIMARY KEY (series, year)) STRICT;
CREATE INDEX month_energy_by_owner ON month_energy (owner, year, months);
CREATE TABLE named_perimeter (id TEXT NOT NULL, version INTEGER NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, saved_at INSTANT NOT NULL, PRIMARY KEY (id, version)) STRICT;
CREATE INDEX ix_named_perimeter_owner ON named_perimeter (owner);
CREATE TABLE newest_fact (owner TEXT NOT NULL, source TEXT NOT NULL, at INSTANT NOT NULL,
  PRIMARY KEY (owner, source)) STRICT;
CREATE TABLE oauth_client (id TEXT NOT NULL, organisation TEXT NOT NULL, name TEXT NOT NULL,
  jwks TEXT NOT NULL, scopes TEXT NOT NULL, enabled FLAG NOT NULL, created_at INSTANT NOT NULL,
  jwks_uri TEXT, jwks_read_at INSTANT, jwks_tried_at INSTANT, request TEXT,
  introspects_since INSTANT, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_oauth_client_organisation ON oauth_client (organisation);
CREATE TABLE open_file (id TEXT NOT NULL, owner TEXT NOT NULL, size INTEGER NOT NULL,
  sha256 TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_open_file_owner ON open_file (owner);
CREATE TABLE organisation (id TEXT NOT NULL, body TEXT NOT NULL, updated_at INSTANT NOT NULL,
  PRIMARY KEY (id)) STRICT;
CREATE TABLE organisation_key (organisation TEXT NOT NULL, kid TEXT NOT NULL, jwk TEXT NOT NULL,
  valid_from INSTANT NOT NULL, valid_until INSTANT, request TEXT,
  PRIMARY KEY (organisation, kid)) STRICT;
CREATE TABLE owned_history (noun TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
  owner TEXT NOT NULL, batch TEXT NOT NULL, replaced_by TEXT, body TEXT NOT NULL,
  digest TEXT NOT NULL, links TEXT NOT NULL, updated_at INSTANT NOT NULL,
  PRIMARY KEY (noun, id, seq)) STRICT;
CREATE INDEX ix_owned_history_batch ON owned_history (batch);
CREATE INDEX ix_owned_history_replaced_by ON owned_history (replaced_by);
CREATE TABLE passkey (credential TEXT NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL,
  name TEXT NOT NULL, public_key BLOB NOT NULL, sign_count INTEGER NOT NULL,
  created_at INSTANT NOT NULL, used_at INSTANT, PRIMARY KEY (credential)) STRICT;
CREATE INDEX ix_passkey_account ON passkey (account);
CREATE INDEX ix_passkey_id ON passkey (id);
CREATE TABLE point_year (supply_point TEXT NOT NULL, year INTEGER NOT NULL, energy TEXT NOT NULL,
  direction TEXT NOT NULL, owner TEXT NOT NULL, origin TEXT NOT NULL, wh INTEGER NOT NULL,
  whole INTEGER NOT NULL, cost INTEGER, vat INTEGER, cost_wh INTEGER, suspect INTEGER NOT NULL,
  estimated INTEGER NOT NULL, PRIMARY KEY (supply_point, year, energy, direction)) STRICT;
CREATE INDEX point_year_by_owner ON point_year (owner, year, supply_point);
CREATE TABLE profile (owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,
  fingerprint TEXT, body TEXT NOT NULL, updated_at INSTANT NOT NULL,
  PRIMARY KEY (owner, name)) STRICT;
CREATE INDEX profile_by_head ON profile (owner, fingerprint);
CREATE TABLE public_naming (agreement TEXT NOT NULL, owner TEXT NOT NULL, said_at INSTANT NOT NULL,
  PRIMARY KEY (agreement, owner)) STRICT;
CREATE TABLE publication (id TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL,
  body TEXT NOT NULL, changed_at INSTANT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_publication_owner ON publication (owner);
CREATE TABLE published_state (time_zone TEXT NOT NULL, start INSTANT NOT NULL,
  PRIMARY KEY (time_zone)) STRICT;
CREATE TABLE purchase (id TEXT NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL,
  state TEXT NOT NULL, "plan" TEXT, body TEXT NOT NULL, history TEXT NOT NULL,
  changed_at INSTANT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_purchase_owner ON purchase (owner);
CREATE TABLE purchase_member (purchase TEXT NOT NULL, member TEXT NOT NULL, owner TEXT NOT NULL,
  invited_at INSTANT NOT NULL, PRIMARY KEY (purchase, member)) STRICT;
CREATE INDEX ix_purchase_member_member ON purchase_member (member);
CREATE INDEX ix_purchase_member_owner ON purchase_member (owner);
CREATE TABLE purchase_needs (purchase TEXT NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL,
  body TEXT, sha256 TEXT, n_points INTEGER NOT NULL, at INSTANT NOT NULL, client TEXT NOT NULL,
  PRIMARY KEY (purchase, owner, version)) STRICT;
CREATE INDEX ix_purchase_needs_owner ON purchase_needs (owner);
CREATE TABLE purchase_offers (purchase TEXT NOT NULL, version INTEGER NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, sha256 TEXT NOT NULL, at INSTANT NOT NULL,
  PRIMARY KEY (purchase, version)) STRICT;
CREATE INDEX ix_purchase_offers_owner ON purchase_offers (owner);
CREATE TABLE purchase_part ("plan" TEXT NOT NULL, member TEXT NOT NULL, purchase TEXT NOT NULL,
  owner TEXT NOT NULL, body TEXT NOT NULL, sha256 TEXT NOT NULL, needs_version INTEGER NOT NULL,
  told_at INSTANT, totals TEXT, answer TEXT, exact TEXT, PRIMARY KEY ("plan", member)) STRICT;
CREATE INDEX ix_purchase_part_member ON purchase_part (member);
CREATE INDEX ix_purchase_part_owner ON purchase_part (owner);
CREATE TABLE purchase_run (id TEXT NOT NULL, purchase TEXT NOT NULL, owner TEXT NOT NULL,
  body TEXT NOT NULL, "plan" TEXT NOT NULL, frame TEXT NOT NULL, rates TEXT,
  PRIMARY KEY (id)) STRICT;
CREATE INDEX ix_purchase_run_owner ON purchase_run (owner);
CREATE INDEX ix_purchase_run_purchase ON purchase_run (purchase);
CREATE TABLE reliance (later TEXT NOT NULL, older TEXT NOT NULL, owner TEXT NOT NULL,
  replaces FLAG NOT NULL, PRIMARY KEY (later, older)) STRICT;
CREATE INDEX ix_reliance_older ON reliance (older);
CREATE TABLE segment (series TEXT NOT NULL, seq INTEGER NOT NULL, start_s INTEGER NOT NULL,
  end_s INTEGER NOT NULL, step TEXT NOT NULL, n INTEGER NOT NULL, revision INTEGER NOT NULL,
  received_at INSTANT NOT NULL, batch TEXT NOT NULL, codec INTEGER NOT NULL, total INTEGER NOT NULL,
  least INTEGER, most INTEGER, n_missing INTEGER NOT NULL, quality BLOB, data BLOB NOT NULL,
  compacted FLAG NOT NULL, superseded_at INTEGER, priority INTEGER DEFAULT '50' NOT NULL,
  undone_at INSTANT, PRIMARY KEY (series, seq, start_s, compacted)) PARTITIONED STRICT;
CREATE INDEX segment_by_time ON segment (series, start_s, end_s);
CREATE TABLE series (id TEXT NOT NULL, owner TEXT NOT NULL, external_id TEXT NOT NULL,
  body TEXT NOT NULL, digest TEXT NOT NULL, updated_at INSTANT NOT NULL, batch TEXT NOT NULL,
  supply_point TEXT NOT NULL, unit TEXT NOT NULL, decimals INTEGER NOT NULL,
  time_zone TEXT NOT NULL, last_end INSTANT, last_received INSTANT, removed_at INSTANT, fed_by TEXT,
  told_by TEXT, known_end_s INTEGER, PRIMARY KEY (id), UNIQUE (owner, external_id)) STRICT;
CREATE INDEX ix_series_owner ON series (owner);
CREATE INDEX ix_series_supply_point ON series (supply_point);
CREATE INDEX series_by_morning ON series (owner, removed_at, fed_by, told_by, time_zone, last_end);
CREATE TABLE shared_point (point TEXT NOT NULL, other TEXT NOT NULL, owner TEXT NOT NULL,
  noted_at INSTANT NOT NULL, PRIMARY KEY (point, other)) STRICT;
CREATE INDEX ix_shared_point_owner ON shared_point (owner);
CREATE TABLE site (id TEXT NOT NULL, owner TEXT NOT NULL, external_id TEXT NOT NULL,
  body TEXT NOT NULL, digest TEXT NOT NULL, updated_at INSTANT NOT NULL, batch TEXT NOT NULL,
  removed_at INSTANT, longitude REAL, latitude REAL, PRIMARY KEY (id),
  UNIQUE (owner, external_id)) STRICT;
CREATE INDEX ix_site_owner ON site (owner);
CREATE INDEX site_by_place ON site (owner, longitude, latitude, removed_at);
CREATE INDEX site_in_order ON site (owner, id, removed_at);
CREATE TABLE sitting (token TEXT NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL,
  how TEXT NOT NULL, browser TEXT, began_at INSTANT NOT NULL, seen_at INSTANT NOT NULL,
  expires_at INSTANT NOT NULL, ended_at INSTANT, PRIMARY KEY (token)) STRICT;
CREATE INDEX ix_sitting_account ON sitting (account);
CREATE INDEX ix_sitting_expires_at ON sitting (expires_at);
CREATE INDEX ix_sitting_id ON sitting (id);
CREATE TABLE supply_point (id TEXT NOT NULL, owner TEXT NOT NULL, external_id TEXT NOT NULL,
  body TEXT NOT NULL, digest TEXT NOT NULL, updated_at INSTANT NOT NULL, batch TEXT NOT NULL,
  site TEXT, removed_at INSTANT, PRIMARY KEY (id), UNIQUE (owner, external_id)) STRICT;
CREATE INDEX ix_supply_point_owner ON supply_point (owner);
CREATE INDEX ix_supply_point_site ON supply_point (site);
CREATE INDEX supply_point_by_number ON supply_point (external_id);
CREATE TABLE undo (id TEXT NOT NULL, owner TEXT NOT NULL, at INSTANT NOT NULL, client TEXT NOT NULL,
  report TEXT NOT NULL, PRIMARY KEY (id)) STRICT;
CREATE TABLE webhook (id TEXT NOT NULL, owner TEXT NOT NULL, client TEXT NOT NULL,
  url TEXT NOT NULL, signature TEXT NOT NULL, kinds TEXT NOT NULL, generation INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, previous_until INSTANT, state TEXT NOT NULL, reason TEXT,
  epoch TEXT NOT NULL, seq INTEGER NOT NULL, created_at INSTANT NOT NULL, PRIMARY KEY (id),
  CONSTRAINT webhook_of_owner UNIQUE (owner, url)) STRICT;
CREATE TABLE webhook_delivery (id TEXT NOT NULL, webhook TEXT NOT NULL, owner TEXT NOT NULL,
  seq INTEGER, type TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL, status INTEGER, problem TEXT, created_at INSTANT NOT NULL,
  last_at INSTANT, next_at INSTANT, lease_until INSTANT, PRIMARY KEY (id)) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (state, next_at);
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, id);
CREATE TABLE year_energy (series TEXT NOT NULL, year INTEGER NOT NULL, owner TEXT NOT NULL,
  supply_point TEXT NOT NULL, wh INTEGER, missing_s INTEGER NOT NULL,
  PRIMARY KEY (series, year)) STRICT;
CREATE INDEX year_energy_by_owner ON year_energy (owner, year, supply_point, wh, missing_s);
