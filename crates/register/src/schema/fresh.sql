create table content (
    sha256 text primary key,
    size bigint not null,
    bytes {blob}
);
create table item (
    id {key},
    sha256 text not null,
    channel text not null,
    received bigint not null,
    asked_format text,
    disposition text not null,
    format text,
    same_as bigint,
    faults text not null
);
create index item_sha256 on item (sha256, id);
create index item_disposition on item (disposition);
create table sealed (
    item bigint not null,
    seq bigint not null,
    name text,
    media text,
    size bigint not null,
    sha256 text not null,
    primary key (item, seq)
){compact};
create table reporter (
    id {key},
    number text not null,
    class text not null,
    sector text
);
create unique index reporter_number on reporter (number);
create table contact (
    reporter {key},
    mark text not null,
    contact text not null
);
create unique index contact_mark on contact (mark);
create table filing (
    id {key},
    item bigint not null,
    place bigint not null,
    kind text not null,
    reporter bigint,
    received bigint not null,
    receipt text not null,
    identity text,
    tlp text not null,
    category text,
    damage bigint not null,
    body text not null
);
create unique index filing_receipt on filing (receipt);
create unique index filing_identity on filing (identity) where identity is not null;
create index filing_item on filing (item);
create index filing_kind on filing (kind, id);
create index filing_received on filing (kind, received, category, damage);
create index filing_reporter on filing (reporter);
create table line (
    filing bigint not null,
    seq bigint not null,
    who bigint not null,
    discovered text not null,
    name text not null,
    vendor text,
    stem text not null,
    family text,
    received bigint not null,
    pieces bigint not null,
    leads bigint not null,
    primary key (filing, seq)
){compact};
create index line_key on line (who, family, discovered, received, filing, seq);
create index line_leading on line (received, family) where leads = 1;
create index line_pieces on line (received, family, pieces);
create index line_stem on line (stem);
create index line_waiting on line (received, stem) where family is null;
create table facet (
    filing bigint not null,
    label text not null,
    shared_by bigint not null,
    damage bigint not null,
    received bigint not null,
    primary key (filing, label)
){compact};
create index facet_received on facet (received, label, shared_by, damage);
create table detection (
    item bigint not null,
    seq bigint not null,
    noted bigint not null,
    name text not null,
    vendor text,
    stem text not null,
    family text,
    pieces bigint not null,
    primary key (item, seq)
){compact};
create index detection_noted on detection (noted, family, pieces);
create index detection_stem on detection (stem);
create table name_entry (
    version {key},
    entry text not null
);
create table log (
    seq {key},
    at bigint not null,
    who text not null,
    subject text not null,
    change text not null,
    hash text not null
);
create table case_event (
    seq {key},
    case_id bigint not null
);
create table closed (
    month text primary key,
    at bigint not null
);
create table vintage (
    rule text not null,
    rule_version bigint not null,
    month text not null,
    number bigint not null,
    vintage text not null,
    primary key (rule, rule_version, month, number)
){compact};
create table word (
    word text not null,
    filing bigint not null,
    primary key (word, filing)
){compact};
create table answer (
    item {key},
    filing bigint not null
);
create index answer_filing on answer (filing);
create table account (
    id {key},
    name text not null,
    role text not null,
    password text not null,
    secret text not null,
    step bigint not null,
    active bigint not null,
    made bigint not null
);
create unique index account_name on account (name);
create table invitation (
    mark text primary key,
    role text not null,
    secret text not null,
    until bigint not null
);
create table session (
    mark text primary key,
    account bigint not null,
    guard text not null,
    until bigint not null
);
create index session_account on session (account);
