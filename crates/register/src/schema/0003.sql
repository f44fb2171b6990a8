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
